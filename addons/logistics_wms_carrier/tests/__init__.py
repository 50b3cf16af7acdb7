from . import test_freight, test_parcels
