from . import (
    logistics_connector_shipengine,
    logistics_connector_shipengine_batches,
    logistics_connector_shipengine_tracking,
)
