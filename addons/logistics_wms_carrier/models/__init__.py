from . import logistics_value_map, stock_picking
