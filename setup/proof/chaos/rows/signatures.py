"""Row 10: only authentic and fresh messages enter."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..row import Outcome, Row
from ..signing import SCHEMES, Scheme
from ..system import Backend, ChaosSystem

ACCEPTED, KNOWN, REFUSED = (202,), (200,), (401,)
# Older than any tolerance that the product offers by default.
AGE = 3600
# How often a post comes again that is told to come later.
TRIES = 30


class Request(NamedTuple):
    """One post: what a partner, or somebody else, sends."""

    headers: dict[str, str]
    body: bytes


class Door:
    """The address of a backend that knows one scheme, a secret and a former one."""

    def __init__(self, system: ChaosSystem, scheme: Scheme, chance: Random) -> None:
        self.system, self.scheme = system, scheme
        self.prefix = f"w{chance.randrange(10**9)}"
        self.count = 0
        self.secret, self.former = (
            secrets.token_hex(16).encode(),
            secrets.token_hex(16).encode(),
        )
        self.backend: Backend = system.make_backend(
            f"row 10 {scheme.name}",
            **scheme.fields,
            webhook_secret=scheme.store(self.secret),
            webhook_secret_previous=scheme.store(self.former),
        )
        self.valid = self.make()

    def make(self, secret: bytes | None = None, age: int = 0) -> Request:
        """Return the post of a new fact, signed now or `age` seconds ago."""
        self.count += 1
        name = f"{self.prefix}-{self.count}"
        body = _body(name)
        moment = int(time.time()) - age
        headers = self.scheme.headers(secret or self.secret, name, moment, body)
        return Request(headers, body)

    def sign_with(self, change: Callable[[str], str]) -> Request:
        """Return the post of a new fact with a changed signature."""
        made = self.make()
        header = self.scheme.signature
        return Request(
            {**made.headers, header: change(made.headers[header])}, made.body
        )

    def without_signature(self) -> Request:
        made = self.make()
        headers = dict(made.headers)
        del headers[self.scheme.signature]
        return Request(headers, made.body)

    def in_capitals(self) -> Request:
        """Return a post whose names of headers are in capitals, which means nothing."""
        made = self.make()
        return Request({k.upper(): v for k, v in made.headers.items()}, made.body)

    def tampered(self) -> Request:
        """Return an accepted post's signature on other words of the same size."""
        return Request(
            self.valid.headers, self.valid.body.replace(b'"value": 1', b'"value": 2')
        )

    def stale(self) -> Request:
        """Return what was signed long ago, or, without a time, for another fact."""
        if self.scheme.timestamp:
            return self.make(age=AGE)
        return Request(self.valid.headers, self.make().body)

    def post(self, request: Request) -> int:
        """Send it, again while it is told to come later; return the status."""
        for _try in range(TRIES):
            status, wait = _post(self.backend.url, request)
            if status != 429:
                break
            time.sleep(min(wait, 10))
        return status

    def forget_former(self) -> None:
        self.system.client.write(
            "logistics.backend", [self.backend.id], {"webhook_secret_previous": False}
        )


def _body(name: str) -> bytes:
    fact = {"_message_type": "chaos_fact", "_version": 1, "key": name, "revision": 1}
    data = {"id": name, "key": name, "sequence": 1, "data": {**fact, "value": 1}}
    return json.dumps(data).encode()


def _post(url: str, request: Request) -> tuple[int, float]:
    """Return (status, seconds to wait); status 0 where no answer came."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=20
    )
    try:
        connection.request("POST", parts.path, request.body, request.headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, float(answer.getheader("Retry-After") or 1)
    except (OSError, http.client.HTTPException):
        return 0, 0.0
    finally:
        connection.close()


def _flip(signature: str) -> str:
    """Change one letter in the middle."""
    place = len(signature) - 9
    other = "b" if signature[place] == "a" else "a"
    return signature[:place] + other + signature[place + 1 :]


# What is tried at each door -> what has to be answered.
CASES: dict[str, tuple[Callable[[Door], Request], tuple[int, ...]]] = {
    "valid": (lambda door: door.valid, ACCEPTED),
    "the same again": (lambda door: door.valid, KNOWN),
    "signed with the previous secret": (lambda d: d.make(d.former), ACCEPTED),
    "names of headers in capitals": (Door.in_capitals, ACCEPTED),
    "other words under a known signature": (Door.tampered, REFUSED),
    "a changed signature": (lambda d: d.sign_with(_flip), REFUSED),
    "no signature": (Door.without_signature, REFUSED),
    "an empty signature": (lambda d: d.sign_with(lambda _s: ""), REFUSED),
    "a signature in the wrong case": (lambda d: d.sign_with(str.swapcase), REFUSED),
    "signed with another secret": (lambda d: d.make(b"x" * 32), REFUSED),
    "too old, or for another fact": (Door.stale, REFUSED),
    "signed with a secret that was removed": (lambda d: d.make(d.former), REFUSED),
}


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Try every case at every door, so many times, in an order of chance."""
    outcome = Outcome({"cases": 0, "accepted": 0, "refused": 0})
    wrong: list[str] = []
    for _round in range(numbers["rounds"]):
        for scheme in chance.sample(SCHEMES, len(SCHEMES)):
            wrong += _try_door(Door(system, scheme, chance), outcome)
    outcome.demand(not wrong, f"{len(wrong)} cases: {'; '.join(wrong[:6])}")
    most = numbers["rounds"] * len(SCHEMES) * len(CASES)
    outcome.demand(outcome.figures["cases"] == most, "some cases were not tried")
    return outcome


def _try_door(door: Door, outcome: Outcome) -> list[str]:
    """Return what was answered wrongly, or let in wrongly."""
    wrong, entered = [], set()
    for name, (make, expected) in CASES.items():
        if "removed" in name:
            door.forget_former()
        request = make(door)
        status = door.post(request)
        outcome.figures["cases"] += 1
        outcome.figures["refused" if expected == REFUSED else "accepted"] += 1
        if status not in expected:
            wrong.append(f"{door.scheme.name}, {name}: answered {status}")
        if expected == ACCEPTED:
            entered.add(json.loads(request.body)["id"])
    found = door.system.books.stored_ids(door.backend.id)
    if found != entered:
        wrong.append(f"{door.scheme.name}: {len(found ^ entered)} wrong in the inbox")
    return wrong


ROW = Row(
    10,
    "Only authentic and fresh messages enter",
    play,
    quick={"rounds": 1},
    full={"rounds": 10},
    tiny={"rounds": 1},
)
