from . import (
    test_backend,
    test_channels,
    test_flow,
    test_orders,
    test_polls,
    test_walls,
)
