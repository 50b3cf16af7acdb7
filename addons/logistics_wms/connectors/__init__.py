from . import channels
