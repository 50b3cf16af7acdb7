from . import (
    chaos_driver,
    chaos_effect,
    handlers,
    logistics_lane,
    logistics_message,
    stock_move,
)
