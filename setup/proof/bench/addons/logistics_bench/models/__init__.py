from . import (
    logistics_bench,
    logistics_handler_bench_noop,
    logistics_parcel,
    stock_picking,
)
