from . import logistics_adoption, logistics_opening_stock, logistics_validation
