"""Odoo's hooks for shipping: labels, tracking links, voids, returns, points."""

import json

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError, NotSupported
from odoo.addons.logistics_core.guard import check_caller
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    @api.private
    def logistics_send_shipping(self, pickings):
        """Ask for the labels in the current transaction; they come after it."""
        check_caller(pickings, "write")
        results = []
        for picking in pickings:
            if self._logistics_get_working()._logistics_is_ended():
                results.append(picking._logistics_ship_without_label())
                continue
            try:
                shipment = picking._logistics_buy_or_raise()
            except LogisticsError as error:
                raise UserError(translated(self.env, error)) from error
            if self.return_label_on_delivery and not (
                picking._logistics_get_current("return")
            ):
                self.logistics_get_return_label(picking)
            results.append(
                {
                    "exact_price": shipment.expected_cost,
                    "tracking_number": picking.carrier_tracking_ref or False,
                }
            )
        return results

    @api.private
    def logistics_get_tracking_link(self, picking):
        """Return the page of one parcel, or Odoo's JSON list of several."""
        parcels = picking.sudo().logistics_shipment_ids.parcel_ids.filtered(
            lambda p: p.tracking_number and p.tracking_url and p.status != "cancelled"
        )
        links = [[p.tracking_number, p.tracking_url] for p in parcels.sorted("id")]
        if len(links) > 1:
            return json.dumps(links)
        return links[0][1] if links else False

    @api.private
    def logistics_cancel_shipment(self, pickings):
        """Take the labels back; what the carrier cannot void is reported."""
        check_caller(pickings, "write")
        try:
            pickings._logistics_void()
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error

    @api.private
    def logistics_get_return_label(
        self, pickings, tracking_number=None, origin_date=None
    ):
        """Ask for labels with which the customer sends the goods back."""
        check_caller(pickings, "write")
        for picking in pickings:
            try:
                picking._logistics_buy_or_raise("return")
            except LogisticsError as error:
                raise UserError(translated(self.env, error)) from error

    def _logistics_get_close_locations(self, partner_address, **_kw):
        """Return the drop-off points near a contact, as Odoo's selector wants them."""
        try:
            points = self._logistics_find_points(partner_address)
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        return [to_location(point) for point in points]

    def _logistics_find_points(self, partner, limit=10):
        """Return the AccessPoints near a contact, the nearest first."""
        backend = self.logistics_backend_id.sudo()
        if backend._is_ended():
            raise NotSupported(
                _lt("The connection of “%s” was ended.", self.name),
                remedy=_lt("Choose another shipping method."),
            )
        connector = backend.with_context(
            logistics_timeout=self.logistics_rate_timeout
        )._get_connector()
        return connector._find_access_points(
            backend, partner._get_logistics_address(), limit
        )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_ship_without_label(self):
        """The account is gone, the goods are not: an ordinary delivery."""
        self._message_log(
            body=self.env._(
                "No label was asked for: the connection of “%s” was ended.",
                self.carrier_id.name,
            )
        )
        return {"exact_price": 0.0, "tracking_number": False}


def to_location(point):
    """Return an AccessPoint as Odoo keeps pickup locations on orders."""
    address = point.address
    return {
        "id": point.external_id,
        "name": point.name,
        "street": address.street,
        "city": address.city,
        "zip_code": address.zip or "",
        "state": address.state,
        "country_code": address.country,
        "distance": point.distance_m,
        "opening_hours": {},
        "additional_data": {"opening_hours": point.opening_hours},
    }
