from . import channels, contract
