from . import (
    logistics_backend,
    logistics_connector_ups,
    logistics_connector_ups_shipping,
)
