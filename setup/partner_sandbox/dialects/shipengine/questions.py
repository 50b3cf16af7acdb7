"""Accounts, prices, addresses and service points: asked, not bought."""

from __future__ import annotations

from datetime import timedelta

from ...carriers import pricing
from ...carriers.model import Parcel, Shipment
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import Group, Json, money, place, refusal, stamp
from .const import ACCOUNTS, Account, Service
from .labels import details, kilograms, price


class Questions(Group):
    """Operations that change nothing."""

    def routes(self) -> Routes:
        """Operations."""
        return [
            ("GET", "/v1/carriers", self.carriers),
            ("POST", "/v1/rates", self.rates),
            ("POST", "/v1/addresses/validate", self.validate),
            ("POST", "/v1/service_points/list", self.service_points),
        ]

    def carriers(self, _: Request, __: dict[str, str]) -> Answer:
        """``list_carriers``."""
        number = "00000000-0000-4000-8000-000000000001"
        found = [_account(account) for account in ACCOUNTS.values()]
        return Answer.of({"carriers": found, "request_id": number, "errors": []})

    def rates(self, request: Request, _: dict[str, str]) -> Answer:
        """``calculate_rates``."""
        body = request.json_object()
        wanted, options = body["shipment"], body.get("rate_options") or {}
        rates, invalid = [], []
        codes = options.get("service_codes")
        for key in options.get("carrier_ids") or list(ACCOUNTS):
            account = ACCOUNTS.get(key)
            if account is None:
                text = f"No carrier account {key}."
                raise refusal(400, text, "invalid_identifier", "carrier_ids")
            for service in account.services:
                if codes and service.code not in codes:
                    continue
                made = self._rate(wanted, account, service)
                (invalid if made["error_messages"] else rates).append(made)
        number = self.books.next("rate_request")
        shipment = {
            "shipment_id": f"se-{60000000 + number}",
            "ship_date": wanted.get("ship_date") or stamp(),
            "created_at": stamp(),
            "modified_at": stamp(),
            "shipment_status": "pending",
            "ship_to": wanted["ship_to"],
            "ship_from": wanted["ship_from"],
            "return_to": wanted["ship_from"],
            "confirmation": wanted.get("confirmation") or "none",
            "customs": wanted.get("customs"),
            "advanced_options": {},
            "insurance_provider": wanted.get("insurance_provider") or "none",
            "tags": [],
            "packages": wanted["packages"],
            "total_weight": wanted["packages"][0]["weight"],
        }
        told = {
            "rates": rates,
            "invalid_rates": invalid,
            "rate_request_id": f"se-{61000000 + number}",
            "status": "completed",
            "errors": [],
        }
        return Answer.of({**shipment, "rate_response": told})

    def _rate(self, wanted: Json, account: Account, service: Service) -> Json:
        shipment = Shipment(
            "",
            self.dialect.name,
            "",
            service.code,
            service.name,
            place(wanted["ship_from"]),
            place(wanted["ship_to"]),
            now(),
        )
        shipment.parcels = [
            Parcel(shipment, index, "", kilograms(package["weight"]))
            for index, package in enumerate(wanted["packages"], 1)
        ]
        charges = price(service.base, shipment)
        origin, destination = shipment.sender.country, shipment.recipient.country
        days = pricing.days(origin, destination, service.days)
        too_many = len(shipment.parcels) > 1 and not account.several
        errors = ["One package per shipment."] if too_many else []
        return {
            "rate_id": f"se-{62000000 + self.books.next('rate')}",
            "rate_type": "shipment",
            "carrier_id": account.id,
            "shipping_amount": money(charges[0].amount),
            "insurance_amount": money(0),
            "confirmation_amount": money(0),
            "other_amount": money(charges[1].amount),
            "rate_details": details(charges),
            "zone": None,
            "package_type": "package",
            "delivery_days": days,
            "guaranteed_service": service.days == 1,
            "estimated_delivery_date": stamp(now() + timedelta(days=days)),
            "negotiated_rate": True,
            "service_type": service.name,
            "service_code": service.code,
            "trackable": True,
            "carrier_code": account.code,
            "carrier_nickname": account.name,
            "carrier_friendly_name": account.name,
            "validation_status": "invalid" if errors else "valid",
            "warning_messages": [],
            "error_messages": errors,
        }

    def validate(self, request: Request, _: dict[str, str]) -> Answer:
        """``validate_address``: capitals, or an error where nobody lives."""
        return Answer.of([self._validated(address) for address in request.json])

    def _validated(self, address: Json) -> Json:
        at = place(address)
        original = {"name": "-", "postal_code": "-", **address}
        if self.dialect.undeliverable(f"{at.country} {at.zip} {at.city}"):
            message = {
                "code": "a1002",
                "message": "The address is unknown.",
                "type": "error",
                "detail_code": "city_not_found",
            }
            return {
                "status": "error",
                "original_address": original,
                "matched_address": None,
                "messages": [message],
            }
        upper = ("address_line1", "city_locality", "name")
        matched = {k: v.upper() if k in upper else v for k, v in original.items()}
        return {
            "status": "verified",
            "original_address": original,
            "matched_address": matched,
            "messages": [],
        }

    def service_points(self, request: Request, _: dict[str, str]) -> Answer:
        """``service_points_list``: two shops and a locker in the town."""
        body = request.json_object()
        at = place(body.get("address") or {})
        points = [
            {
                "carrier_code": ACCOUNTS["se-100003"].code,
                "service_codes": [],
                "service_point_id": f"SP{at.zip or '0'}{number}",
                "company_name": f"{kind} {number}",
                "address_line1": f"{number} Market Street",
                "city_locality": at.city,
                "state_province": at.state or at.city,
                "postal_code": at.zip or "00001",
                "country_code": at.country,
                "distance_in_meters": 250.5 * number,
                "hours_of_operation": {
                    "monday": [{"open": "09:00", "close": "18:00"}],
                },
                "features": ["pickup_point"],
                "type": "locker" if kind == "Locker" else "pudo",
            }
            for number, kind in enumerate(("Kiosk", "Bakery", "Locker"), 1)
        ]
        found = points[: body.get("max_results") or len(points)]
        return Answer.of({"service_points": found, "errors": []})


def _account(account: Account) -> Json:
    return {
        "carrier_id": account.id,
        "carrier_code": account.code,
        "account_number": f"ACC-{account.id}",
        "requires_funded_amount": False,
        "balance": 0.0,
        "nickname": account.name,
        "friendly_name": account.name,
        "primary": account.id == next(iter(ACCOUNTS)),
        "has_multi_package_supporting_services": account.several,
        "allows_returns": True,
        "supports_label_messages": True,
        "services": [
            {
                "carrier_id": account.id,
                "service_code": service.code,
                "name": service.name,
                "domestic": True,
                "international": True,
                "is_multi_package_supported": account.several,
            }
            for service in account.services
        ],
        "packages": [{"package_code": "package", "name": "Package"}],
        "options": [],
    }
