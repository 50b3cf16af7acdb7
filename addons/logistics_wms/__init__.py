from . import connectors, handlers, models, wizards
