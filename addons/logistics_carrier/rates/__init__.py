from . import (
    rate,
    rule,
    method,
    order,
    comparison,
)
