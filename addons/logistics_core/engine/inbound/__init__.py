from . import drain
