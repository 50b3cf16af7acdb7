from . import logistics_freight_invoice, logistics_value_map, stock_picking
