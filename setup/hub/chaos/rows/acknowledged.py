"""Row 1: an acknowledged event is never lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from random import Random
from typing import Any

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Sender


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
    sender.send_all(posts, threads=8)
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
    # A sender may take it as the end, and give up or forget the address.
    outcome.demand(not final, f"{len(final)} answers were final: {sorted(set(final))}")
    outcome.demand(
        faults.crashes >= numbers["crashes"] and faults.kills >= numbers["kills"],
        f"only {faults.kills} kills, {faults.crashes} database crashes took place",
    )
    return outcome


class _Faults:
    """Kills a worker every so often; crashes PostgreSQL at set progress."""

    def __init__(
        self,
        system: ChaosSystem,
        sender: Sender,
        total: int,
        numbers: dict[str, Any],
        chance: Random,
    ) -> None:
        self.system, self.sender, self.numbers = system, sender, numbers
        step = total / (numbers["crashes"] + 1)
        self._crash_at = [step * (n + 1) for n in range(numbers["crashes"])]
        self._chance = chance
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=target, daemon=True)
            for target in (self._kill, self._crash)
        ]
        self.kills = self.crashes = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _kill(self) -> None:
        while not self._stop.wait(self.numbers["kill_every"]):
            if self.system.kill_http_worker(self._chance.randrange(100)):
                self.kills += 1

    def _crash(self) -> None:
        while self._crash_at and not self._stop.is_set():
            if self.sender.done < self._crash_at[0]:
                time.sleep(0.05)
                continue
            self._crash_at.pop(0)
            self.system.cluster.crash()
            up = self.system.cluster.start()
            self.system.history.write("postgres", up=up)
            self.crashes += 1


ROW = Row(
    1,
    "An acknowledged event is never lost",
    play,
    quick={
        "posts": 480,
        "versions": 6,
        "crashes": 2,
        "kills": 3,
        "kill_every": 2.0,
        "patience": 90,
    },
    full={
        "posts": 10_000,
        "versions": 10,
        "crashes": 20,
        "kills": 30,
        "kill_every": 2.0,
        "patience": 300,
    },
    tiny={
        "posts": 60,
        "versions": 3,
        "crashes": 1,
        "kills": 1,
        "kill_every": 0.5,
        "patience": 90,
    },
)
