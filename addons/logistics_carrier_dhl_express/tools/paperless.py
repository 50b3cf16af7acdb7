"""Own documents for customs as MyDHL takes them (paperless trade).

They are part of the request that buys the label, with the service WY; later ones are
uploaded to the shipment, which must have that service. Never imports odoo.
"""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import TransportInstruction
from odoo.addons.logistics_carrier.canonical.documents import (
    INVOICES,
    CustomsDocument,
    DocumentRules,
    TransportDocument,
)
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

SERVICE = "WY"
# MyDHL names no size. This limit is the hub's own.
MAX_BYTES = 10 * 1024 * 1024
MAX_COUNT = 999
# "at least 10mins must be given between the initial createShipment request and then
# the upload-image request (including subsequent upload-image request)"
WAIT = 600

RULES = DocumentRules(
    kinds=frozenset(const.DOCUMENT_TYPES),
    formats=frozenset(const.DOCUMENT_FORMATS),
    max_bytes=MAX_BYTES,
    max_count=MAX_COUNT,
    late_wait=WAIT,
    late_needs_first=True,
)


def add_documents(body: Json, instruction: TransportInstruction) -> Json:
    """Return the request that buys the labels with our own documents.

    DHL makes its commercial invoice only where no invoice of ours goes along.

    :raises InvalidMessage: nothing is declared to customs, or DHL takes no such file
    """
    papers = instruction.documents
    if not papers:
        return body
    if not instruction.customs:
        raise InvalidMessage(
            _lt("DHL takes documents only with what goes through customs.")
        )
    images = dict(body["outputImageProperties"])
    if any(document.kind in INVOICES for document in papers):
        options = images["imageOptions"]
        images["imageOptions"] = [o for o in options if o["typeCode"] != "invoice"]
    services = [*body.get("valueAddedServices", ()), {"serviceCode": SERVICE}]
    return {
        **body,
        "outputImageProperties": images,
        "valueAddedServices": services,
        "documentImages": [to_image(document) for document in papers],
    }


def to_image(document: CustomsDocument) -> Json:
    """Return one file.

    :raises InvalidMessage: a kind or a format that DHL does not take, or no content
    """
    code, kind, content = documents.to_paper(
        document, const.DOCUMENT_TYPES, const.DOCUMENT_FORMATS, "DHL"
    )
    return {"typeCode": code, "imageFormat": kind, "content": content}


def to_upload(order: TransportDocument, account: str) -> Json:
    """Return the upload of documents to a shipment; its number is in the path.

    :raises InvalidMessage: the shipment's product or date is not known
    """
    if not (order.service and order.ship_date):
        raise InvalidMessage(_lt("DHL needs product and date of the shipment."))
    return {
        "originalPlannedShippingDate": order.ship_date.isoformat(),
        "accounts": [{"typeCode": "shipper", "number": account}],
        "productCode": order.service,
        "documentImages": [to_image(document) for document in order.documents],
    }
