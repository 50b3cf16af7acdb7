from . import (
    logistics_backend,
    logistics_connector_ups,
    logistics_connector_ups_shipping,
    logistics_connector_ups_services,
    logistics_connector_ups_documents,
)
