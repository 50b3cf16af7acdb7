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

from odoo import models

from ..canonical import DocumentRules, Rate, RateRequest, TrackedParcel  # noqa: F401  (shapes below)


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # Formats in which the partner delivers labels, the best first.
    _label_formats = ("PDF",)
    # What the carrier needs of sender and recipient: phone, email.
    _required_contact = ()
    # How many parcels one call of `_track` may ask for.
    _track_batch = 1

    def _get_services(self, backend):
        """Return {code: name} of the services that can be booked.

        May ask the partner (then `_request` is used) or come from a table.
        """
        return {}

    def _get_rates(self, backend, request):
        """Return a list of Rate for a RateRequest; asked at once, no message.

        :raises LogisticsError: the partner refuses, or does not answer in time
        """
        raise self._not_supported(backend, "rate")

    def _get_batch_key(self, backend, instruction):
        """Return what shipments of one batch have in common; None: bought alone.

        :raises LogisticsError: its TransportInstruction is no good
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

        Envelope.external_id is stable for the same event, ordering_key is the
        tracking number. What was told before falls on the inbox's index.

        :param parcels: list of TrackedParcel, at most `_track_batch`
        """
        raise self._not_supported(backend, "track")

    def _get_document_rules(self, backend):
        """Return the DocumentRules: which papers of ours the partner takes, and how.

        Asked only where `paperless_documents` is declared.
        """
        return DocumentRules()

    def _get_tracking_url(self, backend, tracking_number):
        """Return the page on which a customer follows this parcel, or None."""

    def _read_freight_invoice(self, backend, name, content):
        """Return a list of FreightInvoice read from a file of the partner.

        :param content: bytes
        :raises InvalidMessage: the file is not what the partner documents
        """
        raise self._not_supported(backend, "freight_invoice")
