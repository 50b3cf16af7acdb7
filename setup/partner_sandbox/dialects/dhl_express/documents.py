"""Own documents for customs: with a shipment, and uploaded to it later."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta

from ...carriers.model import PaperDocument, Shipment
from ...carriers.rest import Group, Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import Json, refusal

SERVICE = "WY"
WAIT = timedelta(minutes=10)


class Documents(Group):
    """``exp-api-shipments-img-upload``, and ``documentImages`` of a purchase."""

    def routes(self) -> Routes:
        """Operations on documents."""
        return [("PATCH", "/shipments/{number}/upload-image", self.upload)]

    def upload(self, request: Request, arguments: dict[str, str]) -> Answer:
        """Ten minutes after the purchase and each upload, with the service WY."""
        asked = request.json_object()
        shipment = self.books.shipments.get(arguments["number"])
        if shipment is None:
            text = "Operation not possible since shipment information not found"
            raise refusal(404, "Not found", text)
        if SERVICE not in services(shipment.extra["request"]):
            raise refusal(400, "Bad request", "The shipment has no service WY")
        if asked["productCode"] != shipment.service:
            raise refusal(400, "Bad request", "The product is not the shipment's")
        told: datetime = shipment.extra.get("images_at", shipment.created_at)
        if now() - told < WAIT:
            raise refusal(400, "Bad request", "Upload images after 10 minutes")
        contents = check(asked["documentImages"])
        shipment.extra["images_at"] = now()
        self.keep(shipment, asked["documentImages"], contents)
        return Answer(200)

    def keep(
        self, shipment: Shipment, images: list[Json], contents: list[bytes]
    ) -> None:
        """Note the files; the same ones again take the place of the first."""
        for image, content in zip(images, contents, strict=True):
            kind = image.get("typeCode", "INV")
            known = [
                d
                for d in self.books.documents.values()
                if (d.shipment, d.kind, d.content) == (shipment.id, kind, content)
            ]
            number = known[0].id if known else f"IMG{self.books.next('document'):06d}"
            form = image.get("imageFormat", "PDF")
            self.books.documents[number] = PaperDocument(
                number, kind, "", form, content, shipment.id
            )


def services(asked: Json) -> list[str]:
    """Codes of the value-added services of a purchase."""
    return [entry["serviceCode"] for entry in asked.get("valueAddedServices") or ()]


def check(images: list[Json]) -> list[bytes]:
    """The contents; refuses what is not base64."""
    try:
        return [base64.b64decode(image["content"], validate=True) for image in images]
    except (binascii.Error, ValueError) as error:
        raise refusal(400, "Bad request", "documentImages: invalid base64") from error


def check_purchase(asked: Json) -> list[bytes]:
    """The contents of a purchase's documents; WY and papers belong together."""
    images = asked.get("documentImages") or []
    paperless = SERVICE in services(asked)
    if paperless and not (images or makes_invoice(asked)):
        text = "7120: Required either #/outputImageProperties/imageOptions where"
        text += " typeCode=invoice or provide #/documentImages"
        raise refusal(400, "Bad request", text)
    if images and not paperless:
        raise refusal(400, "Bad request", "documentImages need the service WY")
    return check(images)


def makes_invoice(asked: Json) -> bool:
    """Does the client want DHL's invoice?"""
    options = (asked.get("outputImageProperties") or {}).get("imageOptions") or []
    found = [o for o in options if o["typeCode"] == "invoice"]
    return bool(found and found[0]["isRequested"])
