from . import gate, breaker, rate_limit, hold, allowance, waiting
