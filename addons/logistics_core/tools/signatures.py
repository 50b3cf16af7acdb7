"""Verify and make webhook signatures, on raw bytes only. Never imports odoo.

Sources: the Standard Webhooks specification (symmetric scheme `v1`), and the
plain "HMAC of the body in a header" that most other partners use.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import AuthenticationFailed
from ..texts import _lt

DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class HmacScheme:
    """How a partner signs: where the parts are and how they are encoded.

    :param template: what is signed, of `{id}`, `{timestamp}` and `{body}`
    :param tolerance: accepted age and clock difference in seconds; only used
        when a timestamp header is named
    """

    signature_header: str
    digest: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""
    template: str = "{body}"
    timestamp_header: str | None = None
    id_header: str | None = None
    tolerance: int = 300

    @property
    def signs_id(self) -> bool:
        """Whether the identifier in its header is part of what is signed."""
        return bool(self.id_header) and "{id}" in self.template


STANDARD_WEBHOOKS = HmacScheme(
    signature_header="webhook-signature",
    encoding="base64",
    prefix="v1,",
    template="{id}.{timestamp}.{body}",
    timestamp_header="webhook-timestamp",
    id_header="webhook-id",
)


def decode_secret(secret: str) -> bytes:
    """Return the key of a Standard Webhooks secret (`whsec_` + base64).

    Some vendors show it with the version before it (`v1,whsec_...`).
    """
    text = secret.strip().removeprefix("v1,").strip().removeprefix("whsec_")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise _unreadable_secret() from error
    if secret.strip() and not key:
        raise _unreadable_secret()
    return key


def _unreadable_secret() -> AuthenticationFailed:
    return AuthenticationFailed(
        _lt("The webhook secret of the connection is not valid base64."),
        remedy=_lt("Enter the secret as the partner shows it (whsec_...)."),
    )


def sign(
    scheme: HmacScheme, key: bytes, body: bytes, msg_id: str = "", timestamp: str = ""
) -> str:
    """Return the header value of one signature."""
    digest = hmac.new(
        key, _signed_bytes(scheme, body, msg_id, timestamp), DIGESTS[scheme.digest]
    ).digest()
    if scheme.encoding == "hex":
        return scheme.prefix + digest.hex()
    return scheme.prefix + base64.b64encode(digest).decode()


def verify(
    scheme: HmacScheme,
    keys: Iterable[bytes],
    headers: Mapping[str, str],
    body: bytes,
    now: float,
) -> str | None:
    """Raise AuthenticationFailed unless one key made one of the signatures.

    Several keys serve rotation: the old secret stays valid beside the new one.
    :param headers: case-insensitive mapping
    :param now: seconds since the epoch
    :return: the identifier of the event, when it is signed
    """
    keys = [key for key in keys if key]
    if not keys:
        raise AuthenticationFailed(
            _lt("No webhook secret is set on the connection."),
            remedy=_lt("Enter the webhook secret on the connection."),
        )
    given, msg_id, timestamp = check_headers(scheme, headers, now)
    matches = [
        hmac.compare_digest(
            candidate.encode(), sign(scheme, key, body, msg_id, timestamp).encode()
        )
        for key in keys
        for candidate in given.split()[:16]
    ]
    if not any(matches):
        raise AuthenticationFailed(_lt("The webhook signature does not match."))
    return msg_id if scheme.signs_id else None


def check_headers(
    scheme: HmacScheme, headers: Mapping[str, str], now: float
) -> tuple[str, str, str]:
    """Return (signatures, id, timestamp); the body is not needed for it.

    :raises AuthenticationFailed: one is missing, or the time is outside the window
    """
    given = _required(headers, scheme.signature_header)
    msg_id = _required(headers, scheme.id_header)
    timestamp = _required(headers, scheme.timestamp_header)
    if scheme.timestamp_header:
        _check_age(timestamp, now, scheme.tolerance)
    return given, msg_id, timestamp


def _required(headers: Mapping[str, str], name: str | None) -> str:
    if not name:
        return ""
    value = headers.get(name)
    if not value:
        raise AuthenticationFailed(_lt("The header %(name)s is missing.", name=name))
    return value


def _check_age(timestamp: str, now: float, tolerance: int) -> None:
    try:
        sent = float(timestamp)
    except ValueError:
        sent = math.nan
    # A NaN compares false to everything, so it is refused by the negation.
    if not abs(now - sent) <= tolerance:
        raise AuthenticationFailed(
            _lt("The webhook timestamp is not within the window.")
        )


def _signed_bytes(
    scheme: HmacScheme, body: bytes, msg_id: str, timestamp: str
) -> bytes:
    before, _, after = scheme.template.partition("{body}")
    values = {"id": msg_id, "timestamp": timestamp}
    return before.format(**values).encode() + body + after.format(**values).encode()
