from . import test_freight, test_parcels, test_walls
