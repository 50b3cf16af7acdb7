"""Row 2: duplicates and shuffling change nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from .. import generator, oracle, parallel
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem
from ..webhooks import Post, Sender, post_once

OPENING = 100_000


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """Stock movements, a fifth of them twice, in any order."""
    backend = system.make_backend("row 2")
    prefix = f"d{chance.randrange(10**6)}"
    skus = [f"{prefix}-SKU{n}" for n in range(numbers["skus"])]
    system.client.call("chaos.driver", "make_products", skus, OPENING)
    unique = round(numbers["posts"] / 1.2)
    posts = generator.movements(chance, prefix, skus, unique)
    groups = generator.disturbed(chance, posts, 0.2)
    _warm_up(backend, numbers["warm_up"])
    sender = Sender(backend.url, system.history, "row2-answers")
    sender.send_groups(groups, numbers["threads"])
    system.books.wait_until(
        lambda: len(system.books.moved(prefix)) >= unique, numbers["patience"]
    )
    answers = system.history.read("row2-answers")
    times = [answer["seconds"] for answer in answers]
    moved = system.books.moved(prefix)
    outcome = Outcome(
        {
            "posts": sum(len(group) for group in groups),
            "unique": unique,
            "moves": len(moved),
            "slowest_answer_s": max(times),
            "p99_answer_s": oracle.percentile(times, 0.99),
            "server_errors": sum(a["status"] >= 500 for a in answers),
        }
    )
    wanted = oracle.sums((p.data["sku"], p.data["quantity"]) for p in posts)
    stock = {sku: OPENING - wanted.get(sku, 0) for sku in skus}
    outcome.complaints += oracle.exactly_once(
        [p.id for p in posts], [m[0] for m in moved]
    )
    outcome.complaints += oracle.same("stock sums", stock, system.books.stock(skus))
    outcome.complaints += oracle.never_lost(
        oracle.acknowledged(answers), system.books.stored_ids(backend.id)
    )
    refused = [a for a in answers if not 200 <= a["status"] < 300]
    outcome.demand(not refused, f"{len(refused)} answers were no 2xx")
    outcome.demand_time(max(times) < 1.0, f"the slowest answer took {max(times):.2f} s")
    return outcome


def _warm_up(backend: Backend, count: int) -> None:
    """Let every worker serve a request: the first one builds Odoo's routes."""
    stranger = Post("warm-up", "warm-up", {})
    url = backend.url.rpartition("/")[0] + "/nobody"
    parallel.for_each(lambda _number: post_once(url, stranger), range(count), 8)


ROW = Row(
    2,
    "Duplicates and shuffling change nothing",
    play,
    quick={"posts": 360, "skus": 8, "threads": 3, "warm_up": 60, "patience": 90},
    full={"posts": 10_000, "skus": 50, "threads": 3, "warm_up": 60, "patience": 900},
    tiny={"posts": 48, "skus": 3, "threads": 2, "warm_up": 20, "patience": 60},
)
