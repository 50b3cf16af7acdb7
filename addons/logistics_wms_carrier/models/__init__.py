from . import logistics_value_map
