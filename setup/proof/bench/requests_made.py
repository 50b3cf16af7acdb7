"""Signed webhook requests, made before the clock starts (pure).

Written from the Standard Webhooks specification, not with the product's own code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from .facts import KEYS, noop_payload

SECRET = "whsec_YmVuY2gtc2VjcmV0LWJlbmNoLXNlY3JldA=="


def fact(event_id: str, number: int) -> bytes:
    """The body of one canonical fact without effect."""
    return json.dumps(
        {
            "id": event_id,
            "key": f"document-{number % KEYS}",
            "data": json.loads(noop_payload(number)),
        }
    ).encode()


def webhook(
    path: str,
    event_id: str,
    body: bytes,
    timestamp: int,
    content_type: str = "application/json",
) -> bytes:
    """The bytes of one signed POST."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    head = {
        "Host": "127.0.0.1",
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def webhooks(path: str, prefix: str, count: int, timestamp: int) -> list[bytes]:
    """Signed requests with one fact each."""
    ids = [f"{prefix}-{number}" for number in range(count)]
    return [
        webhook(path, event_id, fact(event_id, number), timestamp)
        for number, event_id in enumerate(ids)
    ]


def bulk(path: str, prefix: str, count: int, size: int, timestamp: int) -> list[bytes]:
    """Signed requests with ``size`` facts each, as newline-delimited JSON."""
    requests = []
    for start in range(0, count, size):
        numbers = range(start, min(start + size, count))
        body = b"\n".join(fact(f"{prefix}-{number}", number) for number in numbers)
        event_id = f"{prefix}-from-{start}"
        kind = "application/x-ndjson"
        requests.append(webhook(path, event_id, body, timestamp, kind))
    return requests
