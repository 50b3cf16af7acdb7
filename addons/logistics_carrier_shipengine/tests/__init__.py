from . import test_batches, test_shipengine, test_walls
