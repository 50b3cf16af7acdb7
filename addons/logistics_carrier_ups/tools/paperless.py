"""Own documents for customs as UPS takes them (Paperless Documents v2).

A document is uploaded to the account's Forms History and has a key from then on. A
shipment names the keys, or the keys are pushed to a shipment that has its label.
Never imports odoo.
"""

from __future__ import annotations

from datetime import UTC

from odoo.addons.logistics_carrier.canonical.documents import (
    CustomsDocument,
    DocumentRules,
    TransportDocument,
)
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const


def get_rules(environment: str) -> DocumentRules:
    """Return what UPS takes; its test environment takes smaller files."""
    return DocumentRules(
        kinds=frozenset(const.DOCUMENT_TYPES),
        formats=frozenset(const.DOCUMENT_FORMATS),
        max_bytes=const.DOCUMENT_BYTES[environment],
        max_count=const.DOCUMENT_COUNT,
        uploads_first=True,
    )


def add_documents(forms: Json, papers: tuple[CustomsDocument, ...]) -> Json:
    """Return the international forms with our own documents.

    UPS prints its commercial invoice only where none of ours goes along.

    :raises InvalidMessage: one was not uploaded
    """
    if not papers:
        return forms
    numbers = [document.external_id for document in papers]
    if not all(numbers):
        raise InvalidMessage(
            _lt("A document for customs has no key of UPS: upload it.")
        )
    types = list(forms["FormType"])
    if any(document.kind == "commercial_invoice" for document in papers):
        types.remove(const.INVOICE_FORM)
    return {
        **forms,
        "FormType": [*types, const.OWN_FORM],
        "UserCreatedForm": {"DocumentID": numbers},
    }


def to_upload(order: TransportDocument, account: str) -> Json:
    """Return the upload of one document.

    :raises InvalidMessage: a kind or a format that UPS does not take, or no content
    """
    (document,) = order.documents
    code, ending, content = documents.to_paper(
        document, const.DOCUMENT_TYPES, const.DOCUMENT_FORMATS, "UPS"
    )
    form = {
        "UserCreatedFormFileName": const.TEXTS.fit("file_name", document.name),
        "UserCreatedFormFile": content,
        "UserCreatedFormFileFormat": ending,
        "UserCreatedFormDocumentType": code,
    }
    return {
        "UploadRequest": {
            "Request": _to_request(order),
            "ShipperNumber": account,
            "UserCreatedForm": [form],
        }
    }


def _to_request(order: TransportDocument) -> Json:
    return {"TransactionReference": {"CustomerContext": order.reference}}


def from_upload(answer: Json) -> str:
    """Return UPS's key of the document. Raises InvalidMessage when there is none."""
    path = "UploadResponse.FormsHistoryDocumentID.DocumentID"
    numbers = json_paths.find(answer, path)
    if len(numbers) != 1:
        raise InvalidMessage(
            _lt("UPS answers %(count)s keys for one document.", count=len(numbers))
        )
    return str(numbers[0])


def to_push(order: TransportDocument, account: str) -> Json:
    """Return the request that attaches uploaded documents to a labelled shipment.

    :raises InvalidMessage: the shipment or a document has no key of UPS
    """
    numbers = [document.external_id for document in order.documents]
    if not (all(numbers) and order.shipment_external_id and order.labelled_at):
        raise InvalidMessage(
            _lt("UPS has no such shipment, or not all of its documents.")
        )
    # The group that was pushed before is sent again, with what is new.
    group = order.group_external_id
    return {
        "PushToImageRepositoryRequest": {
            "Request": _to_request(order),
            "ShipperNumber": account,
            "FormsHistoryDocumentID": {"DocumentID": numbers},
            **({"FormsGroupID": group} if group else {}),
            "ShipmentIdentifier": order.shipment_external_id,
            "ShipmentDateAndTime": (
                f"{order.labelled_at.astimezone(UTC):%Y-%m-%d-%H.%M.%S}"
            ),
            "ShipmentType": const.SMALL_PACKAGE,
            "TrackingNumber": list(order.tracking_numbers),
        }
    }


def from_push(answer: Json) -> str | None:
    """Return UPS's key of the group, where it gives one.

    :raises InvalidMessage: UPS does not say that it worked
    """
    found = json_paths.block(answer, "PushToImageRepositoryResponse")
    if json_paths.text(found, "Response.ResponseStatus.Code") != "1":
        alerts = json_paths.find(found, "Response.Alert.Description")
        text = ", ".join(map(str, alerts))
        raise InvalidMessage(
            _lt("UPS does not confirm the documents: %(text)s", text=text)
        )
    return json_paths.text(found, "FormsGroupID")
