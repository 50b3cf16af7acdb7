"""What shipping will cost: quotes of carriers, rules that choose, comparison."""

from . import (
    rate,
    rule,
    method,
    order,
    comparison,
)
