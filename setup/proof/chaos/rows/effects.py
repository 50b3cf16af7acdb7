"""Row 6: an external effect happens once."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from random import Random
from typing import Any

from hub.server import sandbox
from partner_sandbox.client import Sandbox

from .. import oracle
from ..proxy import Fault, HttpProxy, Request
from ..row import Outcome, Row
from ..system import Backend, ChaosSystem

SERVICE = "Standard"


def play(system: ChaosSystem, numbers: dict[str, Any], chance: Random) -> Outcome:
    """The partner commits every order, and the answer to the first try is cut."""
    started = sandbox.start(name="chaos-sandbox")
    cutter = _Cutter(chance)
    port = int(started.url.rpartition(":")[2])
    proxy = HttpProxy(port, cutter)
    try:
        return _play(system, numbers, chance, Sandbox(started.url), proxy, cutter)
    finally:
        proxy.close()
        started.stop()


def _play(
    system: ChaosSystem,
    numbers: dict[str, Any],
    chance: Random,
    partner: Sandbox,
    proxy: HttpProxy,
    cutter: _Cutter,
) -> Outcome:
    prefix = f"e{chance.randrange(10**6)}"
    sku, count = f"{prefix}-SKU", numbers["orders"]
    system.client.call("chaos.driver", "make_products", [sku], count)
    partner.settings(mode="manual")
    partner.catalogue({"sku": sku, "name": sku, "quantity": count})
    system.set_type("outbound_instruction", retry_delay=1)
    backend = _backend(system, proxy)
    references = [f"{prefix}-{n}" for n in range(count)]
    cutter.cutting.set()
    system.client.call(
        "chaos.driver", "make_deliveries", backend.id, references, sku, False
    )
    done = system.books.wait_until(
        lambda: system.books.states(backend.id).get("done", 0) >= count,
        numbers["patience"],
        0.5,
    )
    orders = [order["reference"] for order in partner.books()["orders"]]
    bound = system.books.rows(
        "select p.name from logistics_binding b join stock_picking p on p.id = b.res_id"
        " where b.backend_id = %s and b.kind = 'order'",
        backend.id,
    )
    outcome = Outcome(
        {
            "orders": count,
            "cut_after_commit": cutter.cuts,
            "orders_at_partner": len(orders),
            "creations_asked": sum(cutter.asked.values()),
            "states": system.books.states(backend.id),
        }
    )
    outcome.complaints += oracle.exactly_once(references, orders)
    outcome.complaints += oracle.exactly_once(references, [name for (name,) in bound])
    outcome.demand(done, "not every message was done in time")
    outcome.demand(cutter.cuts == count, f"only {cutter.cuts} answers were cut")
    return outcome


def _backend(system: ChaosSystem, proxy: HttpProxy) -> Backend:
    backend = system.make_backend(
        "row 6",
        connector="shipbob",
        base_url=f"{proxy.url}/shipbob",
        shipbob_token="sandbox-token",
        wms_default_carrier_service=SERVICE,
        shipbob_channel_id=101,
    )
    # A partner of which every first request fails is interrupted and probed, and
    # each probe of a new order fails again: row 8 is about that, and it would take
    # hours here. The pace is row 15's.
    system.set_gate(
        backend, "outbound_instruction", failure_threshold=0, rate_requests=0
    )
    return backend


class _Cutter:
    """Cuts the answer to the first creation of each order, at any byte."""

    def __init__(self, chance: Random) -> None:
        self.asked: Counter[str] = Counter()
        self.cuts = 0
        self.cutting = threading.Event()
        self._chance = chance
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Fault | None:
        creates = request.method == "POST" and request.path.endswith("/order")
        if not creates or not self.cutting.is_set():
            return None
        digest = hashlib.sha256(request.body).hexdigest()
        with self._lock:
            self.asked[digest] += 1
            if self.asked[digest] > 1:
                return None
            self.cuts += 1
            return Fault(cut_answer_at=self._chance.choice((0, 1, 20, 200)))


ROW = Row(
    6,
    "An external effect happens once",
    play,
    quick={"orders": 30, "patience": 120},
    full={"orders": 500, "patience": 900},
    tiny={"orders": 4, "patience": 60},
)
