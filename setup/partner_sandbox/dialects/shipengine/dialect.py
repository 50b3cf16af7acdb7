"""ShipEngine's API on the common world of carriers."""

from __future__ import annotations

import csv
import io
from typing import ClassVar

from ...carriers.model import Event, Invoice, Parcel
from ...core.message import Answer, Refusal, Request, Violation
from ...core.world import World
from . import errata
from .api import Account, Json, error_body, refusal
from .batches import Batches
from .const import CONTRACT_FILE, WEBHOOK_EVENT
from .handover import Handover
from .labels import Labels
from .questions import Questions
from .tracking import Tracking, webhook


class ShipEngine(Account):
    """One account with several carriers; the sandbox's token is its API key."""

    name: ClassVar[str] = "shipengine"
    carrier_name = "ShipEngine"
    contract_file = CONTRACT_FILE
    groups = (Labels, Batches, Questions, Tracking, Handover)

    def begin(self, world: World) -> None:
        """Empty books."""
        super().begin(world)
        self.base_url = ""
        self.pending = {}
        self.batches = {}

    @staticmethod
    def correct_schemas(schemas: Json) -> None:
        """See :mod:`errata`."""
        errata.correct(schemas)

    def authenticate(self, request: Request) -> None:
        """The API key."""
        if request.headers.get("api-key") != self.world.token:
            raise refusal(401, "The API key is invalid.")

    def breached(self, breaches: list[Violation]) -> Refusal:
        """The first one, with its field."""
        text = f"{breaches[0].pointer}: {breaches[0].message}"
        return refusal(400, text[:300], field=breaches[0].pointer)

    def failure(self, status: int, message: str) -> Answer:
        """``error_response_body``."""
        return Answer.of(error_body(status, message), status)

    def tell(self, parcel: Parcel, event: Event) -> None:
        """A ``track`` webhook, to who subscribed; the purchase itself is none."""
        if event.kind != "created":
            payload = webhook(parcel, self.base_url)
            reference = parcel.shipment.reference
            self.world.outbox.emit(self.name, WEBHOOK_EVENT, payload, reference)

    def reference_of(self, request: Request, path: str) -> str | None:
        """From the body of a purchase, or by a label or number in the path."""
        wanted = request.json_object().get("shipment")
        if isinstance(wanted, dict) and wanted.get("external_shipment_id"):
            return str(wanted["external_shipment_id"])
        found = self.router.find(request.method, path)
        arguments = found[1] if found else {}
        if "reference" in arguments:
            return arguments["reference"]
        shipment = self.books.shipments.get(arguments.get("label_id", ""))
        if shipment is None:
            number = request.argument("tracking_number") or ""
            parcel = self.books.parcels.get(number)
            shipment = parcel.shipment if parcel else None
        return shipment.reference if shipment else None

    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        """A plain list: the contract defines no file in which ShipEngine bills."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(["tracking_number", "code", "name", "amount", "currency"])
        for line in invoice.lines:
            charge = line.charge
            amount = [str(charge.amount), invoice.currency]
            rows.writerow([line.tracking, charge.code, charge.name, *amount])
        return f"{invoice.number}.csv", text.getvalue().encode()
