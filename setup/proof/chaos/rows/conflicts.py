"""Row 3: the same key with another body is refused."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from .. import generator, oracle
from ..row import Outcome, Row
from ..system import ChaosSystem
from ..webhooks import Sender


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Send facts, then send some of their ids again with another value."""
    backend = system.make_backend("row 3")
    posts = generator.facts(chance, f"c{chance.randrange(10**6)}", numbers["posts"], 1)
    sender = Sender(backend.url, system.history, "row3-answers")
    sender.send_all(posts)
    changed = [
        replace(post, data={**post.data, "value": post.data["value"] + 1000})
        for post in chance.sample(posts, numbers["conflicts"])
    ]
    # Twice: a conflict that comes again is still one conflict.
    sender.send_all([*changed, *changed])
    system.books.wait_until(
        lambda: system.books.count_effects(backend.id) >= len(posts), 60
    )
    effects = system.books.effects(backend.id)
    conflicts = system.books.rows(
        "select m.id, m.state, m.error_kind, m.payload, count(x.id)"
        " from logistics_message m"
        " left join logistics_exception_message_rel r on r.message_id = m.id"
        " left join logistics_exception x"
        " on x.id = r.exception_id and x.state = 'open'"
        " where m.backend_id = %s and m.state <> 'done' group by m.id",
        backend.id,
    )
    outcome = Outcome(
        {
            "posts": len(posts),
            "conflicts_sent": len(changed),
            "conflicts_stored": len(conflicts),
            "effects": len(effects),
        }
    )
    outcome.complaints += oracle.exactly_once(
        [p.id for p in posts], [e[0] for e in effects]
    )
    outcome.complaints += oracle.same(
        "values",
        {p.id: p.data["value"] for p in posts},
        {e[0]: e[3] for e in effects},
    )
    outcome.demand(
        len(conflicts) == len(changed),
        f"{len(conflicts)} conflicts are stored, {len(changed)} were sent",
    )
    bare = [c for c in conflicts if c[1:3] != ("invalid", "conflict") or c[4] != 1]
    outcome.demand(not bare, f"{len(bare)} conflicts without state or exception")
    return outcome


ROW = Row(
    3,
    "Same key, other body is refused",
    play,
    quick={"posts": 60, "conflicts": 20},
    full={"posts": 1000, "conflicts": 200},
    tiny={"posts": 12, "conflicts": 4},
)
