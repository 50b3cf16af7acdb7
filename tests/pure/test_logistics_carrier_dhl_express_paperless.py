"""Own documents as MyDHL takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import carrier_samples as samples
import pytest

from odoo.addons.logistics_carrier.canonical.documents import KINDS
from odoo.addons.logistics_carrier_dhl_express import const, translator
from odoo.addons.logistics_carrier_dhl_express.tools import paperless
from odoo.addons.logistics_core.errors import InvalidMessage

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
EXPORT = replace(samples.EXPORT, service="P", label_format="PDF")


def body(*documents, base=EXPORT):
    made = translator.to_shipment(base, "123456789", NOW)
    return paperless.add_documents(made, replace(base, documents=documents))


def options(made):
    return [o["typeCode"] for o in made["outputImageProperties"]["imageOptions"]]


def codes(made):
    return [s["serviceCode"] for s in made["valueAddedServices"]]


def test_without_documents_nothing_changes():
    assert body() == translator.to_shipment(EXPORT, "123456789", NOW)


def test_documents_go_along_with_the_service_of_paperless_trade():
    made = body(samples.ORIGIN)
    assert made["documentImages"] == [
        {"typeCode": "COO", "imageFormat": "JPEG", "content": samples.ORIGIN.content}
    ]
    assert codes(made) == [*codes(body()), "WY"]
    assert "invoice" in options(made)


def test_dhl_makes_its_invoice_only_where_none_of_ours_goes_along():
    made = body(samples.INVOICE, samples.ORIGIN)
    assert [image["typeCode"] for image in made["documentImages"]] == ["CIN", "COO"]
    assert "invoice" not in options(made) and "label" in options(made)
    proforma = replace(samples.INVOICE, kind="proforma_invoice")
    assert "invoice" not in options(body(proforma))


def test_what_dhl_does_not_take_is_not_sent():
    for wrong in (
        replace(samples.INVOICE, kind="packing_list"),
        replace(samples.INVOICE, name="invoice.docx"),
        replace(samples.INVOICE, content=None),
    ):
        with pytest.raises(InvalidMessage):
            body(wrong)
    with pytest.raises(InvalidMessage, match="through customs"):
        body(samples.INVOICE, base=replace(samples.PLAIN, service="U"))


def test_later_documents_name_product_and_day_of_the_shipment():
    made = paperless.to_upload(samples.ATTACH, "123456789")
    assert made["originalPlannedShippingDate"] == "2026-03-02"
    assert made["productCode"] == "P"
    assert made["accounts"] == [{"typeCode": "shipper", "number": "123456789"}]
    assert len(made["documentImages"]) == 2
    for gap in ({"service": None}, {"ship_date": None}):
        with pytest.raises(InvalidMessage):
            paperless.to_upload(replace(samples.ATTACH, **gap), "123456789")


def test_the_table_of_kinds_is_the_hub_s():
    assert set(const.DOCUMENT_TYPES) <= {kind for kind, _name in KINDS}
