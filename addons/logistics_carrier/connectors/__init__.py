"""What a connector of a carrier offers, and what its account can do."""

from . import (
    contract,
    canonical_messages,
    backend,
    currency,
    files,
    message,
)
