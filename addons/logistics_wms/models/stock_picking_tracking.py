"""Where the customer follows the parcels the partner shipped."""

import json
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.texts import _lt

from ..const import TRANSPORT_STATES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.depends(
        "move_line_ids.result_package_id.logistics_tracking_ref",
        "move_line_ids.result_package_id.logistics_tracking_url",
    )
    def _compute_carrier_tracking_url(self):
        """One link as it is, several as the list that stock_delivery reads."""
        result = super()._compute_carrier_tracking_url()
        for picking in self.filtered("logistics_backend_id"):
            links = picking._get_logistics_tracking_links()
            if len(links) == 1:
                picking.carrier_tracking_url = links[0][1]
            elif links:
                picking.carrier_tracking_url = json.dumps(links)
        return result

    def _get_logistics_tracking_links(self):
        """Return [[number, URL]] of the parcels, without repetition."""
        links = {}
        for package in self.move_line_ids.result_package_id.sorted("id"):
            number = package.logistics_tracking_ref
            url = package.logistics_tracking_url or self._get_carrier_link(number)
            if number and url:
                links[number] = url
        return [[number, url] for number, url in links.items()]

    def _get_carrier_link(self, number):
        """Return the link from the delivery method's own template."""
        template = self.carrier_id.tracking_url
        if not template or not number:
            return None
        return template.replace("<shipmenttrackingnumber>", number)

    def _logistics_add_tracking(self, parcels):
        """Add tracking that came after the shipment; return whether any was new.

        Parcels are matched in the order they were shipped in.
        """
        self.ensure_one()
        packages = self.move_line_ids.result_package_id.sorted("id")
        known = set(packages.mapped("logistics_tracking_ref"))
        added = [p for p in parcels if p.tracking_number not in {None, *known}]
        blank = packages.filtered(lambda p: not p.logistics_tracking_ref)
        for package, parcel in zip(blank, added, strict=False):
            package.write(
                {
                    "logistics_tracking_ref": parcel.tracking_number,
                    "logistics_tracking_url": to_web_address(parcel.tracking_url),
                }
            )
        if added:
            old = (self.carrier_tracking_ref or "").split(",")
            self.write(prepare_tracking([*old, *(p.tracking_number for p in added)]))
        return bool(added)

    @api.model
    def _logistics_apply_milestones(self, reported):
        """Note milestones of transports; each delivery is written once.

        :param reported: list of (delivery, status, moment (naive, UTC) or None,
            description), in the order they were reported
        :return: list of whether each was news
        """
        news, changes, delivered = [], {}, {}
        for picking, status, at, description in reported:
            known = changes.get(picking, picking)
            since = known["logistics_transport_at"]
            if status == known["logistics_transport_state"] or (
                at and since and at < since
            ):
                news.append(False)
                continue
            news.append(True)
            vals = changes.setdefault(picking, {})
            vals |= {"logistics_transport_state": status, "logistics_transport_at": at}
            delivered.pop(picking, None)
            if status == "delivered":
                vals["logistics_delivered_at"] = at or fields.Datetime.now()
                delivered[picking] = True
            elif status in ("failed", "returned"):
                picking._logistics_tell_failed_transport(status, description)
        same = defaultdict(self.browse)
        for picking, vals in changes.items():
            same[frozenset(vals.items())] |= picking
        for vals, pickings in same.items():
            pickings.write(dict(vals))
        self.env["logistics.exception"]._resolve_fingerprints(
            [f"transport:{picking.id}" for picking in delivered],
            self.env._("It was delivered after all."),
        )
        return news

    def _logistics_tell_failed_transport(self, status, description):
        label = dict(TRANSPORT_STATES)[status]
        self.env["logistics.exception"]._open(
            self.logistics_backend_id,
            "transport_failed",
            _lt("%(delivery)s: %(state)s", delivery=self.name, state=label),
            description or label,
            _lt(
                "Inform the customer and clarify with the carrier whether it is"
                " delivered again. Prepare a return if the parcel comes back."
            ),
            record=self,
            fingerprint=f"transport:{self.id}",
            severity="warning",
        )

    @button("write")
    def send_to_shipper(self):
        """The partner made the label: a second one must not be bought."""
        if self.logistics_backend_id and self.logistics_state == "shipped":
            return
        super().send_to_shipper()


def to_web_address(url):
    """Return a URL that may be shown as a link to customers, or False."""
    return url if url and url.startswith(("https://", "http://")) else False


def prepare_tracking(numbers):
    """Return the values of the parcels' numbers, as stock_delivery joins them."""
    numbers = dict.fromkeys(filter(None, numbers))
    return {"carrier_tracking_ref": ",".join(numbers)} if numbers else {}
