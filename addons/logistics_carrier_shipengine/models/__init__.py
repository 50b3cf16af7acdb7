from . import (
    logistics_backend,
    logistics_connector_shipengine,
    logistics_connector_shipengine_labels,
    logistics_connector_shipengine_batches,
    logistics_connector_shipengine_handover,
    logistics_connector_shipengine_tracking,
)
