"""Row 11: hostile bytes and files harm nobody."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

from .. import generator, hostile
from ..memory import Watch
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Post, Sender, sign

# Megabytes that a worker may take beyond what it had, at the worst moment.
MOST_GROWTH = 64
# Seconds until a good message that comes next has its effect.
SOON = 1.0
# So many good messages come first, and fewer of each other kind.
WARM = 120
PATIENCE = 30.0
TOKENS = ("%00", "a%00b", "%ff", "..%2f..", "x" * 4000, "a'b", "%F0%9F%98%80")
ENDED = ("done", "dead", "invalid", "retrying")


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Send each hostile thing, and a good message after it."""
    attack = _Attack(system, chance, numbers)
    attack.warm_up()
    workers = system.node.workers()
    watch = attack.watch = Watch(workers)
    restarts = system.supervisor.restarts
    for _round in range(numbers["rounds"]):
        attack.post_bodies()
        attack.post_to_nobody()
        attack.send_to_partner()
        attack.read_files()
    outcome = attack.outcome
    growth = watch.growth()
    outcome.figures.update(
        worst_growth_mb=max(growth.values()),
        grew_most_at=attack.grew_most_at,
        worst_good_s=round(max(attack.seconds), 2),
        good=len(attack.seconds),
    )
    alive = set(system.node.workers())
    outcome.demand(
        alive >= set(workers) and system.supervisor.restarts == restarts,
        f"{len(set(workers) - alive)} workers ended",
    )
    large = {pid: size for pid, size in growth.items() if size > MOST_GROWTH}
    outcome.demand(not large, f"workers grew by {sorted(large.values())} MB")
    applied = system.books.count_effects(attack.evil.id)
    outcome.demand(not applied, f"{applied} hostile messages were applied")
    outcome.demand(not attack.wrong, "; ".join(attack.wrong[:8]))
    outcome.demand_time(
        max(attack.seconds) <= SOON,
        f"a good message took {max(attack.seconds):.1f} s: {attack.slowest}",
    )
    return outcome


