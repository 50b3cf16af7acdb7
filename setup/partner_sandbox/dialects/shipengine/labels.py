"""Labels: bought, read, voided, and their files."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

from ...carriers import labels, pricing, proof
from ...carriers.dialect import encoded
from ...carriers.dialect import quote as price
from ...carriers.model import Charge, Parcel, Shipment
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import Group, Json, money, place, refusal, stamp
from .const import ACCOUNTS, Account, Service

MEDIA = {"pdf": "application/pdf", "zpl": "application/zpl", "png": "image/png"}
_KILOGRAMS = {"kilogram": "1", "gram": "0.001", "pound": "0.45359237"}


class Labels(Group):
    """``/v1/labels`` and ``/v1/downloads``."""

    def routes(self) -> Routes:
        """Operations."""
        return [
            ("POST", "/v1/labels", self.create),
            ("GET", "/v1/labels/{label_id}", self.get),
            ("GET", "/v1/labels/external_shipment_id/{reference}", self.find),
            ("PUT", "/v1/labels/{label_id}/void", self.void),
            ("GET", "/v1/downloads/{dir}/{subdir}/{filename}", self.download),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create_label``."""
        body = request.json_object()
        wanted = body["shipment"]
        self.check_reference(str(wanted.get("external_shipment_id") or ""))
        shipment = self.buy(body)
        return Answer.of(self.view(shipment, request, inline=is_inline(body)))

    def check_reference(self, reference: str) -> None:
        """Refuse a reference that a label or a shipment has."""
        taken = self.books.of_reference(reference) or any(
            known.reference == reference for known in self.dialect.pending.values()
        )
        if reference and taken:
            text = f"The external_shipment_id {reference} is used already."
            raise refusal(400, text, "identifier_conflict", "external_shipment_id")

    def buy(self, body: Json) -> Shipment:
        """The label of a request, bought. Refuses with 400."""
        wanted = body["shipment"]
        account, service = chosen(wanted)
        packages = wanted["packages"]
        if len(packages) > 1 and not account.several:
            raise refusal(400, f"{service.name} takes one package per shipment.")
        self._check_place(wanted)
        shipment = self._make(body, account, service)
        self.dialect.buy(shipment)
        return shipment

    def _check_place(self, wanted: Json) -> None:
        to = place(wanted["ship_to"])
        if self.dialect.undeliverable(f"{to.country} {to.zip} {to.city}"):
            raise refusal(400, f"Nobody lives in {to.city}.", "invalid_address")
        abroad = to.country != place(wanted.get("ship_from") or {}).country
        union = pricing._EUROPE  # noqa: SLF001 - the world's own customs union
        if abroad and to.country not in union and not wanted.get("customs"):
            text = "customs_items are required for this destination."
            raise refusal(400, text, "customs_items_required", "customs")

    def _make(self, body: Json, account: Account, service: Service) -> Shipment:
        wanted = body["shipment"]
        number = self.books.next("label")
        shipment = Shipment(
            id=f"se-{70000000 + number}",
            dialect=self.dialect.name,
            reference=str(wanted.get("external_shipment_id") or ""),
            service=f"{account.id}:{service.code}",
            service_name=service.name,
            sender=place(wanted["ship_from"]),
            recipient=place(wanted["ship_to"]),
            created_at=now(),
            direction="return" if body.get("is_return_label") else "outbound",
            label_format=str(body.get("label_format") or "pdf"),
            extra={"body": body, "account": account, "service": service},
        )
        for index, package in enumerate(wanted["packages"], 1):
            count = self.books.next("parcel")
            shipment.parcels.append(
                Parcel(
                    shipment,
                    index,
                    f"{account.prefix}{1000000000 + count}",
                    kilograms(package["weight"]),
                    reference=str(package.get("external_package_id") or ""),
                )
            )
        shipment.charges = price(service.base, shipment)
        days = pricing.days(
            shipment.sender.country, shipment.recipient.country, service.days
        )
        shipment.extra["days"] = days
        return shipment

    def get(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``get_label_by_id``."""
        inline = request.argument("label_download_type") == "inline"
        return Answer.of(self.view(self.label(arguments["label_id"]), request, inline))

    def find(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``get_label_by_external_shipment_id``: the newest one."""
        found = self.books.of_reference(arguments["reference"])
        if not found:
            raise refusal(404, f"No label of {arguments['reference']} was found.")
        inline = request.argument("label_download_type") == "inline"
        return Answer.of(self.view(found[-1], request, inline))

    def void(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``void_label``: not once the carrier has it."""
        shipment = self.label(arguments["label_id"])
        reason = None
        if not shipment.live:
            reason, text = "label_already_voided", "The label is voided already."
        elif any(p.status != "created" for p in shipment.live):
            reason, text = "label_already_used", "The carrier has the parcel."
        if reason:
            return Answer.of(
                {"approved": False, "message": text, "reason_code": reason}
            )
        for parcel in shipment.parcels:
            parcel.voided = True
        shipment.extra["voided_at"] = stamp()
        return Answer.of({"approved": True, "message": "This label has been voided"})

    def download(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``download_file``: ``<kind>-<key>.<format>``."""
        name, _dot, kind = arguments["filename"].rpartition(".")
        what, _dash, key = name.partition("-")
        try:
            content = self._file(what, key, kind)
        except (LookupError, ValueError):
            raise refusal(404, "There is no such file.", "file_not_found") from None
        return Answer(200, content, {"Content-Type": MEDIA[kind]})

    def _file(self, what: str, key: str, kind: str) -> bytes:
        if what == "label":
            parcels = [p for p in self.books.parcels.values() if p.tracking == key]
            parcels = parcels or self.label(key).parcels
            return self._render(parcels, kind)
        if what == "form":
            numbers = [p.tracking for p in self.label(key).parcels]
            return proof.manifest("Commercial invoice", key, numbers)
        if what == "manifest":
            made = self.books.manifests[key]
            numbers = [p.tracking for s in made.shipments for p in s.live]
            return proof.manifest(str(made.extra["name"]), key, numbers)
        if what == "proof":
            parcel = self.books.parcel_of(key)
            return proof.document(parcel, parcel.shipment.extra["account"].name)
        raise LookupError(what)

    def _render(self, parcels: list[Parcel], kind: str) -> bytes:
        name = parcels[0].shipment.extra["account"].name
        made = [labels.Label.of(parcel, name) for parcel in parcels]
        return labels.render(made, kind.upper())

    def view(self, shipment: Shipment, request: Request, inline: bool) -> Json:
        """``label``."""
        body, account = shipment.extra["body"], shipment.extra["account"]
        wanted, kind = body["shipment"], shipment.label_format
        voided = not shipment.live
        view: Json = {
            "label_id": shipment.id,
            "status": "voided" if voided else "completed",
            "shipment_id": shipment.extra.get("shipment_id")
            or shipment.id.replace("se-7", "se-8"),
            "external_shipment_id": shipment.reference or None,
            "ship_date": wanted.get("ship_date") or stamp(shipment.created_at),
            "created_at": stamp(shipment.created_at),
            "shipment_cost": money(shipment.total),
            "insurance_cost": money(0),
            "rate_details": details(shipment.charges),
            "tracking_number": shipment.parcels[0].tracking,
            "external_order_id": wanted.get("external_order_id"),
            "is_international": shipment.sender.country != shipment.recipient.country,
            "batch_id": shipment.extra.get("batch_id") or "se-1",
            "carrier_id": account.id,
            "carrier_code": account.code,
            "service_code": shipment.extra["service"].code,
            "package_code": "package",
            **self._facts(shipment, inline),
            "packages": [
                self._package(parcel, package, request, inline)
                for parcel, package in zip(
                    shipment.parcels, wanted["packages"], strict=True
                )
            ],
        }
        # A picture holds one label.
        shown = shipment.parcels[:1] if kind == "png" else shipment.parcels
        key = shown[0].tracking if kind == "png" else shipment.id
        view["label_download"] = self._link(shown, key, kind, request, inline)
        if wanted.get("customs"):
            href = address(request, f"form-{shipment.id}.pdf")
            view["form_download"] = {"href": href, "type": "application/pdf"}
        return view

    def _facts(self, shipment: Shipment, inline: bool) -> Json:
        """What was asked for, as the label repeats it."""
        body, voided = shipment.extra["body"], not shipment.live
        return {
            "voided": voided,
            "voided_at": shipment.extra.get("voided_at"),
            "is_return_label": shipment.direction == "return",
            "rma_number": body.get("rma_number"),
            "charge_event": body.get("charge_event") or "carrier_default",
            "display_scheme": body.get("display_scheme") or "label",
            "label_format": shipment.label_format,
            "label_layout": body.get("label_layout") or "4x6",
            "label_download_type": "inline" if inline else "url",
            "label_image_id": None,
            "form_download": None,
            "qr_code_download": None,
            "paperless_download": None,
            "insurance_claim": None,
            "trackable": True,
            "tracking_status": "in_transit",
            "ship_to": body["shipment"]["ship_to"],
        }

    def _package(
        self, parcel: Parcel, package: Json, request: Request, inline: bool
    ) -> Json:
        kind = parcel.shipment.label_format
        view = {
            "package_id": 500000 + parcel.shipment.parcels.index(parcel),
            "package_code": package.get("package_code") or "package",
            "weight": package["weight"],
            "tracking_number": parcel.tracking,
            "sequence": parcel.index,
            "label_download": self._link(
                [parcel], parcel.tracking, kind, request, inline
            ),
        }
        if parcel.reference:
            view["external_package_id"] = parcel.reference
        return view

    def _link(
        self, parcels: list[Parcel], key: str, kind: str, request: Request, inline: bool
    ) -> Json:
        href = address(request, f"label-{quote(key)}.{kind}")
        if inline:
            data = encoded(self._render(parcels, kind))
            href = f"data:{MEDIA[kind]};base64,{data}"
        return {"href": href, kind: href}


def details(charges: list[Charge]) -> list[Json]:
    """``rate_detail`` of each charge."""
    return [
        {
            "rate_detail_type": "fuel_charge" if c.code == "FUEL" else "shipping",
            "carrier_description": c.name,
            "carrier_billing_code": c.code,
            "amount": money(c.amount),
        }
        for c in charges
    ]


def address(request: Request, name: str) -> str:
    """Where a file is downloaded."""
    return f"{request.base_url}/shipengine/v1/downloads/10/files/{name}"


def chosen(wanted: Json) -> tuple[Account, Service]:
    """Account and service of a request. Refuses with 400."""
    account = ACCOUNTS.get(str(wanted.get("carrier_id")))
    if account is None:
        text = f"No carrier account {wanted.get('carrier_id')}."
        raise refusal(400, text, "invalid_identifier", "carrier_id")
    service = account.service(str(wanted.get("service_code")).strip())
    if service is None:
        text = f"{account.name} has no service {wanted.get('service_code')}."
        raise refusal(400, text, field="service_code")
    return account, service


def kilograms(weight: Json) -> Decimal:
    """A ``weight`` in kilograms."""
    factor = Decimal(_KILOGRAMS.get(weight["unit"], "0.0283495"))
    return (Decimal(str(weight["value"])) * factor).quantize(Decimal("0.001"))


def is_inline(body: Json) -> bool:
    return body.get("label_download_type") == "inline"
