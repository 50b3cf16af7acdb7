"""A carrier's connection ends: shipments stay, its methods are not offered any more."""

from odoo import models


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _get_own_methods(self):
        return (
            self.env["delivery.carrier"]
            .sudo()
            .search(
                [
                    ("delivery_type", "=", "logistics"),
                    ("logistics_backend_id", "in", self.ids),
                ]
            )
        )

    def _get_open_requests(self):
        """Return shipments whose label or void the carrier was asked for."""
        return (
            self.env["logistics.shipment"]
            .sudo()
            .search(
                [
                    ("backend_id", "in", self.ids),
                    ("state", "in", ("requested", "void_requested")),
                ]
            )
        )

    def _get_dependents(self):
        texts = super()._get_dependents()
        methods = self._get_own_methods()
        if methods:
            texts.append(
                self.env._(
                    "Shipping methods that use it: %s. They are archived; deliveries"
                    " that have one are validated without a label.",
                    ", ".join(methods.mapped("name")),
                )
            )
        requests = self._get_open_requests()
        if requests:
            texts.append(
                self.env._(
                    "Labels or voids that the carrier has not answered: %s. Ask the"
                    " carrier what became of them.",
                    ", ".join(requests.mapped("name")[:20]),
                )
            )
        return texts

    def _get_end_effects(self):
        effects = super()._get_end_effects()
        if self.sudo().shipment_count:
            effects.append(
                self.env._(
                    "%s shipments with their parcels, labels and costs stay. They are"
                    " not tracked any more.",
                    self.sudo().shipment_count,
                )
            )
        return effects

    def _end_documents(self, text):
        self._get_own_methods().active = False
        self.env["logistics.carrier.schedule"].sudo().search(
            [("backend_id", "in", self.ids)]
        ).active = False
        for shipment in self._get_open_requests():
            asked = shipment.state == "requested"
            state = "failed" if asked else (shipment.prior_state or "labelled")
            shipment.write({"state": state, "error": text})
            shipment.message_post(body=text)
        self._end_handover(text)
        return super()._end_documents(text)

    def _end_handover(self, text):
        """What a pickup or manifest still waits for will not be answered."""
        for model, waiting, state in (
            ("logistics.manifest", ("requested",), "failed"),
            ("logistics.pickup", ("requested",), "failed"),
            ("logistics.pickup", ("change_requested", "cancel_requested"), "booked"),
        ):
            records = (
                self.env[model]
                .sudo()
                .search([("backend_id", "in", self.ids), ("state", "in", waiting)])
            )
            records.write({"state": state})
            for record in records:
                record.message_post(body=text)
