"""The MyDHL API on the common world of carriers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, ClassVar

from ...carriers.model import Invoice
from ...carriers.rest import RestDialect, basic
from ...core.dialect import ControlCall
from ...core.message import Answer, Refusal, Request, Violation
from . import billing
from .api import error, refusal
from .const import CONTRACT_FILE, ERRATA
from .documents import Documents
from .duties import Duties
from .places import Places
from .shipments import Shipments
from .tracking import Tracking


class DhlExpress(RestDialect):
    """One customer. Any user, with the sandbox's token as password."""

    name: ClassVar[str] = "dhl_express"
    carrier_name = "DHL EXPRESS"
    contract_file = CONTRACT_FILE
    errata = ERRATA
    groups = (Shipments, Tracking, Places, Documents, Duties)

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

    def authenticate(self, request: Request) -> None:
        """Any user with the sandbox's token."""
        user, password = basic(request)
        if not user or password != self.world.token:
            raise refusal(401, "Unauthorized", "Invalid credentials")

    def breached(self, breaches: list[Violation]) -> Refusal:
        """All of them."""
        texts = [f"{breach.pointer}: {breach.message}" for breach in breaches]
        title = "Unprocessable Entity"
        return refusal(422, title, "Multiple problems found", *texts)

    def failure(self, status: int, message: str) -> Answer:
        """``supermodelIoLogisticsExpressErrorResponse``."""
        return error(status, message, message)

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
