"""How partners sign, made from their own texts and not with the product's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scheme:
    """One way to sign a webhook, and the backend's fields that say so.

    :param content: what is signed, of id, timestamp and body
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    digest: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""
    content: str = "{body}"
    signature: str = "X-Signature"
    timestamp: str = ""
    id: str = ""

    def headers(self, secret: bytes, id: str, moment: int, body: bytes) -> dict:
        """Return what a partner sends beside the body."""
        made = {"Content-Type": "application/json", self.signature: ""}
        if self.timestamp:
            made[self.timestamp] = str(moment)
        if self.id:
            made[self.id] = id
        made[self.signature] = self.sign(secret, id, moment, body)
        return made

    def sign(self, secret: bytes, id: str, moment: int, body: bytes) -> str:
        before, _, after = self.content.partition("{body}")
        facts = {"id": id, "timestamp": moment}
        signed = before.format(**facts).encode() + body + after.format(**facts).encode()
        found = hmac.new(secret, signed, getattr(hashlib, self.digest)).digest()
        text = found.hex() if self.encoding == "hex" else _base64(found)
        return self.prefix + text

    def store(self, secret: bytes) -> str:
        """Return the secret as a person enters it."""
        if not self.fields:
            return f"whsec_{_base64(secret)}"
        return secret.decode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _hmac(name: str, **parts: Any) -> Scheme:
    scheme = Scheme(name, **parts)
    return Scheme(
        name,
        fields={
            "webhook_scheme": "hmac",
            "webhook_signature_header": scheme.signature,
            "webhook_digest": scheme.digest,
            "webhook_encoding": scheme.encoding,
            "webhook_prefix": scheme.prefix,
            "webhook_template": scheme.content,
            "webhook_timestamp_header": scheme.timestamp,
            "webhook_id_header": scheme.id,
        },
        **parts,
    )


SCHEMES = (
    Scheme(
        "Standard Webhooks",
        encoding="base64",
        prefix="v1,",
        content="{id}.{timestamp}.{body}",
        signature="webhook-signature",
        timestamp="webhook-timestamp",
        id="webhook-id",
    ),
    _hmac("SHA-256, hex"),
    _hmac("SHA-256, hex, prefix", prefix="sha256=", signature="X-Hub-Signature-256"),
    _hmac("SHA-256, base64", encoding="base64", signature="X-Shop-Hmac-SHA256"),
    _hmac("SHA-1, hex", digest="sha1"),
    _hmac("SHA-512, base64, time", digest="sha512", encoding="base64",
          content="{timestamp}.{body}", timestamp="X-Timestamp"),
    _hmac("SHA-256, hex, id and time", content="{id}:{timestamp}:{body}",
          timestamp="X-Timestamp", id="X-Event-Id"),
)  # fmt: skip
