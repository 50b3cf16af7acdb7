"""What the carrier answered to the request for a label; called by its handlers."""

import base64
from dataclasses import replace

from markupsafe import Markup

from odoo import fields, models

from odoo.addons.logistics_core.tools.moments import to_naive
from odoo.addons.logistics_core.translation import translated

from ..const import MEDIA_TYPES
from ..tools.documents import get_media_type

EXTENSIONS = {media: name.lower() for name, media in MEDIA_TYPES.items()}


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _set_labelled(self, confirmation):
        """Record a TransportConfirmation: numbers first, then papers and cost."""
        self.ensure_one()
        is_unwanted = self.state == "void_requested"
        estimate = to_naive(confirmation.estimated_delivery)
        vals = {
            "state": "void_requested" if is_unwanted else "labelled",
            "external_id": confirmation.shipment_external_id,
            "error": False,
            "estimated_delivery": estimate,
            "charge_text": "\n".join(
                f"{charge.code}\t{charge.name}\t{charge.amount}"
                for charge in confirmation.charges
            ),
        }
        if confirmation.total:
            vals.update(self._convert_cost(confirmation.total))
        self.write(vals)
        papers = self._set_parcels(confirmation, estimate)
        if is_unwanted:
            self._request_void()
        else:
            self._tell_delivery(papers)
            self._tell_bench()
        self._set_documents_sent()

    def _convert_cost(self, total):
        found = self.env["res.currency"]._find_by_code(total.currency)
        return {
            "expected_cost": float(total.amount),
            "currency_id": found.id or self.currency_id.id,
        }

    def _set_parcels(self, confirmation, estimate):
        """Give each parcel its number and label, in one write; return the papers."""
        labels = [label for label in confirmation.parcels if label.label]
        documents = [(label.label, label.tracking_number) for label in labels]
        documents += [(document, "") for document in confirmation.documents]
        papers = self._attach(documents)
        own = {
            label.reference: paper
            for label, paper in zip(labels, papers[: len(labels)], strict=True)
        }
        # One sheet for all parcels is the label of each.
        sheets = (
            paper
            for document, paper in zip(
                confirmation.documents, papers[len(labels) :], strict=True
            )
            if document.kind.endswith("label")
        )
        shared = next(sheets, papers.browse())
        now = fields.Datetime.now()
        for position, label in enumerate(confirmation.parcels):
            self._get_parcel(label.reference, position).write(
                {
                    "tracking_number": label.tracking_number,
                    "external_id": label.external_id,
                    "status": "created",
                    "status_at": now,
                    "promised_delivery": estimate,
                    "estimated_delivery": estimate,
                    "label_id": own.get(label.reference, shared).id,
                }
            )
        return papers

    def _get_parcel(self, reference, position):
        """Return the parcel of a label; a carrier may count more than we did."""
        parcels = self.parcel_ids
        found = parcels.filtered(lambda p: p.name == reference)
        if found or position < len(parcels):
            return found or parcels[position]
        return parcels.create({"shipment_id": self.id, "name": reference})

    def _attach(self, documents):
        """Attach (Document, tracking number) to the delivery; return attachments."""
        holder = self.picking_id or self
        names = self._get_document_prefixes()
        files = []
        for told, number in documents:
            kind = get_media_type(base64.b64decode(told.content), told.media_type)
            document = replace(told, media_type=kind)
            name = _get_file_name(names, document, self.name, number)
            files.append((name, document))
        attachments = self.env["ir.attachment"].sudo()
        return attachments._keep_files(self.backend_id, holder, files)

    def _get_document_prefixes(self):
        """Return {kind of document: beginning of its file name}, Odoo's own."""
        carrier = self.carrier_id
        back = carrier.get_return_label_prefix()
        label = back if self.direction == "return" else None
        return {
            "label": label or carrier._get_delivery_label_prefix(),
            "return_label": back,
            "": carrier._get_delivery_doc_prefix(),
        }

    def _tell_delivery(self, papers):
        """Give the delivery its tracking numbers, papers and price."""
        picking = self.picking_id
        if not picking:
            return
        self._update_delivery()
        if self.direction == "return" and (
            self.carrier_id.get_return_label_from_portal
        ):
            papers.generate_access_token()
        picking._message_log(
            body=self._get_label_note(), attachment_ids=papers.ids or False
        )

    def _tell_bench(self, error=""):
        """Show who asked for this label that it is there, or that it is refused."""
        user = self.sudo().create_uid
        if self.carrier_batch_id or not user.active or user.share:
            return  # of a batch its list tells
        user._bus_send(
            "logistics_carrier.label",
            {
                "shipment_id": self.id,
                "picking_id": self.picking_id.id,
                "name": self.name,
                "error": error,
            },
        )

    def _update_delivery(self):
        """Give the delivery the numbers and the price of the labels it has now."""
        if self.direction == "outbound":
            self.picking_id._logistics_update_tracking()
            self.picking_id._logistics_update_price()

    def _get_label_note(self):
        cost = self.currency_id.format(self.expected_cost) if self.expected_cost else ""
        text = self.env._(
            "Label of %(carrier)s: %(numbers)s",
            carrier=self.backend_id.name,
            numbers=self.tracking_numbers or self.external_id,
        )
        if cost:
            text += Markup("<br/>") + self.env._("Expected cost: %s", cost)
        return text

    def _set_failed(self, error):
        """Record a refusal; nothing was bought."""
        for shipment in self:
            if shipment.state == "voided":
                continue
            wanted = shipment.state != "void_requested"
            shipment.write(
                {
                    "state": "failed" if wanted else "voided",
                    "error": translated(self.env, error),
                }
            )
            if wanted:
                shipment._tell_bench(shipment.error)
            if wanted and shipment.picking_id:
                shipment.picking_id._message_log(
                    body=self.env._(
                        "%(carrier)s refused the label: %(error)s",
                        carrier=shipment.backend_id.name,
                        error=translated(self.env, error),
                    )
                )


def _get_file_name(prefixes, document, shipment_name, number):
    prefix = prefixes.get(document.kind, prefixes[""])
    extension = EXTENSIONS.get(document.media_type)
    middle = number or document.name or shipment_name
    name = f"{prefix}-{middle}".replace("/", "_")
    if extension and not name.lower().endswith(f".{extension}"):
        name = f"{name}.{extension}"
    return name
