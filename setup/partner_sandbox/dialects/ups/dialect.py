"""UPS's APIs on the common world of carriers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ...carriers.labels import Label
from ...carriers.model import Event, Invoice, Parcel
from ...carriers.rest import basic
from ...core.dialect import ControlCall
from ...core.message import Answer, Refusal, Request, Violation
from ...core.webhook import Delivery, Subscription
from ...core.world import World
from . import billing, tracking
from .api import Account, error, refusal
from .const import CONTRACTS, DEFAULT_LETTERS, ERRATA, LETTERS
from .paperless import Paperless
from .places import Places
from .rating import Rating
from .shipping import Shipping, reference_in
from .tracking import Tracking

TOKEN = "/security/v1/oauth/token"
TOPIC = "TrackingEvent"


class Ups(Account):
    """One account. Tokens are issued for any client id with the sandbox's secret."""

    name: ClassVar[str] = "ups"
    carrier_name = "UPS"
    contract_files = CONTRACTS
    errata = ERRATA
    groups = (Shipping, Rating, Tracking, Places, Paperless)

    def begin(self, world: World) -> None:
        """Empty books, no tokens, no alerts."""
        super().begin(world)
        self.tokens: set[str] = set()
        self.alert_accounts: set[str] = set()

    def control_routes(self) -> list[tuple[str, str, ControlCall]]:
        """``POST /webhook`` with ``url`` and ``key``: where alerts go."""
        return [("POST", "/webhook", self.set_webhook)]

    def set_webhook(self, _: Any, data: dict[str, Any], __: Request) -> dict[str, Any]:
        """UPS receives the address and its client id outside of its API."""
        key = str(data.get("key") or "")
        made = Subscription(
            id="ups-alerts",
            dialect=self.name,
            url=str(data["url"]),
            topics=[TOPIC],
            secret=key,
            signer=_headers,
            signature_header="x-api-key",
        )
        self.world.outbox.subscriptions[made.id] = made
        return {"url": made.url}

    def tell(self, parcel: Parcel, event: Event) -> None:
        """A track alert, once the account is subscribed."""
        if parcel.shipment.extra["account"] in self.alert_accounts:
            payload = tracking.alert(parcel, event)
            reference = parcel.shipment.reference
            self.world.outbox.emit(self.name, TOPIC, payload, reference)

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """Issue a token, or do what every carrier does."""
        if path == TOKEN and request.method == "POST":
            return self._issue(request)
        return super().serve(request, path, breaches)

    def _issue(self, request: Request) -> Answer:
        client, secret = basic(request)
        if not client or secret != self.world.token:
            return error("10401", "ClientId is Invalid", 401)
        with self.world.lock:
            token = f"ups-token-{self.books.next('token'):06d}"
            self.tokens.add(token)
        return Answer.of(
            {
                "token_type": "Bearer",
                "client_id": client,
                "access_token": token,
                "expires_in": "14399",
                "status": "approved",
            }
        )

    def authenticate(self, request: Request) -> None:
        """A token that was issued."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or token not in self.tokens:
            raise refusal("250002", "Invalid Authentication Information.", 401)

    def breached(self, breaches: list[Violation]) -> Refusal:
        """The first one."""
        return refusal("9120000", f"{breaches[0].pointer}: {breaches[0].message}"[:300])

    def failure(self, status: int, message: str) -> Answer:
        """``ErrorResponse``."""
        return error(str(status), message, status)

    def reference_of(self, request: Request, path: str) -> str | None:
        """From the body of a purchase or a question, or by the number in the path."""
        body = request.json_object()
        if "ShipmentRequest" in body:
            return reference_in(body["ShipmentRequest"].get("Shipment") or {}) or None
        if "LabelRecoveryRequest" in body:
            values = body["LabelRecoveryRequest"].get("ReferenceValues") or {}
            return (values.get("ReferenceNumber") or {}).get("Value")
        if "PickupCreationRequest" in body:
            return body["PickupCreationRequest"].get("ReferenceNumber")
        if "UploadRequest" in body:
            asked = body["UploadRequest"].get("Request") or {}
            context = asked.get("TransactionReference") or {}
            return context.get("CustomerContext")
        parcel = self.books.parcels.get(path.rpartition("/")[2])
        return parcel.shipment.reference if parcel else None

    def print_letters(self, label: Label, parcel: Parcel) -> Label:
        """Those of its ``CharacterSet``; a ``?`` instead of each other one."""
        letters = LETTERS[parcel.shipment.extra.get("letters", DEFAULT_LETTERS)]

        def printed(lines: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(t.encode(letters, "replace").decode(letters) for t in lines)

        return replace(
            label,
            sender=printed(label.sender),
            recipient=printed(label.recipient),
            facts=printed(label.facts),
        )

    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        """See :mod:`billing`."""
        return billing.write(invoice)


def _headers(delivery: Delivery, age: float) -> dict[str, str]:
    """Track Alert signs nothing: it shows the client id it was given."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "UPSPubSubTrackingService",
        "x-api-key": delivery.subscription.secret,
    }
