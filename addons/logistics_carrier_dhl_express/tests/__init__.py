from . import test_backend, test_customs, test_flow, test_freight
