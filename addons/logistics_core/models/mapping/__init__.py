from . import binding, choice, route, value_map
