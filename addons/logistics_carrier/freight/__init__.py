"""What carriers bill: invoices, compared with what was expected, and vendor bills.

A walled room: nothing else in this addon uses it (setup/hub/lint/rooms.py).
"""

from . import (
    invoice,
    invoice_actions,
    invoice_line,
    matching,
    finding,
    expected,
    verdicts,
    deliveries,
    problems,
    bill,
    vendor,
    figures,
    backend,
    column,
    message,
    import_wizard,
    dispute,
    handler,
)
