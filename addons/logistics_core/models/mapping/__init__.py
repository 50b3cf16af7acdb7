from . import binding, route, value_map