class _Attack:
    """What is sent, what was answered, and how the good messages fared."""

    def __init__(
        self, system: ChaosSystem, chance: Random, numbers: dict[str, Any]
    ) -> None:
        self.system, self.chance, self.numbers = system, chance, numbers
        self.prefix = f"h{chance.randrange(10**6)}"
        self.evil: Backend = system.make_backend("row 11 hostile")
        self.good: Backend = system.make_backend("row 11 good")
        self.sender = Sender(self.good.url, system.history, "row11-answers")
        self.outcome = Outcome({"bodies": 0, "answers": 0, "files": 0})
        self.wrong: list[str] = []
        self.seconds: list[float] = []
        self.slowest = ""
        self.count = 0
        self.watch: Watch | None = None
        self.grew_most_at: list[str] = []
        self.grown = 0.0

    def warm_up(self) -> None:
        """Do harmlessly all that follows: what a worker loads for it stays loaded."""
        posts = generator.facts(self.chance, f"{self.prefix}-warm", WARM, 1)
        self.sender.send_all(posts)
        self.system.books.wait_until(
            lambda: self.system.books.count_effects(self.good.id) >= len(posts), 60
        )
        for number in range(WARM // 2):
            body = b"{" + f"{self.prefix} {number}".encode()
            _post(self.evil.url, f"{self.prefix}-w{number}", "application/json", body)
            self.system.client.call(
                "chaos.driver", "read_file", "JVBERi0=", "application/pdf"
            )
        refusal = b"HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nbad"
        warm = [(f"warm {n}", [refusal], 0.0) for n in range(WARM // 5)]
        for _name in self._ask(warm):
            continue

    def post_bodies(self) -> None:
        """The partner itself, or who has its secret, sends them."""
        for name, kind, body in hostile.bodies(self.chance, self.numbers["random"]):
            self.count += 1
            status = _post(self.evil.url, f"{self.prefix}-{self.count}", kind, body)
            is_stored = name in hostile.STORED and status in (200, 202)
            self._check(name, 400 if is_stored else status)
            self.outcome.figures["bodies"] += 1

    def post_to_nobody(self) -> None:
        """Anyone may try an address."""
        base = self.evil.url.rpartition("/")[0]
        for token in TOKENS:
            status = _post(f"{base}/{token}", "x", "application/json", b"{}")
            self._check(f"address {token[:9]}", status)

    def send_to_partner(self) -> None:
        """A partner answers our requests with them."""
        for name in self._ask(hostile.answers()):
            self._check(name)
            self.outcome.figures["answers"] += 1

    def _ask(self, answers: Iterable[tuple[str, list[bytes], float]]) -> Iterator[str]:
        """Send an order for each answer, and yield its name when it was tried once."""
        with hostile.partner() as (url, plan):
            for name, pieces, pause in answers:
                self.count += 1
                path = f"{self.prefix}-{self.count}"
                plan[path] = (pieces, pause)
                backend = self.system.make_backend(
                    f"row 11 {name}", base_url=f"{url}/{path}", timeout=2
                )
                self.system.client.call(
                    "chaos.driver", "enqueue_orders", backend.id, [path]
                )
                ended = self.system.books.wait_until(
                    lambda id_=backend.id: self._has_ended(id_), PATIENCE
                )
                if not ended:
                    self.wrong.append(f"{name}: no end after {PATIENCE:.0f} s")
                yield name

    def _has_ended(self, backend_id: int) -> bool:
        """Return whether its order was tried once, however it went."""
        tried = self.system.books.value(
            "select count(*) from logistics_message_attempt a"
            " join logistics_message m on m.id = a.message_id where m.backend_id = %s",
            backend_id,
        )
        states = self.system.books.states(backend_id)
        return bool(tried) and set(states) <= set(ENDED)

    def read_files(self) -> None:
        """A carrier delivers them."""
        for name, media_type, content in hostile.files():
            problem = self.system.client.call(
                "chaos.driver", "read_file", hostile.encoded(content), media_type
            )
            if not problem:
                self.wrong.append(f"{name}: it was taken")
            self._check(name)
            self.outcome.figures["files"] += 1

    def _check(self, name: str, status: int = 400) -> None:
        """Judge an answer, and send a good message after it."""
        if not 400 <= status < 500:
            self.wrong.append(f"{name}: answered {status}")
        self.count += 1
        key = f"{self.prefix}-good-{self.count}"
        fact = {"_message_type": "chaos_fact", "_version": 1, "key": key}
        started = time.monotonic()
        accepted = self.sender.until_acknowledged(
            Post(key, key, {**fact, "revision": 1, "value": 1})
        )
        applied = accepted and self.system.books.wait_until(
            lambda: self._is_applied(key), PATIENCE, 0.02
        )
        if not applied:
            self.wrong.append(f"{name}: the next message was not applied")
        self.seconds.append(time.monotonic() - started)
        if self.seconds[-1] == max(self.seconds):
            self.slowest = name
        self._note_growth(name)

    def _note_growth(self, name: str) -> None:
        """Remember at what the workers grew most, the last of them last."""
        grown = max(self.watch.growth().values()) if self.watch else 0
        if grown > self.grown + 5:
            self.grown = grown
            self.grew_most_at = [*self.grew_most_at, f"{name}: {grown}"][-4:]

    def _is_applied(self, key: str) -> bool:
        return bool(
            self.system.books.rows(
                "select 1 from chaos_effect where backend_id = %s and external_id = %s",
                self.good.id,
                key,
            )
        )


def _post(url: str, name: str, kind: str, body: bytes) -> int:
    """Send a signed body; the status, or 0 where no answer came."""
    parts, moment = urlsplit(url), int(time.time())
    headers = {
        "Content-Type": kind,
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(name, moment, body),
    }
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=PATIENCE
    )
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except BrokenPipeError:
        # It was refused while it was sent: the answer is there all the same.
        return _read_refusal(connection)
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _read_refusal(connection: http.client.HTTPConnection) -> int:
    try:
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 413


ROW = Row(
    11,
    "Hostile bytes and files harm nobody",
    play,
    quick={"rounds": 1, "random": 20},
    full={"rounds": 5, "random": 200},
    tiny={"rounds": 1, "random": 4},
)
