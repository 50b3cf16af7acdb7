from . import test_backend, test_flow, test_freight
