from . import (
    logistics_backend,
    logistics_route,
    logistics_connector_shipbob,
    logistics_connector_shipbob_golive,
    logistics_connector_shipbob_orders,
    logistics_connector_shipbob_polls,
)
