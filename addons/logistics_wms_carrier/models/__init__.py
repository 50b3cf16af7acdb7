from . import (
    logistics_cutoff,
    logistics_freight_invoice,
    logistics_value_map,
    stock_picking,
)
