"""The readers of what partners send, as functions of bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import requests
import zeep

from odoo.addons.logistics_carrier.tools import documents, file_process, freight_file
from odoo.addons.logistics_carrier_dhl_express import const as dhl_const
from odoo.addons.logistics_carrier_dhl_express.tools import tracking as dhl_tracking
from odoo.addons.logistics_carrier_dpd_fr import translator as dpd
from odoo.addons.logistics_carrier_shipengine.tools import (
    tracking as shipengine_tracking,
)
from odoo.addons.logistics_carrier_ups import const as ups_const
from odoo.addons.logistics_carrier_ups.tools import tracking as ups_tracking
from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.connectors import canonical_json
from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.tools import (
    bounded,
    http_text,
    json_fields,
    json_paths,
)
from odoo.addons.logistics_wms_shipbob import translator as shipbob
from odoo.addons.logistics_wms_shipbob_carrier import translator as shipbob_billing

from hub import paths

WSDL = paths.ADDONS / "logistics_core/tests/soap/orders.wsdl"
LAYOUT = freight_file.Layout(
    {
        "number": "Invoice",
        "invoice_date": "Date",
        "amount": "Amount",
        "tracking_number": "Parcel",
        "billed_weight": "Weight",
    },
    currency="EUR",
)


@dataclass(frozen=True)
class Reader:
    """One kind of input.

    :param refusals: what it may raise
    :param examples: input that it reads; its own mutations begin here
    """

    read: Callable[[bytes], Any]
    examples: tuple[bytes, ...]
    refusals: tuple[type[BaseException], ...] = (LogisticsError,)


def _each(*reads: Callable[[bytes], Any]) -> Callable[[bytes], None]:
    """Return what gives the same bytes to several readers."""

    def read(data: bytes) -> None:
        refused: LogisticsError | None = None
        for one in reads:
            try:
                one(data)
            except LogisticsError as error:
                refused = error
        if refused:
            raise refused

    return read


# Webhooks


def _canonical(data: bytes) -> None:
    fact = canonical_json._read_fact(canonical_json._load(data))
    Canonical.from_dict(json_fields.load(fact.payload))


def _shipbob(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for topic in ("order.shipped", "order.shipment.delivered", "nonsense"):
        for envelope in shipbob.to_envelopes(topic, "webhook", text):
            shipbob.from_event(envelope.event, envelope.payload)


def _ups(data: bytes) -> None:
    envelope = ups_tracking.alert_to_envelope(data.decode("utf-8", "replace"))
    ups_tracking.from_event(envelope.payload)


def _shipengine(data: bytes) -> None:
    found = json_fields.child(json_fields.load(data.decode("utf-8", "replace")), "data")
    for envelope in shipengine_tracking.to_envelopes(found):
        shipengine_tracking.from_event(envelope.event, envelope.payload)


def _dhl(data: bytes) -> None:
    dhl_tracking.from_event(data.decode("utf-8", "replace"))


def _shipbob_invoice(data: bytes) -> None:
    shipbob_billing.from_invoice(data.decode("utf-8", "replace"))


# Error answers: the first line is the media type.


def _error(data: bytes) -> None:
    kind, _, content = data.partition(b"\n")
    response = requests.Response()
    response._content, response.status_code = content, 400
    response.headers["Content-Type"] = kind.decode("latin-1")
    response.headers["Retry-After"] = content[:40].decode("latin-1")
    http_text.read_error(response)
    http_text.describe(
        response.headers, http_text.read_text(response), ["hush-7f3a", "s3cret"]
    )
    body = bounded.load_json(content, bounded.ERROR)
    for path in ("errors.message", "response.errors.code", "detail", ""):
        json_paths.text(body, path)


# Files


def _label(data: bytes) -> None:
    document = documents.to_document(data, "label", "L")
    if document.media_type.startswith(("image/", documents.PDF)):
        file_process.arm()
        for task in ("check", "pages"):
            problem, _made = file_process.answer(task, [document.media_type], [data])
            if problem in ("slow", "memory"):
                # The process ends it; it is a cost all the same, and bounded.
                return


# SOAP answers


@cache
def _client() -> tuple[Any, Any]:
    client = zeep.Client(str(WSDL), settings=zeep.Settings(strict=False))
    [binding] = client.wsdl.bindings.values()
    return client, binding


def _soap(data: bytes) -> None:
    """As `connectors/soap.py` does, after the answer came."""
    bounded.parse_xml(data)
    client, binding = _client()
    response = requests.Response()
    response._content, response.status_code = data, 200
    response.headers["Content-Type"], response.encoding = "text/xml", "utf-8"
    try:
        binding.process_reply(client, binding.get("Create"), response)
    except Exception as error:
        # `_call_soap` makes an unknown outcome of whatever zeep raises.
        raise LogisticsError(type(error).__name__) from error


def _dpd(data: bytes) -> None:
    """What zeep makes of an answer, as JSON."""
    answer = bounded.load_json(data)
    try:
        for operation in ("CreateShipmentWithLabelsBc", "CreateMultiShipmentBc"):
            shipments, labels = dpd.from_answer(operation, answer)
            for entry in shipments:
                dpd.from_shipment(entry)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        # The connector reads within `_reading`, which takes these.
        raise LogisticsError(type(error).__name__) from error


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _pdf() -> bytes:
    from pypdf import PdfWriter

    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.write(target)
    return target.getvalue()


def _picture(kind: str) -> bytes:
    # Odoo keeps Pillow from loading this one; the process of files has it.
    from PIL import Image, TiffImagePlugin  # noqa: F401

    target = io.BytesIO()
    Image.new("L", (9, 12), "white").save(target, kind)
    return target.getvalue()


def _ups_bill() -> bytes:
    layout = ups_const.BILLING
    cells = ["1"] * (layout.width or 0)
    for name, place in layout.columns.items():
        if name.endswith(("date", "on")):
            cells[int(place) - 1] = date(2026, 1, 31).isoformat()
    return (",".join(cells) + "\n").encode()


_FACT = {
    "_message_type": "transport_status",
    "_version": 1,
    "reference": "O-1",
    "status": "delivered",
    "occurred_at": "2026-01-31T12:00:00Z",
}
_SHIPMENT = {
    "id": 7,
    "order_id": 5,
    "reference_id": "O-1",
    "status": "Completed",
    "tracking": {"tracking_number": "T", "carrier": "C", "shipping_date": "2026-01-31"},
    "products": [{"id": 1, "sku": "A", "inventory_items": [{"id": 2, "quantity": 1}]}],
    "measurements": {"total_weight_oz": 1.5},
}
_ALERT = {
    "trackingNumber": "1Z",
    "localActivityDate": "20260131",
    "localActivityTime": "120000",
    "gmtActivityDate": "20260131",
    "gmtActivityTime": "110000",
    "gmtOffset": "+01:00",
    "activityLocation": {"city": "Lyon", "country": "FR"},
    "activityStatus": {"type": "D", "code": "FS", "description": "Delivered"},
    "scheduledDeliveryDate": "20260131",
}
_TRACKED = {
    "tracking_number": "T",
    "status_code": "DE",
    "carrier_status_code": "D",
    "events": [
        {
            "occurred_at": "2026-01-31T12:00:00Z",
            "carrier_occurred_at": "2026-01-31T13:00:00",
            "status_code": "DE",
            "event_code": "D",
            "city_locality": "Lyon",
        }
    ],
}
_DHL = {
    "date": "2026-01-31",
    "time": "12:00:00",
    "GMTOffset": "+01:00",
    "typeCode": "OK",
    "description": "Delivered",
    "trackingNumber": "1",
    "serviceArea": [{"code": "LYS", "description": "Lyon"}],
}
_SOAP = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<CreateResponse xmlns="urn:test:orders"><OrderId>77</OrderId></CreateResponse>'
    b"</s:Body></s:Envelope>"
)
_FAULT = _SOAP.replace(
    b'<CreateResponse xmlns="urn:test:orders"><OrderId>77</OrderId></CreateResponse>',
    b"<s:Fault><faultcode>s:Client</faultcode><faultstring>No</faultstring></s:Fault>",
)

READERS = {
    "webhook": Reader(
        _each(_canonical, _shipbob, _ups, _shipengine, _dhl),
        (
            _json({"id": "e", "key": "K", "sequence": 1, "data": _FACT}),
            _json(_SHIPMENT),
            _json({"id": 5, "shipments": [_SHIPMENT]}),
            _json(_ALERT),
            _json({"resource_type": "API_TRACK", "data": _TRACKED}),
            _json(_DHL),
        ),
    ),
    "error": Reader(
        _error,
        (
            b'application/json\n{"errors":[{"message":"No","code":7}]}',
            b'application/json; charset=utf-16\n{"detail":{"zip":["is missing"]}}',
            b"text/html\n<html><title>502 Bad Gateway</title>",
            b"text/xml\n<a><password>s3cret</password></a>",
        ),
    ),
    "label": Reader(
        _label, (_pdf(), *map(_picture, ("PNG", "GIF", "JPEG", "TIFF")), b"^XA^XZ")
    ),
    "invoice": Reader(
        _each(
            lambda data: freight_file.read(data, LAYOUT),
            lambda data: freight_file.read(data, replace(LAYOUT, decimal=",")),
            lambda data: freight_file.read(data, ups_const.BILLING),
            lambda data: freight_file.read(data, dhl_const.INVOICE_FILE),
            _shipbob_invoice,
        ),
        (
            b"Invoice;Date;Amount;Parcel;Weight\nF1;2026-01-31;9.40;T1;1.5\n",
            b'Invoice,Date,Amount,Parcel,Weight\n"F,1",2026-01-31,"1,000.5",T1,\n',
            _ups_bill(),
        ),
    ),
    "soap": Reader(
        _each(_soap, _dpd),
        (
            _SOAP,
            _FAULT,
            _json([{"shipments": [{"BarcodeId": "1", "Type": "EPRINT"}]}]),
        ),
    ),
}
