from . import test_parcels
