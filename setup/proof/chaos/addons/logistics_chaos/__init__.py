from . import canonical, models
