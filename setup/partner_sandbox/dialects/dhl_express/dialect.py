"""The MyDHL API on the common world of carriers."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta
from typing import Any, ClassVar

from ...carriers.dialect import CarrierDialect
from ...carriers.model import Invoice
from ...core.dialect import ControlCall
from ...core.message import Answer, Refusal, Request, Violation
from ...core.router import Router
from ...core.world import World
from . import billing
from .api import Group, Operation, error, refusal
from .const import CONTRACT_FILE, ERRATA
from .documents import Documents
from .duties import Duties
from .places import Places
from .shipments import Shipments
from .tracking import Tracking

GROUPS: tuple[type[Group], ...] = (Shipments, Tracking, Places, Documents, Duties)


class DhlExpress(CarrierDialect):
    """One customer. Any user, with the sandbox's token as password."""

    name: ClassVar[str] = "dhl_express"
    carrier_name = "DHL EXPRESS"
    contract_file = CONTRACT_FILE
    errata = ERRATA

    def begin(self, world: World) -> None:
        """Empty books."""
        super().begin(world)
        self.world = world
        self.router: Router[Operation] = Router(
            route for group in GROUPS for route in group(self).routes()
        )

    def control_routes(self) -> list[tuple[str, str, ControlCall]]:
        """``POST /age`` with ``seconds``: everything happened that much earlier."""
        return [("POST", "/age", self.age)]

    def age(self, _: Any, data: dict[str, Any], __: Request) -> dict[str, Any]:
        """Documents are taken some time after a purchase: let it pass."""
        past = timedelta(seconds=float(data["seconds"]))
        with self.world.lock:
            for shipment in self.books.shipments.values():
                shipment.created_at -= past
                if "images_at" in shipment.extra:
                    shipment.extra["images_at"] -= past
        return {"shipments": len(self.books.shipments)}

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """Authenticate, refuse what breaks the contract, do the work."""
        found = self.router.find(request.method, path)
        try:
            self._authenticate(request)
            if found is None:
                return self._unserved(request, path)
            wrong = [f"{b.pointer}: {b.message}" for b in breaches]
            if any(b.kind == "invalid" for b in breaches):
                title = "Unprocessable Entity"
                raise refusal(422, title, "Multiple problems found", *wrong)
            route, arguments = found
            with self.world.lock:
                return route.target(request, arguments)
        except Refusal as refused:
            return refused.answer

    def _authenticate(self, request: Request) -> None:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        try:
            text = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            text = ""
        user, _, password = text.partition(":")
        if kind != "Basic" or not user or password != self.world.token:
            raise refusal(401, "Unauthorized", "Invalid credentials")

    def _unserved(self, request: Request, path: str) -> Answer:
        if self.contract and self.contract.router.find(request.method, path):
            return self.failure(501, "The sandbox does not play this operation")
        return self.failure(404, "Resource not found")

    def failure(self, status: int, message: str) -> Answer:
        """``supermodelIoLogisticsExpressErrorResponse``."""
        return error(status, message, message)

    def undeliverable(self, text: str) -> bool:
        """Is this ``"<country> <zip> <city>"`` one the settings name?"""
        return any(re.search(p, text) for p in self.world.settings.undeliverable)

    def reference_of(self, request: Request, path: str) -> str | None:
        """From the body of a purchase, the question, or the number in the path."""
        body = request.json_object()
        if body.get("customerReferences"):
            return str(body["customerReferences"][0].get("value") or "") or None
        if body.get("remark"):
            return str(body["remark"])
        if request.argument("shipmentReference"):
            return request.argument("shipmentReference")
        match = re.match(r"/shipments/([^/]+)/", path)
        shipment = self.books.shipments.get(match[1]) if match else None
        return shipment.reference if shipment else None

    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        """See :mod:`billing`."""
        return billing.write(invoice, self.books)
