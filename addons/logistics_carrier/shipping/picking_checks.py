"""Pre-flight: all that a carrier or customs would refuse, found before it is asked."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_find_problems(self, carrier, parcels, direction="outbound"):
        """Return a list of sentences: all that is missing to ship, at once."""
        self.ensure_one()
        problems = self._logistics_check_service(carrier, direction)
        if carrier.logistics_backend_id:
            problems += self._logistics_check_options(carrier)
        problems += self._logistics_check_addresses(carrier)
        problems += self._logistics_check_parcels(carrier, parcels)
        if self._logistics_needs_customs():
            problems += self._logistics_check_customs(carrier, parcels)
        return problems + self._logistics_find_document_problems(carrier, direction)

    def _logistics_check_service(self, carrier, direction):
        backend = carrier.logistics_backend_id.sudo()
        if not backend:
            return [
                self.env._("The delivery has no shipping method of the Logistics Hub.")
            ]
        problems = []
        if backend.state == "draft":
            problems.append(self.env._("“%s” is not started yet.", backend.name))
        if not backend._has_capability("transport_instruction"):
            problems.append(self.env._("“%s” sells no labels.", backend.name))
        if not carrier.logistics_service:
            problems.append(self.env._("“%s” names no service.", carrier.name))
        label = carrier.logistics_label_format
        if label not in backend._get_connector()._label_formats:
            problems.append(
                self.env._(
                    "%(carrier)s has no labels in the format %(format)s.",
                    carrier=backend.name,
                    format=label,
                )
            )
        if direction == "return" and not backend._has_capability("return_label"):
            problems.append(self.env._("%s has no return labels.", backend.name))
        return problems

    def _logistics_check_options(self, carrier):
        """Return the options asked for that the carrier does not have."""
        wanted = [
            (
                "signature",
                carrier.logistics_signature != "none",
                self.env._("signatures"),
            ),
            ("saturday", carrier.logistics_saturday, self.env._("Saturday delivery")),
            ("insurance", carrier.shipping_insurance > 0, self.env._("insurance")),
            (
                "third_party_billing",
                carrier.logistics_payer != "sender",
                self.env._("billing to another account"),
            ),
            (
                "access_points",
                self._logistics_get_access_point(),
                self.env._("drop-off points"),
            ),
        ]
        problems = [
            self.env._(
                "%(carrier)s does not offer: %(option)s.",
                carrier=carrier.logistics_backend_id.name,
                option=label,
            )
            for capability, is_wanted, label in wanted
            if is_wanted and not carrier._logistics_has(capability)
        ]
        billing = carrier._prepare_logistics_billing(self.partner_id)
        if billing.payer == "recipient" and not billing.account:
            problems.append(
                self.env._(
                    "%(contact)s is to pay the carrier, and has no account at"
                    " %(carrier)s: enter it on the contact.",
                    contact=self.partner_id.display_name.replace("\n", ", "),
                    carrier=carrier.logistics_backend_id.name,
                )
            )
        return problems

    def _logistics_check_addresses(self, carrier):
        problems = []
        required = set()
        if carrier.logistics_backend_id:
            connector = carrier.logistics_backend_id.sudo()._get_connector()
            required = set(connector._required_contact)
        if self.partner_id and self._logistics_needs_customs():
            required.add("phone")
        sender = self._logistics_get_warehouse_partner()
        labels = {"phone": self.env._("phone"), "email": self.env._("email")}
        for role, partner in (
            (self.env._("The sender"), sender),
            (self.env._("The recipient"), self.partner_id),
        ):
            if not partner:
                problems.append(self.env._("%s is not set.", role))
                continue
            gaps = partner._get_logistics_address_gaps()
            address = partner._get_logistics_address()
            gaps += [labels[n] for n in sorted(required) if not getattr(address, n)]
            if gaps:
                problems.append(
                    self.env._(
                        "%(role)s %(name)s lacks: %(gaps)s.",
                        role=role,
                        name=partner.display_name.replace("\n", ", "),
                        gaps=", ".join(gaps),
                    )
                )
        return problems

    def _logistics_check_parcels(self, carrier, parcels):
        if not parcels:
            return [
                self.env._("Nothing is reserved or packed: there is nothing to ship.")
            ]
        problems = []
        if len(parcels) > 1 and not carrier._logistics_has("multi_parcel"):
            problems.append(
                self.env._(
                    "%s takes one parcel per shipment.",
                    carrier.logistics_backend_id.name,
                )
            )
        unweighed = self.env["product.product"].union(*(p.unweighed for p in parcels))
        if self.picking_type_id.warehouse_id.carrier_default_weight:
            unweighed = unweighed.browse()
        if unweighed:
            problems.append(unweighed._logistics_tell_unweighed())
        for parcel in parcels:
            highest = parcel.package_type.max_weight
            limit = self.env["product.template"]._logistics_to_kg(highest)
            if parcel.weight <= 0 and not parcel.unweighed & unweighed:
                problems.append(
                    self.env._(
                        "Parcel %s has no weight. Weigh the products.", parcel.name
                    )
                )
            elif limit and parcel.weight > limit:
                problems.append(
                    self.env._(
                        "Parcel %(name)s weighs %(weight)s kg; %(type)s takes"
                        " %(limit)s kg.",
                        name=parcel.name,
                        weight=round(parcel.weight, 3),
                        type=parcel.package_type.name,
                        limit=round(limit, 3),
                    )
                )
        return problems + self._logistics_check_dangerous(carrier, parcels)
