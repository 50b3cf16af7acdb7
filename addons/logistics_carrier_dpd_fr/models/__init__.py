from . import (
    logistics_backend,
    logistics_connector_dpd_fr,
    logistics_connector_dpd_fr_shipments,
)
