"""Tracking, proofs of delivery, and subscriptions to track alerts."""

from __future__ import annotations

from datetime import UTC, timedelta

from ...carriers import proof
from ...carriers.dialect import encoded
from ...carriers.model import Event, Parcel
from ...carriers.rest import Routes
from ...core.message import Answer, Request
from .api import Group, Json, refusal
from .const import ACTIVITIES, VOIDED


class Tracking(Group):
    """``getSingleTrackResponseUsingGET`` and the account's track alerts."""

    def routes(self) -> Routes:
        """Operations of Tracking v1 and Track Alert v2."""
        alerts = "/api/track/{version}/subscription/{type}/account"
        return [
            ("GET", "/api/track/v1/details/{number}", self.details),
            ("POST", alerts, self.subscribe),
            ("DELETE", alerts, self.unsubscribe),
        ]

    def details(self, request: Request, arguments: dict[str, str]) -> Answer:
        """One parcel with its activities, the newest first."""
        parcel = self.books.parcels.get(arguments["number"])
        if parcel is None:
            raise refusal("TW0001", "Tracking Information Not Found", 404)
        package: Json = {
            "trackingNumber": parcel.tracking,
            "activity": [_activity(parcel, e) for e in reversed(parcel.events)],
            "packageCount": len(parcel.shipment.parcels),
            "referenceNumber": [
                {"type": "SHIPMENT", "number": parcel.shipment.reference}
            ],
            "service": {
                "code": f"{int(parcel.shipment.service):03d}",
                "description": parcel.shipment.service_name,
            },
        }
        if parcel.voided:
            package["activity"].insert(0, _voided(parcel))
        package["currentStatus"] = package["activity"][0]["status"]
        package["deliveryDate"] = _dates(parcel)
        if parcel.delivery:
            package["deliveryInformation"] = self._delivery(request, parcel)
        shipment = {"inquiryNumber": parcel.tracking, "package": [package]}
        return Answer.of({"trackResponse": {"shipment": [shipment]}})

    def _delivery(self, request: Request, parcel: Parcel) -> Json:
        assert parcel.delivery
        name = parcel.delivery.signed_by
        made: Json = {"receivedBy": name, "location": "Reception"}
        if request.argument("returnSignature") == "true":
            made["signature"] = {"image": encoded(proof.signature(name, "GIF"))}
        if request.argument("returnPOD") == "true":
            made["pod"] = {"content": encoded(proof.document(parcel, "UPS"))}
        return made

    def subscribe(self, request: Request, _: dict[str, str]) -> Answer:
        """``createAccountSubscription``: alerts go to where control said."""
        account = str(request.json_object().get("shipperAccountNumber"))
        self.dialect.alert_accounts.add(account)
        return Answer.of({"expiryDate": "9999-12-31"})

    def unsubscribe(self, request: Request, _: dict[str, str]) -> Answer:
        """``unsubscribeAccountSubscription``."""
        account = str(request.argument("shipper_account_number"))
        self.dialect.alert_accounts.discard(account)
        return Answer.of({"message": "Account unsubscribed"})


def _status(kind: str, text: str) -> Json:
    code = ACTIVITIES[kind]
    made = {"type": code[0], "code": code[1], "statusCode": code[2]}
    made["description"] = text or code[3]
    return {name: value for name, value in made.items() if value}


def words(event: Event) -> str:
    """UPS's own words, unless the plan has others."""
    told = event.text
    return told if told and event.reason else ACTIVITIES[event.kind][3]


def offset(event: Event, point: str = ":") -> str:
    """``+01:00`` of the event's place."""
    seconds = int((event.at.utcoffset() or timedelta()).total_seconds())
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    return f"{sign}{minutes // 60:02d}{point}{minutes % 60:02d}"


def _activity(parcel: Parcel, event: Event) -> Json:
    moment = event.at.astimezone(UTC)
    address = {"city": event.city, "countryCode": event.country}
    return {
        "location": {"address": address | {"country": event.country}},
        "status": _status(event.kind, words(event)),
        "date": f"{event.at:%Y%m%d}",
        "time": f"{event.at:%H%M%S}",
        "gmtDate": f"{moment:%Y%m%d}",
        "gmtTime": f"{moment:%H:%M:%S}",
        "gmtOffset": offset(event),
    }


def _voided(parcel: Parcel) -> Json:
    made = _activity(parcel, parcel.events[-1])
    kind, code, number, text = VOIDED
    status = {"type": kind, "code": code, "statusCode": number, "description": text}
    return made | {"status": status}


def _dates(parcel: Parcel) -> list[Json]:
    if parcel.delivery:
        return [{"type": "DEL", "date": f"{parcel.delivery.at:%Y%m%d}"}]
    estimate, first = parcel.shipment.estimate, parcel.events[0].estimate
    made = [{"type": "SDD", "date": f"{first:%Y%m%d}"}] if first else []
    if estimate and estimate != first:
        made.append({"type": "RDD", "date": f"{estimate:%Y%m%d}"})
    return made


def alert(parcel: Parcel, event: Event) -> Json:
    """``TrackingEventRequest``, what a track alert carries."""
    moment = event.at.astimezone(UTC)
    status = _status(event.kind, words(event))
    made: Json = {
        "trackingNumber": parcel.tracking,
        "localActivityDate": f"{event.at:%Y%m%d}",
        "localActivityTime": f"{event.at:%H%M%S}",
        "activityLocation": {"city": event.city, "country": event.country},
        "activityStatus": {
            **{n: status[n] for n in ("type", "code", "description") if n in status},
            "descriptionCode": status["statusCode"],
        },
        "gmtActivityDate": f"{moment:%Y%m%d}",
        "gmtActivityTime": f"{moment:%H%M%S}",
        "gmtOffset": offset(event, "."),
    }
    estimate = parcel.shipment.estimate
    if event.kind == "delivered":
        made["actualDeliveryDate"] = f"{event.at:%Y%m%d}"
        made["actualDeliveryTime"] = f"{event.at:%H%M%S}"
        made["receivedBy"] = event.signed_by
    elif estimate:
        made["scheduledDeliveryDate"] = f"{estimate:%Y%m%d}"
    return made
