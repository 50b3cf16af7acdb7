"""What a connector of a carrier offers, and what its account can do."""

from . import (
    contract,
    canonical_messages,
    backend,
    backend_leaving,
    currency,
    files,
    message,
)
