"""Rows for sides that work without Odoo: the same text as ours."""

from __future__ import annotations

import json

TEXT = "x" * 200
# Facts are spread over this many documents, and so over all lanes of a class.
KEYS = 500


def noop_payload(number: int) -> str:
    """The canonical text of one fact without effect."""
    return json.dumps(
        {"_message_type": "bench_noop", "_version": 1, "number": number, "text": TEXT}
    )


def noop_rows(prefix: str, count: int) -> list[tuple[str, str, str]]:
    """(idempotency key, ordering key, payload) of facts without effect."""
    return [
        (f"{prefix}-{number}", f"document-{number % KEYS}", noop_payload(number))
        for number in range(count)
    ]
