from . import test_backend, test_documents, test_flow, test_freight, test_walls
