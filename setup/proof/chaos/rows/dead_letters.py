"""Row 9: failed messages are complete and redrivable."""

from __future__ import annotations

from random import Random
from typing import Any

from .. import generator, oracle, parallel
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Post, Sender

VERSIONS = 5


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Poison among healthy facts; then it is fixed and retried by many at once."""
    backend = system.make_backend("row 9")
    keys = numbers["facts"] // VERSIONS
    prefix = f"p{chance.randrange(10**6)}"
    posts = generator.facts(chance, prefix, keys, VERSIONS)
    poisoned = _poison(chance, posts, numbers["poison"])
    sender = Sender(backend.url, system.history, "row9-answers")
    for version in range(VERSIONS):
        sender.send_all(posts[version * keys : (version + 1) * keys], threads=8)
    behind = sum(VERSIONS - version for version in poisoned.values())
    healthy = len(posts) - len(poisoned) - behind
    system.books.wait_until(
        lambda: (
            system.books.count_effects(backend.id) >= healthy
            and len(_dead(system, backend)) >= len(poisoned)
        ),
        numbers["patience"],
    )
    outcome = Outcome({"facts": len(posts), "poison": len(poisoned)})
    dead = _dead(system, backend)
    _check_dead(outcome, dead, poisoned)
    applied = [(e[1], e[2]) for e in system.books.effects(backend.id)]
    outcome.complaints += oracle.stops_at_poison(
        applied, {f"{prefix}-{key}": VERSIONS for key in range(keys)}, poisoned
    )
    system.cure(backend)
    _redrive(system, [row[0] for row in dead], numbers["people"], chance)
    system.books.wait_until(
        lambda: system.books.count_effects(backend.id) >= len(posts),
        numbers["patience"],
    )
    effects = system.books.effects(backend.id)
    outcome.figures.update(
        applied_after_redrive=len(effects),
        people=numbers["people"],
        open_exceptions=_open_exceptions(system, backend),
    )
    outcome.complaints += oracle.exactly_once(
        [p.id for p in posts], [e[0] for e in effects]
    )
    outcome.complaints += oracle.monotonic((e[1], e[2]) for e in effects)
    outcome.demand(
        _open_exceptions(system, backend) == 0, "exceptions stayed open after redrive"
    )
    return outcome


def _poison(chance: Random, posts: list[Post], count: int) -> dict[str, int]:
    """Poison one version of so many keys; {key: version}."""
    by_key: dict[str, list[Post]] = {}
    for post in posts:
        by_key.setdefault(post.key, []).append(post)
    poisoned = {}
    for key in chance.sample(sorted(by_key), count):
        post = chance.choice(by_key[key])
        post.data["poison"] = "permanent"
        poisoned[key] = post.sequence
    return poisoned


def _dead(system: ChaosSystem, backend: Backend) -> list[tuple]:
    """(row id, id, cause, open exceptions) of every failed message."""
    return system.books.rows(
        "select m.id, m.external_id, m.error, count(x.id) from logistics_message m"
        " left join logistics_exception_message_rel r on r.message_id = m.id"
        " left join logistics_exception x on x.id = r.exception_id"
        " and x.state = 'open' and x.cause = m.error"
        " where m.backend_id = %s and m.state = 'dead' group by m.id",
        backend.id,
    )


def _check_dead(outcome: Outcome, dead: list[tuple], poisoned: dict[str, int]) -> None:
    wanted = {f"{key}-{version}" for key, version in poisoned.items()}
    outcome.figures["dead"] = len(dead)
    outcome.complaints += oracle.exactly_once(wanted, [row[1] for row in dead])
    mute = [row[1] for row in dead if row[1] not in (row[2] or "") or row[3] != 1]
    outcome.demand(not mute, f"{len(mute)} failed messages without cause or exception")


def _open_exceptions(system: ChaosSystem, backend: Backend) -> int:
    return system.books.value(
        "select count(*) from logistics_exception"
        " where backend_id = %s and state in ('open', 'in_progress')",
        backend.id,
    )


def _redrive(system: ChaosSystem, ids: list[int], people: int, chance: Random) -> None:
    """Several people replay all of them at the same instant, in any order."""
    orders = [chance.sample(ids, len(ids)) for _ in range(people)]

    def replay(chosen: list[int]) -> None:
        client = system.node.server.client()
        client.call("logistics.message", "action_replay", chosen)

    parallel.together(replay, orders)


ROW = Row(
    9,
    "Failed messages are complete and redrivable",
    play,
    quick={"facts": 200, "poison": 10, "people": 3, "patience": 90},
    full={"facts": 10_000, "poison": 100, "people": 4, "patience": 600},
    tiny={"facts": 25, "poison": 2, "people": 2, "patience": 60},
)
