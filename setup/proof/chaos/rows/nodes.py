"""Row 12: two runners, two nodes."""

from __future__ import annotations

import signal
import threading
import time
from random import Random
from typing import Any

from .. import generator, oracle
from ..node import send
from ..proxy import Fault, HttpProxy, Request, TcpProxy
from ..row import Outcome, Row
from ..system import NODES, Backend, ChaosSystem
from ..webhooks import Sender


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Facts in and orders out, while nodes die, freeze and are cut off."""
    between = TcpProxy(system.cluster.port)
    try:
        # The second node reaches the database through a line that can be cut.
        system.start_node(NODES[1], workers=5, database_port=between.port)
        return _play(system, numbers, chance, between)
    finally:
        between.thaw()
        if NODES[1] in system.nodes:
            system.stop_node(NODES[1])
        between.close()


def _play(
    system: ChaosSystem, numbers: dict[str, Any], chance: Random, between: TcpProxy
) -> Outcome:
    account = f"row12-{chance.randrange(10**6)}"
    holes = HttpProxy(system.ledger.port, _Holes(chance, numbers["half_open"]))
    load = _Load(system, numbers, chance, account, f"{holes.url}/{account}")
    load.start()
    faults = _strike(system, numbers, between, load)
    load.join(300)
    done = system.books.wait_until(load.is_through, numbers["patience"], 0.5)
    holes.close()
    effects = system.books.effects(load.facts_backend.id)
    orders = [entry["id"] for entry in system.ledger.entries(account, "done")]
    outcome = Outcome(
        {
            "facts": len(load.posts),
            "effects": len(effects),
            "orders": len(load.references),
            "orders_at_partner": len(orders),
            "half_open_requests": holes.spoiled,
            "faults": faults,
            "nodes_that_drained": _count_nodes(system, load.facts_backend),
        }
    )
    outcome.complaints += oracle.exactly_once(
        [post.id for post in load.posts], [effect[0] for effect in effects]
    )
    outcome.complaints += oracle.monotonic((e[1], e[2]) for e in effects)
    outcome.complaints += oracle.exactly_once(load.references, orders)
    outcome.demand(done, "not everything was through in time")
    outcome.demand(holes.spoiled > 0, "no request met a half-open connection")
    return outcome


def _strike(
    system: ChaosSystem, numbers: dict[str, Any], between: TcpProxy, load: _Load
) -> list[str]:
    """One fault after the other, each amid the load."""
    first, second = (system.nodes[name] for name in NODES)
    load.wait_for(0.15)
    second.signal(signal.SIGSTOP)
    time.sleep(numbers["stop_seconds"])
    second.signal(signal.SIGCONT)
    load.wait_for(0.4)
    # The runner and everything else of the first node, at one instant; the
    # supervisor starts it again.
    first.signal(signal.SIGKILL)
    load.wait_for(0.6)
    between.freeze()
    time.sleep(numbers["freeze_seconds"])
    between.thaw()
    load.wait_for(0.8)
    for pid in second.workers("WorkerJobRunner"):
        send(pid, signal.SIGKILL)
    return ["SIGSTOP", "SIGKILL node", "half-open database", "SIGKILL runner"]


class _Load(threading.Thread):
    """Sends facts and enqueues orders until all are out."""

    def __init__(
        self,
        system: ChaosSystem,
        numbers: dict[str, Any],
        chance: Random,
        account: str,
        url: str,
    ) -> None:
        super().__init__(daemon=True)
        self.system = system
        prefix = f"n{chance.randrange(10**6)}"
        keys = numbers["facts"] // 5
        self.posts = generator.facts(chance, prefix, keys, 5)
        self.references = [f"{account}-{n}" for n in range(numbers["orders"])]
        self.facts_backend: Backend = system.make_backend("row 12 in")
        self.orders_backend: Backend = system.make_backend(
            "row 12 out", base_url=url, timeout=3
        )
        self.sender = Sender(self.facts_backend.url, system.history, "row12-answers")
        self._keys = keys

    def run(self) -> None:
        step = max(1, len(self.references) // 5)
        for version in range(5):
            part = self.references[version * step : (version + 1) * step]
            if version == 4:
                part = self.references[version * step :]
            self._enqueue(part)
            start = version * self._keys
            self.sender.send_all(self.posts[start : start + self._keys], threads=3)

    def _enqueue(self, references: list[str]) -> None:
        """Ask again while the node is away: the key makes it once."""
        end = time.monotonic() + 120
        while True:
            try:
                self.system.client.call(
                    "chaos.driver", "enqueue_orders", self.orders_backend.id, references
                )
                return
            except OSError:  # requests' errors are of this kind
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def wait_for(self, share: float) -> None:
        """Until this share of the facts has been sent."""
        while self.sender.done < share * len(self.posts) and self.is_alive():
            time.sleep(0.05)

    def is_through(self) -> bool:
        books = self.system.books
        states = books.states(self.orders_backend.id)
        return books.count_effects(self.facts_backend.id) >= len(
            self.posts
        ) and states.get("done", 0) >= len(self.references)


class _Holes:
    """Some orders meet a connection that swallows them, before or after the work."""

    def __init__(self, chance: Random, share: float) -> None:
        self._chance, self._share = chance, share
        self._met: set[bytes] = set()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Fault | None:
        with self._lock:
            if request.body in self._met or self._chance.random() > self._share:
                return None
            self._met.add(request.body)
            if self._chance.random() < 0.5:
                return Fault(swallow=8.0)
            return Fault(latency=8.0)


def _count_nodes(system: ChaosSystem, backend: Backend) -> int:
    """How many processes drained: more than one shared the work."""
    return len(
        {d["pid"] for d in system.history.read("drains") if d["backend"] == backend.id}
    )


ROW = Row(
    12,
    "Two runners, two nodes",
    play,
    quick={
        "facts": 250,
        "orders": 40,
        "half_open": 0.25,
        "stop_seconds": 6,
        "freeze_seconds": 6,
        "patience": 120,
    },
    full={
        "facts": 10_000,
        "orders": 500,
        "half_open": 0.1,
        "stop_seconds": 60,
        "freeze_seconds": 60,
        "patience": 600,
    },
    tiny={
        "facts": 50,
        "orders": 8,
        "half_open": 0.3,
        "stop_seconds": 2,
        "freeze_seconds": 2,
        "patience": 90,
    },
)
