"""Row 4: order per key, parallel across keys."""

from __future__ import annotations

from random import Random
from typing import Any

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Post, Sender


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Many versions of many keys, some poison, several drains at once."""
    # As many drains as configured, also next to other partners.
    backend = system.make_backend("row 4", max_drains=4)
    keys, versions = numbers["keys"], numbers["versions"]
    prefix = f"o{chance.randrange(10**6)}"
    poisoned = max(1, keys * versions // 100)
    posts = generator.facts(chance, prefix, keys, versions, poisoned)
    first = _first_poison(posts)
    wanted = sum(first.get(f"{prefix}-{key}", versions + 1) - 1 for key in range(keys))
    _send(system, backend, [posts[n * keys : (n + 1) * keys] for n in range(versions)])
    done = system.books.wait_until(
        lambda: system.books.count_effects(backend.id) >= wanted, numbers["patience"]
    )
    at_once = oracle.most_at_once(_drains(system, backend))
    effects = system.books.effects(backend.id)
    applied = [(e[1], e[2]) for e in effects]
    states = system.books.states(backend.id)
    outcome = Outcome(
        {
            "keys": keys,
            "versions": versions,
            "poison": poisoned,
            "poisoned_keys": len(first),
            "applied": len(applied),
            "drains_at_once": at_once,
            "states": states,
        }
    )
    ends = {f"{prefix}-{key}": versions for key in range(keys)}
    outcome.complaints += oracle.monotonic(applied)
    outcome.complaints += oracle.stops_at_poison(applied, ends, first)
    outcome.demand(done, f"{len(applied)} of {wanted} applied in time")
    outcome.demand(
        states.get("dead", 0) == len(first),
        f"{states.get('dead', 0)} failed messages, one per poisoned key is"
        f" {len(first)}",
    )
    outcome.demand(
        at_once >= numbers["drainers"],
        f"never more than {at_once} drains at once",
    )
    return outcome


def _send(system: ChaosSystem, backend: Backend, versions: list[list[Post]]) -> None:
    """Within a key the partner sends in order; keys are sent in parallel."""
    sender = Sender(backend.url, system.history, "row4-answers")
    middle = len(versions) // 2
    for part in versions[:middle]:
        sender.send_all(part)
    # The rest has gathered when the drains begin, so that one of them alone cannot
    # keep up with what comes in.
    with system.paused(backend):
        for part in versions[middle:]:
            sender.send_all(part)


def _first_poison(posts: list[Post]) -> dict[str, int]:
    """First poisoned version of each poisoned key; posts go version by version."""
    first: dict[str, int] = {}
    for post in posts:
        if post.data.get("poison"):
            first.setdefault(post.key, post.sequence)
    return first


def _drains(system: ChaosSystem, backend: Backend) -> list[tuple[int, float, float]]:
    """(process, start, end) of the times in which processes emptied their lanes.

    Not of single batches: they are so short that they rarely meet.
    """
    return [
        (d["pid"], d["started"], d["t"])
        for d in system.history.read("slices")
        if d["backend"] == backend.id
    ]


ROW = Row(
    4,
    "Order per key, parallel across keys",
    play,
    quick={"keys": 40, "versions": 10, "drainers": 2, "patience": 90},
    full={"keys": 200, "versions": 50, "drainers": 4, "patience": 600},
    tiny={"keys": 8, "versions": 4, "drainers": 1, "patience": 60},
)
