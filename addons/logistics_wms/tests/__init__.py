from . import (
    test_checks,
    test_release,
    test_shipment,
    test_lots,
    test_parcels,
    test_transport,
    test_status,
    test_cancel,
    test_differences,
    test_products,
    test_hold,
    test_views,
)
