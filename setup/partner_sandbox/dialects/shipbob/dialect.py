"""ShipBob's API 2026-01 on the sandbox's core."""

from __future__ import annotations

import re
from typing import ClassVar

from ...core.dialect import ControlCall, Dialect
from ...core.message import Answer, Refusal, Request, Violation
from ...core.router import Router
from ...core.world import World
from . import errors
from .api import Group, Operation
from .billing_api import Billing
from .books import Books
from .changes_api import Changes
from .const import CHANNEL, CONTRACT_FILE, PREFIX
from .control import ShipBobControl
from .floor import Floor
from .inventory_api import Inventory
from .life import Life
from .orders_api import Orders
from .places_api import Places
from .products_api import Products
from .receiving_api import Receivings
from .returns_api import Returns
from .shipments_api import Shipments
from .simulate_api import Simulations
from .webhooks_api import Webhooks

GROUPS: tuple[type[Group], ...] = (
    Orders,
    Shipments,
    Changes,
    Products,
    Inventory,
    Receivings,
    Returns,
    Webhooks,
    Places,
    Simulations,
    Billing,
)


class ShipBob(Dialect):
    """Orders, shipments, stock, receiving, returns, billing, webhooks of a merchant."""

    name: ClassVar[str] = "shipbob"
    contract_file = CONTRACT_FILE
    extra_query = frozenset({"cursor"})

    def __init__(self, world: World) -> None:
        self._build(world)
        super().__init__(world)

    def _build(self, world: World) -> None:
        self.books = Books()
        self.floor = Floor(world, self.books)
        self.life = Life(world, self.books, self.floor)
        parts = (world, self.books, self.floor, self.life)
        self.router: Router[Operation] = Router(
            (method, PREFIX + template, operation)
            for group in GROUPS
            for method, template, operation in group(*parts).routes()
        )
        self.controls = ShipBobControl(*parts)

    def control_routes(self) -> list[tuple[str, str, ControlCall]]:
        """See :class:`ShipBobControl`."""
        return self.controls.calls()

    def reset(self) -> None:
        """Empty books."""
        self._build(self.world)
        self.control = Router(self.control_routes())

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """Authenticate, refuse what breaks the contract, do the work."""
        found = self.router.find(request.method, path)
        try:
            self._authenticate(request)
            if found is None:
                return self._unserved(request, path)
            _refuse_breaches(path, breaches)
            _check_json(request, path)
            route, arguments = found
            with self.world.lock:
                return route.target(request, arguments)
        except Refusal as refusal:
            return refusal.answer

    def _unserved(self, request: Request, path: str) -> Answer:
        """404, 405, or 501 for an operation of the contract that is not played."""
        if self.contract and self.contract.router.find(request.method, path):
            return self.failure(501, "The sandbox does not play this operation")
        if self.router.methods(path):
            return self.failure(405, "Method Not Allowed")
        return self.failure(404, "Not Found")

    def settings_changed(self) -> None:
        """Orders may have to continue automatically now."""
        with self.world.lock:
            self.life.kick()

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.world.token}":
            answer = self.failure(401, "Unauthorized")
            answer.headers["WWW-Authenticate"] = "Bearer"
            raise Refusal(answer)
        channel = request.headers.get("shipbob_channel_id")
        if channel is not None and channel != str(CHANNEL["id"]):
            raise Refusal(self.failure(403, f"No access to channel {channel}"))

    def failure(self, status: int, message: str) -> Answer:
        """``ProblemDetails``: what the contract's loosest error schemas admit."""
        return Answer.of(errors.problem_body(status, message), status)

    def reference_of(self, request: Request, path: str) -> str | None:
        """From the body of a new order, or by the order or shipment in the path."""
        if request.method == "POST" and path == PREFIX + "/order":
            found = request.json_object().get("reference_id")
            return found if isinstance(found, str) else None
        if match := re.search(r"/order/(\d+)", path):
            order = self.books.orders.get(int(match[1]))
            return order.reference if order else None
        if match := re.search(r"/shipment/(\d+)", path):
            shipment = self.books.shipments.get(int(match[1]))
            return shipment.order.reference if shipment else None
        return request.argument("ReferenceIds")


def _check_json(request: Request, path: str) -> None:
    try:
        _ = request.json
    except ValueError as error:
        raise errors.invalid(path, {"": [f"not valid JSON: {error}"]}) from None


def _refuse_breaches(path: str, breaches: list[Violation]) -> None:
    """400 for what the vendor cannot read; undefined extras are only written down."""
    wrong: errors.Errors = {}
    for breach in breaches:
        if breach.kind == "invalid":
            wrong.setdefault(breach.pointer.strip("/"), []).append(breach.message)
    if wrong:
        raise errors.invalid(path, wrong)
