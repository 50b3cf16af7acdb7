"""Only authentic and fresh webhooks are accepted: the 60-case matrix and more.

The oracle for what a partner sends is the reference library of the Standard
Webhooks specification, which shares no code with ours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_core.tools import signatures
from odoo.addons.logistics_core.tools.signatures import HmacScheme, verify

NOW = 1_772_352_000.0
BODY = '{"topic":"order.shipped","value":"Ü"}'.encode()
KEY = b"secret-secret-secret"
OLD = b"former-former-former"
OTHER = b"partner-B-partner-B!"
STANDARD = signatures.STANDARD_WEBHOOKS
HEX = HmacScheme("X-Hub-Signature-256", prefix="sha256=")
TIMED = HmacScheme(
    "X-Signature",
    template="{timestamp}.{body}",
    timestamp_header="X-Timestamp",
    encoding="base64",
)
SHA1 = HmacScheme("X-Signature", digest="sha1")
SHA512 = HmacScheme("X-Signature", digest="sha512", encoding="base64")
PLAIN = {"hex": HEX, "timed": TIMED, "sha1": SHA1, "sha512": SHA512}


def reference(key: bytes = KEY, msg_id: str = "msg_1", at: float = NOW) -> str:
    """A signature made by the reference library."""
    webhook = Webhook(base64.b64encode(key).decode())
    return webhook.sign(msg_id, datetime.fromtimestamp(at, UTC), BODY.decode())


def standard(at: object = int(NOW), signature: str | None = None, **headers):
    """The headers of a Standard Webhook; None leaves one out."""
    if signature is None:
        signature = reference()
    named = {
        "webhook-id": "msg_1",
        "webhook-timestamp": at if isinstance(at, str) else str(at),
        "webhook-signature": signature,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return {name: value for name, value in named.items() if value is not None}


def resigned(timestamp: str, key: bytes = KEY) -> dict[str, str]:
    """Headers whose signature is right for just this timestamp text."""
    signature = signatures.sign(STANDARD, key, BODY, "msg_1", timestamp)
    return standard(at=timestamp, signature=signature)


def plain(name: str, key: bytes = KEY, **changes) -> dict[str, str]:
    """Headers of one of the plain schemes, signed without our code."""
    scheme = PLAIN[name]
    text = f"{int(NOW)}.".encode() + BODY if name == "timed" else BODY
    digest = hmac.new(key, text, getattr(hashlib, scheme.digest)).digest()
    in_hex = scheme.encoding == "hex"
    value = digest.hex() if in_hex else base64.b64encode(digest).decode()
    headers = {scheme.signature_header: scheme.prefix + value}
    if scheme.timestamp_header:
        headers[scheme.timestamp_header] = str(int(NOW))
    return {**headers, **changes}


GOOD = reference()
FLIPPED = ("A" if GOOD[3] != "A" else "B").join((GOOD[:3], GOOD[4:]))
HEX_OF_GOOD = "v1," + base64.b64decode(GOOD[3:]).hex()

# name: (scheme, keys, headers, body)
ACCEPTED = {
    "fresh": (STANDARD, [KEY], standard(), BODY),
    "299 s old": (STANDARD, [KEY], resigned(str(int(NOW) - 299)), BODY),
    "300 s old": (STANDARD, [KEY], resigned(str(int(NOW) - 300)), BODY),
    "299 s ahead": (STANDARD, [KEY], resigned(str(int(NOW) + 299)), BODY),
    "300 s ahead": (STANDARD, [KEY], resigned(str(int(NOW) + 300)), BODY),
    "second of two signatures": (
        STANDARD,
        [KEY],
        standard(signature=f"{FLIPPED} {GOOD}"),
        BODY,
    ),
    "beside one of a newer scheme": (
        STANDARD,
        [KEY],
        standard(signature=f"v1a,ed25519 {GOOD}"),
        BODY,
    ),
    "new key while rotating": (STANDARD, [KEY, OLD], standard(), BODY),
    "old key while rotating": (
        STANDARD,
        [KEY, OLD],
        standard(signature=reference(OLD)),
        BODY,
    ),
    "both keys sign while rotating": (
        STANDARD,
        [KEY],
        standard(signature=f"{reference(OLD)} {GOOD}"),
        BODY,
    ),
    "an unset key beside a set one": (STANDARD, [b"", KEY], standard(), BODY),
    "hex": (HEX, [KEY], plain("hex"), BODY),
    "timed": (TIMED, [KEY], plain("timed"), BODY),
    "sha1": (SHA1, [KEY], plain("sha1"), BODY),
    "sha512": (SHA512, [KEY], plain("sha512"), BODY),
    "hex, old key": (HEX, [KEY, OLD], plain("hex", OLD), BODY),
}
REFUSED = {
    "forged": (STANDARD, [KEY], standard(signature=FLIPPED), BODY),
    "another partner's key": (
        STANDARD,
        [KEY],
        standard(signature=reference(OTHER)),
        BODY,
    ),
    "old key after rotating": (
        STANDARD,
        [KEY],
        standard(signature=reference(OLD)),
        BODY,
    ),
    "body changed": (STANDARD, [KEY], standard(), BODY + b" "),
    "body emptied": (STANDARD, [KEY], standard(), b""),
    "body re-encoded": (STANDARD, [KEY], standard(), BODY.decode().encode("latin-1")),
    "id changed": (STANDARD, [KEY], standard(webhook_id="msg_2"), BODY),
    "timestamp changed": (STANDARD, [KEY], standard(at=int(NOW) + 1), BODY),
    "301 s old": (STANDARD, [KEY], resigned(str(int(NOW) - 301)), BODY),
    "301 s ahead": (STANDARD, [KEY], resigned(str(int(NOW) + 301)), BODY),
    "a year old": (STANDARD, [KEY], resigned(str(int(NOW) - 31_536_000)), BODY),
    "in milliseconds": (STANDARD, [KEY], resigned(str(int(NOW) * 1000)), BODY),
    "timestamp NaN": (STANDARD, [KEY], resigned("nan"), BODY),
    "timestamp inf": (STANDARD, [KEY], resigned("inf"), BODY),
    "timestamp -inf": (STANDARD, [KEY], resigned("-inf"), BODY),
    "timestamp negative": (STANDARD, [KEY], resigned("-1"), BODY),
    "timestamp zero": (STANDARD, [KEY], resigned("0"), BODY),
    "timestamp empty": (STANDARD, [KEY], resigned(""), BODY),
    "timestamp blank": (STANDARD, [KEY], resigned(" "), BODY),
    "timestamp a word": (STANDARD, [KEY], resigned("now"), BODY),
    "timestamp a date": (STANDARD, [KEY], resigned("2026-03-01T08:00:00Z"), BODY),
    "timestamp huge": (STANDARD, [KEY], resigned("1e999"), BODY),
    "timestamp not ASCII": (STANDARD, [KEY], resigned("１é"), BODY),
    "no id": (STANDARD, [KEY], standard(webhook_id=None), BODY),
    "id empty": (STANDARD, [KEY], standard(webhook_id=""), BODY),
    "no timestamp": (STANDARD, [KEY], standard(webhook_timestamp=None), BODY),
    "no signature": (STANDARD, [KEY], standard(webhook_signature=None), BODY),
    "signature empty": (STANDARD, [KEY], standard(signature=""), BODY),
    "signature blank": (STANDARD, [KEY], standard(signature="   "), BODY),
    "signature without version": (
        STANDARD,
        [KEY],
        standard(signature=GOOD.removeprefix("v1,")),
        BODY,
    ),
    "signature of another version": (
        STANDARD,
        [KEY],
        standard(signature=GOOD.replace("v1,", "v2,")),
        BODY,
    ),
    "signature in hex": (STANDARD, [KEY], standard(signature=HEX_OF_GOOD), BODY),
    "signature cut": (STANDARD, [KEY], standard(signature=GOOD[:-2]), BODY),
    "signature not ASCII": (STANDARD, [KEY], standard(signature="v1,ÜÜÜ"), BODY),
    "seventeenth of many signatures": (
        STANDARD,
        [KEY],
        standard(signature=" ".join([FLIPPED] * 16 + [GOOD])),
        BODY,
    ),
    "no key": (STANDARD, [], standard(), BODY),
    "empty key": (STANDARD, [b""], standard(signature=""), BODY),
    "empty key that signed": (
        STANDARD,
        [b""],
        standard(
            signature=signatures.sign(STANDARD, b"", BODY, "msg_1", str(int(NOW)))
        ),
        BODY,
    ),
    "hex forged": (HEX, [KEY], plain("hex", OTHER), BODY),
    "hex without its prefix": (
        HEX,
        [KEY],
        {"X-Hub-Signature-256": plain("hex")["X-Hub-Signature-256"][7:]},
        BODY,
    ),
    "hex in upper case": (
        HEX,
        [KEY],
        {k: v.upper() for k, v in plain("hex").items()},
        BODY,
    ),
    "wrong algorithm": (SHA512, [KEY], plain("sha1"), BODY),
    "weaker algorithm": (HEX, [KEY], plain("sha1"), BODY),
    "timed, other time": (
        TIMED,
        [KEY],
        plain("timed", **{"X-Timestamp": str(int(NOW) + 5)}),
        BODY,
    ),
    "timed, no time": (
        TIMED,
        [KEY],
        {"X-Signature": plain("timed")["X-Signature"]},
        BODY,
    ),
}


def test_the_matrix_has_sixty_cases() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 60


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_authentic_webhook_is_accepted(case) -> None:
    scheme, keys, headers, body = case
    verified = verify(scheme, keys, headers, body, NOW)
    assert verified == ("msg_1" if scheme is STANDARD else None)


def test_an_id_that_is_not_signed_is_none() -> None:
    scheme = HmacScheme("X-Signature", id_header="X-Event-Id")
    headers = {"X-Signature": signatures.sign(scheme, KEY, BODY), "X-Event-Id": "7"}
    assert verify(scheme, [KEY], headers, BODY, NOW) is None


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_headers_alone_show_what_is_missing(name) -> None:
    headers = {k: v for k, v in standard().items() if k != name}
    with pytest.raises(AuthenticationFailed):
        signatures.check_headers(STANDARD, headers, NOW)
    signatures.check_headers(STANDARD, standard(), NOW)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_any_other_webhook_is_refused(case) -> None:
    scheme, keys, headers, body = case
    with pytest.raises(AuthenticationFailed):
        verify(scheme, keys, headers, body, NOW)


@given(
    st.text(max_size=200), st.integers(0, 2**32), st.binary(min_size=16, max_size=64)
)
def test_our_signature_is_that_of_the_reference_library(text, at, key) -> None:
    body = text.encode("utf-8", "replace")
    webhook = Webhook(base64.b64encode(key).decode())
    expected = webhook.sign("m", datetime.fromtimestamp(at, UTC), body.decode())
    assert signatures.sign(STANDARD, key, body, "m", str(at)) == expected


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=60)), st.binary())
def test_no_header_whatsoever_raises_anything_else(headers, body) -> None:
    names = (STANDARD.signature_header, STANDARD.id_header, STANDARD.timestamp_header)
    headers = {**headers, **dict(zip(names, headers.values(), strict=False))}
    with pytest.raises(AuthenticationFailed):
        verify(STANDARD, [KEY], headers, body, NOW)


@pytest.mark.parametrize("secret", ["whsec_%%%", "whsec_é", "ü", "abc"])
def test_a_secret_that_is_no_base64_is_named_as_such(secret) -> None:
    with pytest.raises(AuthenticationFailed, match="base64"):
        signatures.decode_secret(secret)


def test_a_secret_is_read_with_and_without_its_prefix() -> None:
    text = base64.b64encode(KEY).decode()
    assert signatures.decode_secret(text) == KEY
    assert signatures.decode_secret(f"whsec_{text}") == KEY
