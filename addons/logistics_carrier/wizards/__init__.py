from . import (
    logistics_rate_comparison,
    logistics_access_point,
    logistics_address_check,
    logistics_freight_import,
    logistics_freight_dispute,
)
