from . import test_shipengine
