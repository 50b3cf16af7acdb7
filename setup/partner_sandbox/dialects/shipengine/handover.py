"""Manifests and pickups."""

from __future__ import annotations

from collections import defaultdict

from ...carriers.model import Manifest, Pickup, Shipment
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import Group, Json, error_body, refusal, stamp
from .labels import address

# Answers that could also contain errors.
NO_ERRORS = error_body(200, "-") | {"errors": []}


class Handover(Group):
    """``/v1/manifests`` and ``/v1/pickups``."""

    def routes(self) -> Routes:
        """Operations."""
        return [
            ("POST", "/v1/manifests", self.create),
            ("GET", "/v1/manifests", self.list_all),
            ("POST", "/v1/pickups", self.book),
            ("GET", "/v1/pickups", self.pickups),
            ("GET", "/v1/pickups/{pickup_id}", self.pickup),
            ("DELETE", "/v1/pickups/{pickup_id}", self.cancel),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create_manifest``: one per carrier account."""
        by_account: dict[str, list[Shipment]] = defaultdict(list)
        for shipment in self.labels(request.json_object().get("label_ids") or []):
            if shipment.manifest:
                raise refusal(400, f"Label {shipment.id} is on {shipment.manifest}.")
            by_account[shipment.extra["account"].id].append(shipment)
        if not by_account:
            raise refusal(400, "There are no labels.", "field_value_required")
        made = [self._make(shipments) for shipments in by_account.values()]
        views = [_manifest(manifest, request) for manifest in made]
        return Answer.of(
            {"manifests": views, "manifest_requests": [], **views[0], **NO_ERRORS}
        )

    def _make(self, shipments: list[Shipment]) -> Manifest:
        number = f"se-{80000 + self.books.next('manifest')}"
        account = shipments[0].extra["account"]
        extra = {"name": account.name, "account": account.id}
        made = Manifest(number, now(), shipments, extra)
        for shipment in shipments:
            shipment.manifest = number
        self.books.manifests[number] = made
        return made

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``list_manifests``: those that hold one of ``label_ids``."""
        wanted = {v for k, v in request.query if k == "label_ids"}
        found = [
            _manifest(made, request)
            for made in self.books.manifests.values()
            if not wanted or wanted & {s.id for s in made.shipments}
        ]
        return Answer.of({"manifests": found, **_page(request, len(found))})

    def book(self, request: Request, _: dict[str, str]) -> Answer:
        """``schedule_pickup``."""
        body = request.json_object()
        first = self.labels(body["label_ids"])[0]
        body["address"] = first.extra["body"]["shipment"]["ship_from"]
        body["account"] = first.extra["account"].id
        made = Pickup(f"pik_{self.books.next('pickup'):06d}", "", now(), body)
        made.details["number"] = f"C{made.id[4:]}"
        self.books.pickups[made.id] = made
        return Answer.of({**_pickup(made), **NO_ERRORS})

    def pickups(self, request: Request, _: dict[str, str]) -> Answer:
        """``list_scheduled_pickups``."""
        page = int(request.argument("page") or 1)
        size = int(request.argument("page_size") or 25)
        every = [_pickup(made) for made in self.books.pickups.values()]
        found = every[(page - 1) * size : page * size]
        return Answer.of({"pickups": found, **_page(request, len(every)), **NO_ERRORS})

    def pickup(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get_pickup_by_id``."""
        return Answer.of({**_pickup(self._find(arguments)), **NO_ERRORS})

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``delete_scheduled_pickup``."""
        found = self._find(arguments)
        if found.state == "cancelled":
            raise refusal(400, "The pickup is cancelled already.", "invalid_status")
        found.state = "cancelled"
        found.details["cancelled_at"] = stamp()
        return Answer.of({"pickup_id": found.id, **NO_ERRORS})

    def _find(self, arguments: dict[str, str]) -> Pickup:
        if arguments["pickup_id"] not in self.books.pickups:
            raise refusal(404, "There is no such pickup.")
        return self.books.pickups[arguments["pickup_id"]]


def _manifest(made: Manifest, request: Request) -> Json:
    return {
        "manifest_id": made.id,
        "form_id": made.id,
        "created_at": stamp(made.created_at),
        "ship_date": stamp(made.created_at),
        "shipments": len(made.shipments),
        "label_ids": [shipment.id for shipment in made.shipments],
        "warehouse_id": "se-1000",
        "submission_id": made.id,
        "carrier_id": made.extra["account"],
        "manifest_download": {"href": address(request, f"manifest-{made.id}.pdf")},
    }


def _pickup(made: Pickup) -> Json:
    body = made.details
    view = {
        "pickup_id": made.id,
        "label_ids": body["label_ids"],
        "created_at": stamp(made.created_at),
        "confirmation_number": body["number"],
        "carrier_id": body["account"],
        "warehouse_id": "se-1000",
        "pickup_address": body["address"],
        "contact_details": body["contact_details"],
        "pickup_notes": body.get("pickup_notes") or "",
        "pickup_window": body["pickup_window"],
        "pickup_windows": [body["pickup_window"]],
    }
    return view | (
        {"cancelled_at": body["cancelled_at"]} if "cancelled_at" in body else {}
    )


def _page(request: Request, total: int) -> Json:
    link = {"href": f"{request.base_url}{request.path}"}
    ends = {"first": link, "last": link, "prev": {}, "next": {}}
    return {"total": total, "page": 1, "pages": 1, "links": ends}
