from . import logistics_bench, logistics_handler_bench_noop, stock_picking
