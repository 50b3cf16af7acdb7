from . import (
    logistics_backend,
    logistics_connector_dhl_express,
    logistics_connector_dhl_express_shipping,
    logistics_dhl_express_dangerous,
)
