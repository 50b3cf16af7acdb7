"""Standard Webhooks signatures (``standard-webhooks.md``, "Signature scheme")."""

from __future__ import annotations

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def secret_bytes(secret: str) -> bytes:
    """Key of a ``whsec_`` secret. Raises ValueError when it is not base64."""
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The ``v1`` signature of ``id.timestamp.body``."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret_bytes(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def forge(signature: str) -> str:
    """A well-formed signature that no key made."""
    raw = bytearray(base64.b64decode(signature.split(",", 1)[1]))
    raw[0] ^= 0xFF
    return "v1," + base64.b64encode(bytes(raw)).decode()
