from . import exception, open, remedies
