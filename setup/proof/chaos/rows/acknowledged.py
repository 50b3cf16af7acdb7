"""Row 1: an acknowledged event is never lost."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from .. import generator, oracle
from ..parallel import for_each
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Post, Sender

# So many posts the sender is ahead of a fault at most, and waits so long for it. There
# is none to kill while the server is being started again, and then it is quick.
AHEAD, PATIENCE = 30, 60


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Post while HTTP workers are killed and PostgreSQL is crashed."""
    backend = system.make_backend("row 1")
    prefix = f"a{chance.randrange(10**6)}"
    keys = numbers["posts"] // numbers["versions"]
    posts = generator.facts(chance, prefix, keys, numbers["versions"])
    sender = Sender(backend.url, system.history, "row1-answers")
    faults = _Faults(system, sender, len(posts), numbers, chance)
    started = time.monotonic()
    faults.start()
    faults.send_amid(posts)
    faults.finish()
    seconds = time.monotonic() - started
    answers = system.history.read("row1-answers")
    acknowledged = oracle.acknowledged(answers)
    everything = {post.id for post in posts}
    system.books.wait_until(
        lambda: system.books.count_effects(backend.id) >= len(acknowledged),
        numbers["patience"],
    )
    effects = system.books.effects(backend.id)
    outcome = Outcome(
        {
            "posts": len(posts),
            "acknowledged": len(acknowledged),
            "stored": len(system.books.stored_ids(backend.id)),
            "applied": len(effects),
            "workers_killed": faults.kills,
            "postgres_crashes": faults.crashes,
            "server_restarts": system.supervisor.restarts,
            "answers": dict(Counter(a["status"] for a in answers)),
            "seconds": round(seconds, 1),
        }
    )
    outcome.complaints += oracle.never_lost(
        acknowledged, system.books.stored_ids(backend.id)
    )
    outcome.complaints += oracle.exactly_once(acknowledged, [e[0] for e in effects])
    outcome.complaints += oracle.monotonic((e[1], e[2]) for e in effects)
    outcome.demand(acknowledged == everything, "some posts were never acknowledged")
    final = [a["status"] for a in answers if 300 <= a["status"] < 500]
    # A sender may take it as the end, and give up or remove the address.
    outcome.demand(not final, f"{len(final)} answers were final: {sorted(set(final))}")
    outcome.demand(
        faults.crashes >= numbers["crashes"] and faults.kills >= numbers["kills"],
        f"only {faults.kills} kills, {faults.crashes} database crashes took place",
    )
    return outcome


class _Faults:
    """Kills workers and crashes PostgreSQL, both at set progress of the sender."""

    def __init__(
        self,
        system: ChaosSystem,
        sender: Sender,
        total: int,
        numbers: dict[str, Any],
        chance: Random,
    ) -> None:
        self.system, self.sender = system, sender
        self._chance = chance
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._strike, args=args, daemon=True)
            for args in (
                (0, _spread(total, numbers["kills"]), self._kill),
                (1, _spread(total, numbers["crashes"]), self._crash),
            )
        ]
        # At which progress each kind of fault is played next.
        self._due = [0.0, 0.0]
        self.kills = self.crashes = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def send_amid(self, posts: list[Post]) -> None:
        """Send them, but wait while a fault is overdue: posts shall meet it."""
        for_each(self._send, posts, 8)

    def _send(self, post: Post) -> None:
        end = time.monotonic() + PATIENCE
        while self.sender.done > min(self._due) + AHEAD and time.monotonic() < end:
            time.sleep(0.02)
        self.sender.until_acknowledged(post)

    def _strike(
        self, kind: int, moments: list[float], fault: Callable[[], bool]
    ) -> None:
        try:
            for moment in moments:
                self._due[kind] = moment
                # A fault that finds nothing to hit, such as a server that is just
                # being started again, is tried again.
                while self.sender.done < moment or not fault():
                    if self._stop.wait(0.05):
                        return
        finally:
            self._due[kind] = math.inf

    def _kill(self) -> bool:
        pid = self.system.kill_http_worker(self._chance.randrange(100))
        self.kills += pid is not None
        return pid is not None

    def _crash(self) -> bool:
        self.system.cluster.crash()
        up = self.system.cluster.start()
        self.system.history.write("postgres", up=up)
        self.crashes += 1
        return True


def _spread(total: int, count: int) -> list[float]:
    """Return so many moments of the progress to the total, evenly."""
    return [total * (n + 1) / (count + 1) for n in range(count)]


ROW = Row(
    1,
    "An acknowledged event is never lost",
    play,
    quick={
        "posts": 480,
        "versions": 6,
        "crashes": 2,
        "kills": 3,
        "patience": 90,
    },
    full={
        "posts": 10_000,
        "versions": 10,
        "crashes": 20,
        "kills": 70,
        "patience": 300,
    },
    tiny={
        "posts": 60,
        "versions": 3,
        "crashes": 1,
        "kills": 1,
        "patience": 90,
    },
)
