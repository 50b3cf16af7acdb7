"""Tracking: polled, and sent by webhook."""

from __future__ import annotations

from typing import Any

from ...carriers.model import Event, Parcel
from ...carriers.rest import Routes
from ...core.message import Answer, Request
from ...core.webhook import Subscription
from .api import Group, Json, refusal, stamp
from .const import STATUS, WEBHOOK_EVENT
from .labels import address


class Tracking(Group):
    """``/v1/tracking`` and ``/v1/environment/webhooks``."""

    def routes(self) -> Routes:
        """Operations."""
        hooks = "/v1/environment/webhooks"
        return [
            ("GET", "/v1/tracking", self.get),
            ("GET", "/v1/labels/{label_id}/track", self.of_label),
            ("GET", hooks, self.webhooks),
            ("POST", hooks, self.subscribe),
            ("DELETE", hooks + "/{webhook_id}", self.unsubscribe),
        ]

    def get(self, request: Request, _: dict[str, str]) -> Answer:
        """``get_tracking_log``."""
        number = request.argument("tracking_number") or ""
        if number not in self.books.parcels:
            raise refusal(404, f"No parcel {number} is known.")
        parcel = self.books.parcels[number]
        account = parcel.shipment.extra["account"]
        told = information(parcel, request.base_url)
        told |= {"carrier_code": account.code, "carrier_id": int(account.id[3:])}
        return Answer.of({"tracking_url": "https://example.com/", **told})

    def of_label(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``get_tracking_log_from_label``: of its first parcel."""
        parcel = self.label(arguments["label_id"]).parcels[0]
        return Answer.of(information(parcel, request.base_url))

    def _mine(self) -> list[Subscription]:
        every = list(self.world.outbox.subscriptions.values())
        return [s for s in every if s.dialect == self.dialect.name]

    def webhooks(self, _: Request, __: dict[str, str]) -> Answer:
        """``list_webhooks``."""
        return Answer.of([_view(s) for s in self._mine()])

    def subscribe(self, request: Request, _: dict[str, str]) -> Answer:
        """``create_webhook``: one per event and address."""
        body = request.json_object()
        if any(
            s.url == body["url"] and body["event"] in s.topics for s in self._mine()
        ):
            raise refusal(409, "There is a webhook of this event and address.")
        headers = {h["key"]: h["value"] for h in body.get("headers") or []}
        self.dialect.base_url = request.base_url
        made = Subscription(
            id=f"se-{90000 + self.books.next('webhook')}",
            dialect=self.dialect.name,
            url=body["url"],
            topics=[body["event"]],
            secret="",
            description=body.get("name"),
            signer=lambda _delivery, _age: dict(headers),
            signature_header=next(iter(headers), "Content-Type"),
        )
        self.world.outbox.subscriptions[made.id] = made
        return Answer.of(_view(made))

    def unsubscribe(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``delete_webhook``."""
        if not self.world.outbox.subscriptions.pop(arguments["webhook_id"], None):
            raise refusal(404, "There is no such webhook.")
        return Answer(204)


def _view(it: Subscription) -> Json:
    view: Json = {"webhook_id": it.id, "url": it.url, "event": it.topics[0]}
    return view | ({"name": it.description} if it.description else {})


def webhook(parcel: Parcel, base_url: str) -> Json:
    """Body of a ``track`` webhook."""
    query = f"carrier_code={parcel.shipment.extra['account'].code}"
    return {
        "resource_url": f"{base_url}/shipengine/v1/tracking?{query}"
        f"&tracking_number={parcel.tracking}",
        "resource_type": f"API_{WEBHOOK_EVENT.upper()}",
        "data": information(parcel, base_url),
    }


def information(parcel: Parcel, base_url: str) -> Json:
    """``tracking_information``, the newest event first."""
    last = parcel.events[-1]
    code, name, detail, own = STATUS[last.kind]
    view: Json = {
        "tracking_number": parcel.tracking,
        "status_code": code,
        "status_detail_code": detail,
        "status_description": name,
        "carrier_status_code": own,
        "carrier_detail_code": own,
        "carrier_status_description": last.text,
        "ship_date": stamp(parcel.shipment.created_at),
        "events": [
            _event(parcel, event, base_url) for event in reversed(parcel.events)
        ],
    }
    if last.estimate and not parcel.delivery:
        view["estimated_delivery_date"] = stamp(last.estimate)
    if parcel.delivery:
        view["actual_delivery_date"] = stamp(parcel.delivery.at)
    return view


def _event(parcel: Parcel, event: Event, base_url: str) -> Json:
    code, name, detail, own = STATUS[event.kind]
    view: dict[str, Any] = {
        "occurred_at": stamp(event.at),
        "carrier_occurred_at": event.at.isoformat(timespec="seconds"),
        "description": event.text,
        "city_locality": event.city,
        "state_province": event.country,
        "postal_code": "",
        "country_code": event.country,
        "event_code": own,
        "carrier_detail_code": own,
        "status_code": code,
        "status_detail_code": detail,
        "status_description": name,
        "carrier_status_code": own,
        "carrier_status_description": event.text,
    }
    if event.signed_by:
        view["signer"] = event.signed_by
        request = Request("GET", "", "", {}, b"", base_url)
        view["proof_of_delivery_url"] = address(request, f"proof-{parcel.tracking}.pdf")
    return view
