from . import test_cutoff, test_freight, test_parcels, test_walls
