"""What shipping will cost: quotes of carriers, rules that choose, comparison."""

from . import (
    backend,
    rate,
    rule,
    method,
    order,
    comparison,
)
