"""Own documents as UPS takes them, and what a carrier takes at all."""

from __future__ import annotations

from dataclasses import replace

import carrier_samples as samples
import pytest

from odoo.addons.logistics_carrier.canonical.documents import (
    KINDS,
    get_format,
    is_genuine,
)
from odoo.addons.logistics_carrier_ups import const, translator
from odoo.addons.logistics_carrier_ups.tools import paperless
from odoo.addons.logistics_core.errors import InvalidMessage

from partner_sandbox.dialects.ups import paperless as played

INVOICE = replace(samples.INVOICE, content=None, external_id="K1")
ORIGIN = replace(samples.ORIGIN, content=None, external_id="K2")


def forms(*documents, base=samples.EXPORT):
    made = translator.to_shipment(replace(base, documents=documents), "A1B2C3")
    options = made["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]
    return options["InternationalForms"]


def test_ups_prints_its_invoice_only_where_none_of_ours_goes_along():
    assert forms()["FormType"] == ["01"]
    assert "UserCreatedForm" not in forms()
    with_origin = forms(ORIGIN)
    assert with_origin["FormType"] == ["01", "07"]
    assert with_origin["UserCreatedForm"] == {"DocumentID": ["K2"]}
    both = forms(INVOICE, ORIGIN)
    assert both["FormType"] == ["07"]
    assert both["UserCreatedForm"] == {"DocumentID": ["K1", "K2"]}
    assert both["Product"] == forms()["Product"]


def test_no_shipment_goes_without_a_document_that_belongs_to_it():
    with pytest.raises(InvalidMessage, match="no key"):
        forms(INVOICE, samples.ORIGIN)
    for base in (samples.PLAIN, samples.RETURN):
        with pytest.raises(InvalidMessage, match="through customs"):
            forms(INVOICE, base=base)


def test_an_upload_names_kind_and_format_as_ups_does():
    made = paperless.to_upload(samples.UPLOAD, "A1B2C3")["UploadRequest"]
    assert made["UserCreatedForm"] == [
        {
            "UserCreatedFormFileName": "invoice.pdf",
            "UserCreatedFormFile": samples.INVOICE.content,
            "UserCreatedFormFileFormat": "pdf",
            "UserCreatedFormDocumentType": "002",
        }
    ]
    order = replace(samples.UPLOAD, documents=(samples.ORIGIN,))
    (form,) = paperless.to_upload(order, "A1B2C3")["UploadRequest"]["UserCreatedForm"]
    assert form["UserCreatedFormFileFormat"] == "jpg"
    for wrong in (
        replace(samples.INVOICE, kind="proforma_invoice"),
        replace(samples.INVOICE, name="invoice"),
        replace(samples.INVOICE, content=None),
    ):
        with pytest.raises(InvalidMessage):
            paperless.to_upload(replace(samples.UPLOAD, documents=(wrong,)), "A1B2C3")


def test_a_push_tells_shipment_parcels_and_moment():
    order = replace(samples.ATTACH, documents=(INVOICE, ORIGIN))
    made = paperless.to_push(order, "A1B2C3")["PushToImageRepositoryRequest"]
    assert made["FormsHistoryDocumentID"] == {"DocumentID": ["K1", "K2"]}
    assert made["ShipmentDateAndTime"] == "2026-03-02-09.30.00"
    assert made["ShipmentType"] == "1"
    assert len(made["TrackingNumber"]) == 2
    assert "FormsGroupID" not in made


def test_the_tables_are_those_of_the_sandbox_and_of_the_hub():
    assert set(const.DOCUMENT_TYPES.values()) <= played.TYPES
    assert set(const.DOCUMENT_FORMATS.values()) == played.FORMATS
    assert set(const.DOCUMENT_TYPES) <= {kind for kind, _name in KINDS}


def test_a_file_is_what_its_name_says_as_far_as_its_beginning_tells():
    assert get_format("a.b.PDF") == "pdf"
    assert get_format("pdf") == get_format(".pdf") == ""
    assert is_genuine("a.pdf", b"%PDF-1.4") and not is_genuine("a.pdf", b"MZ")
    assert is_genuine("a.tiff", b"MM\x00*") and not is_genuine("a.jpg", b"\x89PNG")
    assert is_genuine("a.txt", b"anything") and not is_genuine("a.txt", b"")
