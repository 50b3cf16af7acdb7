"""From a shipment to its request, and what became of it."""

import base64
from datetime import UTC

from markupsafe import Markup

from odoo import fields, models

from odoo.addons.logistics_core.errors import InvalidMessage

from ..const import MEDIA_TYPES

INSTRUCTION = "transport_instruction"
VOID = "transport_void"
EXTENSIONS = {media: name.lower() for name, media in MEDIA_TYPES.items()}


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _request_labels(self, plans):
        """Write parcels and requests of these new shipments.

        :param plans: a list of PlannedParcel for each shipment
        """
        self._create_parcels(plans)
        items = {}
        for shipment, parcels in zip(self, plans, strict=True):
            backend_items = items.setdefault(shipment.backend_id, [])
            backend_items.append(shipment._prepare_request(parcels))
        for backend, backend_items in items.items():
            self.env["logistics.message"]._enqueue_many(backend, backend_items)
        self._request_documents()

    def _create_parcels(self, plans):
        self.env["logistics.parcel"].create(
            [
                {
                    "shipment_id": shipment.id,
                    "name": parcel.name,
                    "package_id": parcel.package.id,
                    "sscc": parcel.sscc,
                    "weight": float(parcel.weight),
                    "length_mm": float(parcel.size[0]),
                    "width_mm": float(parcel.size[1]),
                    "height_mm": float(parcel.size[2]),
                }
                for shipment, parcels in zip(self, plans, strict=True)
                for parcel in parcels
            ]
        )

    def _prepare_request(self, parcels):
        """Return the outbox item; the key makes a repeat harmless."""
        picking = self.picking_id
        return {
            "canonical": picking._prepare_transport_instruction(self, parcels),
            "record": self,
            "ordering_key": self._get_ordering_key(),
            "external_id": self.name,
            "correlation_id": self._get_correlation(),
        }

    def _get_ordering_key(self):
        """Return the key in whose order the carrier is asked: a return comes after."""
        return self.return_of_id.name or self.name

    def _get_correlation(self):
        picking = self.picking_id
        return picking.sale_id.name or picking.origin or picking.name or self.name

    def _get_messages(self, type_code):
        """Return the outgoing messages of this shipment of one type, old to new."""
        self.ensure_one()
        return (
            self.env["logistics.message"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("direction", "=", "out"),
                    ("type_id.code", "=", type_code),
                ],
                order="id",
            )
        )

    def _retry(self):
        """Ask again for a refused label, with what was mended since.

        :raises InvalidMessage: something is missing still
        """
        self.ensure_one()
        self._leave_carrier_batch()
        message = self._get_messages(INSTRUCTION)[-1:]
        if self.state != "failed" or not message:
            return
        if message._is_unsent():
            self._rewrite_request(message)
        self.write({"state": "requested", "error": False})
        message._replay()

    def _rewrite_request(self, message):
        """Put the present facts into a request that never became a label."""
        picking = self.picking_id
        if picking:
            carrier = self.carrier_id
            parcels = picking._logistics_plan_parcels(carrier.logistics_package_type_id)
            problems = picking._logistics_find_problems(
                carrier, parcels, self.direction
            )
            if problems:
                raise InvalidMessage("\n".join(problems))
            self.write(
                {
                    "service": carrier.logistics_service,
                    "label_format": carrier.logistics_label_format,
                    "partner_id": picking.partner_id.id,
                }
            )
            self.parcel_ids.unlink()
            self._create_parcels([parcels])
            message._set_canonical(
                picking._prepare_transport_instruction(self, parcels)
            )
        self._request_documents()

    def _tell_other_content(self):
        """Warn when the label was bought for other parcels than are shipped."""
        picking = self.picking_id
        planned = picking._logistics_plan_parcels(
            self.carrier_id.logistics_package_type_id
        )
        now = sorted((p.package.id, round(float(p.weight), 3)) for p in planned)
        parcels = self._get_live_parcels()
        bought = sorted((p.package_id.id, round(p.weight, 3)) for p in parcels)
        if now == bought:
            return
        text = self.env._(
            "The label of %s was bought for other parcels than are shipped: void it and"
            " buy a new one.",
            self.name,
        )
        picking._message_log(body=text)
        picking.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("The label does not fit"),
            note=text,
            user_id=picking.user_id.id or self.env.uid,
        )

    # What the carrier answered; called by the handlers.

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
        self._set_documents_sent()

    def _convert_cost(self, total):
        currency = self.env["res.currency"].with_context(active_test=False)
        found = currency.search([("name", "=", total.currency)], limit=1)
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
        attachments = self.env["ir.attachment"].sudo()
        return attachments.create(
            [
                {
                    "name": _get_file_name(names, document, self.name, number),
                    "raw": base64.b64decode(document.content),
                    "mimetype": document.media_type,
                    "res_model": holder._name,
                    "res_id": holder.id,
                }
                for document, number in documents
            ]
        )

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
                {"state": "failed" if wanted else "voided", "error": str(error)[:500]}
            )
            if wanted and shipment.picking_id:
                shipment.picking_id._message_log(
                    body=self.env._(
                        "%(carrier)s refused the label: %(error)s",
                        carrier=shipment.backend_id.name,
                        error=str(error),
                    )
                )


def to_naive(moment):
    """Return a moment as Odoo stores it, in UTC without a zone."""
    if moment and moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment or False


def _get_file_name(prefixes, document, shipment_name, number):
    prefix = prefixes.get(document.kind, prefixes[""])
    extension = EXTENSIONS.get(document.media_type)
    middle = number or document.name or shipment_name
    name = f"{prefix}-{middle}".replace("/", "_")
    if extension and not name.lower().endswith(f".{extension}"):
        name = f"{name}.{extension}"
    return name
