"""What a carrier's connector may do, beside sending messages.

Messages it can send (`_senders`, `_lookups`, with a SendResult whose `response` is
the canonical answer named in brackets):

- `transport_instruction` (TransportConfirmation): buy labels
- `transport_void` (none), `transport_manifest` (TransportManifestConfirmation),
  `transport_pickup` (TransportPickupConfirmation), `transport_proof` (ProofOfDelivery)
- `transport_document` (none; `external_id` is the key of what was uploaded, or of the
  group that was attached): own papers for customs, see `paperless_documents`
- `transport_batch` (TransportBatchConfirmation): labels of many shipments at once; its
  lookup decides, as its outcome counts as unknown from the start

Further capabilities: rate, published_rate, landed_cost, track, webhook, subscribe,
address_check, access_points, return_label, multi_parcel, customs, dangerous_goods,
insurance, third_party_billing, signature, saturday, void_parcel (a TransportVoid of a
`part`), paperless_documents; freight_invoice (reads files of invoices), freight_poll (a
poll of it brings messages of the type freight_invoice).
"""

from dataclasses import replace
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    LogisticsError,
    NotSupported,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.texts import _lt

from ..canonical import DocumentRules, TransportVoid
from ..tools import freight_file, prices

PROOF_RETRY = 3600.0  # seconds; a signature comes some time after the delivery


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # Formats in which the partner delivers labels, the best first.
    _label_formats = ("PDF",)
    # What the carrier needs of sender and recipient: phone, email.
    _required_contact = ()
    # How many parcels one call of `_track` may ask for.
    _track_batch = 1
    # {code: name} of the services, where the partner has a fixed list of them.
    _services = {}
    # The page on which a customer follows a parcel, with {} for its number.
    _tracking_url = None
    # How the partner writes its files of invoices (a Layout of tools/freight_file).
    _freight_layout = None
    # The partner gives a label once: a shipment found again without one is cancelled
    # and bought again.
    _gives_label_once = False
    # What it can do to a pick-up; `_check_pickup` refuses the rest.
    _pickup_actions = frozenset({"book", "change", "cancel"})

    def _get_services(self, backend):
        """Return {code: name} of the services that can be booked.

        May ask the partner, or come from a table (`_services`).
        """
        return dict(self._services)

    def _get_rates(self, backend, request):
        """Return a list of Rate for a RateRequest; asked at once, no message.

        :raises LogisticsError: the partner refuses, or does not answer in time
        """
        raise self._not_supported(backend, "rate")

    def _get_batch_key(self, backend, instruction):
        """Return what shipments of one batch have in common; None: bought alone.

        :raises LogisticsError: its TransportInstruction is no good
        """

    def _check_shipment(self, backend, instruction):
        """Raise LogisticsError where a TransportInstruction cannot be sent as it is.

        Asked before a label is, so that the person at the delivery learns of a text
        that is too long; nobody is called.
        """

    def _get_landed_cost(self, backend, request):
        """Return the LandedCost of a LandedCostRequest; asked at once, no message.

        :raises LogisticsError: the partner refuses, or does not answer in time
        """
        raise self._not_supported(backend, "landed_cost")

    def _find_dangerous_problems(self, backend, goods):
        """Return sentences: why these DangerousGoods cannot be shipped as they are.

        Asked before a label is, by all that carry dangerous goods; nobody is called.
        """
        return []

    def _check_address(self, backend, address):
        """Return an AddressCheck of an Address."""
        raise self._not_supported(backend, "address_check")

    def _find_access_points(self, backend, address, limit=10):
        """Return a list of AccessPoint near an Address, the nearest first."""
        raise self._not_supported(backend, "access_points")

    def _track(self, backend, parcels):
        """Return Envelopes of all the events the partner knows of these parcels.

        Envelope.external_id is stable for the same event, ordering_key is the tracking
        number. What was reported before is rejected by the inbox's unique index.

        :param parcels: list of TrackedParcel, at most `_track_batch`
        """
        return [e for parcel in parcels for e in self._track_parcel(backend, parcel)]

    def _track_parcel(self, backend, parcel):
        """Return the Envelopes of one TrackedParcel, none when it is not known yet."""
        raise self._not_supported(backend, "track")

    def _get_carrier_code(self, backend, name):
        """Return the partner's code of another carrier whose parcels it tracks.

        None where it does not.

        :param name: of the carrier, as a warehouse partner writes it
        """

    def _get_document_rules(self, backend):
        """Return the DocumentRules: which papers of ours the partner takes, and how.

        Asked only where `paperless_documents` is declared.
        """
        return DocumentRules()

    def _get_tracking_url(self, backend, tracking_number):
        """Return the page on which a customer follows this parcel, or None."""
        if self._tracking_url:
            return self._tracking_url.format(quote(tracking_number, safe=""))
        return None

    def _read_freight_invoice(self, backend, name, content):
        """Return the Reading of a file of the partner: see `tools/freight_file`.

        Without a `_freight_layout` a connector reads its files itself.

        :param content: bytes
        :raises InvalidMessage: the file is not what the partner documents
        """
        if self._freight_layout:
            return freight_file.examine(content, self._freight_layout)
        raise self._not_supported(backend, "freight_invoice")

    # What the verbs of carriers have in common.

    def _get_answered(self, response, note=None):
        """Return the result of a canonical answer that has an `external_id`."""
        return SendResult(response.external_id, response=response, note=note or None)

    def _check_pickup(self, backend, pickup):
        """Raise NotSupported for what the carrier cannot do to a pick-up."""
        if pickup.action not in self._pickup_actions:
            text = _lt("%(carrier)s cannot change a pick-up.", carrier=backend.name)
            if pickup.action == "cancel":
                text = _lt("%(carrier)s cannot cancel a pick-up.", carrier=backend.name)
            remedy = _lt("Call the carrier, or cancel it and book another one.")
            raise NotSupported(text, remedy=remedy)

    def _fetch(self, backend, address):
        """Return the content of a file of the partner's, None of anyone else's.

        An address on another host is not asked: neither our key nor a request from
        inside our network goes where an answer points to.
        """
        try:
            self._get_url(backend, address)
        except InvalidMessage:
            return None
        response = self._request(backend, "GET", address, operation="download_file")
        return response.content

    def _get_bought(self, confirmation):
        """Return the result of a TransportConfirmation."""
        key = confirmation.shipment_external_id
        return SendResult(external_id=key, response=confirmation)

    def _get_found(self, backend, instruction, confirmation, note=None):
        """Return the result of a lookup that found this TransportConfirmation.

        A label that the partner gives only once is lost then: the shipment is cancelled
        and None returned, so that it is bought again.
        """
        labels = [parcel.label for parcel in confirmation.parcels if parcel.label]
        if self._gives_label_once and not (labels or confirmation.documents):
            self._cancel_lost(backend, instruction, confirmation)
            return None
        found = self._add_price(backend, instruction, confirmation)
        note = note or self.env._("%s had this shipment already.", backend.name)
        return SendResult(found.shipment_external_id, response=found, note=note)

    def _cancel_lost(self, backend, instruction, confirmation):
        """Cancel a shipment that was bought and whose label is lost.

        :raises LogisticsError: the partner does not cancel it; nothing is bought then
        """
        parcels = confirmation.parcels
        void = TransportVoid(
            reference=f"{instruction.reference}/lost",
            shipment_external_id=confirmation.shipment_external_id,
            tracking_numbers=tuple(parcel.tracking_number for parcel in parcels),
            label_external_ids=tuple(p.external_id for p in parcels if p.external_id),
        )
        self._get_verb(backend, self._senders, void)(backend, None, void)

    def _add_price(self, backend, instruction, confirmation):
        """Complete a shipment found again with the price of its service.

        Carriers do not give a price twice; what it would cost now is what the invoice
        is compared with.
        """
        if confirmation.total or "rate" not in self._capabilities:
            return confirmation
        currency = self.env.company.currency_id.name
        request = prices.to_question(instruction, currency)
        try:
            offers = self._get_rates(backend, request)
        except LogisticsError:
            return confirmation
        if not offers:
            return confirmation
        estimate = confirmation.estimated_delivery or offers[0].estimated_delivery
        return replace(
            confirmation,
            total=offers[0].total,
            charges=offers[0].charges,
            estimated_delivery=estimate,
        )

    def _get_proof(self, proof, found):
        """Return the result of a ProofOfDelivery.

        :raises RemoteUnavailable: it has no documents yet; asked again later
        """
        if not found or not found.documents:
            raise RemoteUnavailable(
                _lt("There is no proof of delivery of %s yet.", proof.tracking_number),
                retry_after=PROOF_RETRY,
            )
        return SendResult(external_id=proof.tracking_number, response=found)
