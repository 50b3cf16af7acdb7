from . import logistics_validation
