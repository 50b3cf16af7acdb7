from . import models, connectors, handlers, engine, controllers, wizards
