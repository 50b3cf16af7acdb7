"""What can go wrong between a delivery and the warehouse partner.

This file never imports odoo.
"""

from __future__ import annotations

from typing import Any

from odoo.addons.logistics_core.errors import Conflict, PermanentError
from odoo.addons.logistics_core.texts import _lt


class NotOurs(Conflict):
    """A fact names our reference, but another order or shipment than ours.

    :param name: the partner's identifier of what it is about
    """

    # What the partner reports of our own order goes on.
    holds_key = False
    remedy = _lt(
        "It was not applied. If it is about an order of somebody else on the same"
        " account, ignore it. If the partner made this order for our delivery, add"
        " its number to the bindings of the delivery, then retry."
    )

    def __init__(self, message: str, *, name: str, **kw: Any) -> None:
        super().__init__(message, **kw)
        self.fingerprint = f"not_ours:{name}"


class UnknownLot(PermanentError):
    """The partner shipped a lot or serial that Odoo does not have."""

    kind = "unknown_lot"
    remedy = _lt(
        "Ask the partner whether the number is right. Create the lot from this"
        " exception, or edit the message, then retry it."
    )


class UnknownProduct(PermanentError):
    """The partner names a product that is not in Odoo, or not in the delivery."""

    kind = "unknown_product"
    remedy = _lt(
        "Give the product this internal reference or send the product to the"
        " partner, then retry the message."
    )


class AmbiguousProduct(PermanentError):
    """Several products have the SKU that the partner names."""

    kind = "unknown_product"
    remedy = _lt(
        "Give each product an internal reference of its own, and the one that the"
        " partner means the reference it names. Then retry the message."
    )

    @classmethod
    def of(cls, sku, products):
        """Return the error that names a SKU and the products that share it."""
        return cls(
            _lt(
                "%(sku)s is the internal reference of several products: %(products)s.",
                sku=sku,
                products=", ".join(products.mapped("name")),
            )
        )


class Substitution(PermanentError):
    """The partner shipped another product than the one ordered."""

    kind = "substitution"
    remedy = _lt(
        "Agree with the customer. Accept the substitution from this "
        "exception, or ask the partner to send the right product and "
        "ignore this message."
    )


class OverShipment(PermanentError):
    """The partner shipped more than the tolerance allows."""

    kind = "over_shipment"
    remedy = _lt(
        "Check the quantity with the partner. Raise the tolerance on the connection"
        " or edit the message, then retry it."
    )


class DeliveryCancelled(PermanentError):
    """The partner reports progress of a delivery that was cancelled in Odoo."""

    kind = "cancelled_delivery"
    remedy = _lt(
        "If the goods left, ask the partner to stop or return them and "
        "make a return in Odoo. Then ignore this exception."
    )


class AlreadyShipped(PermanentError):
    """The partner reports a shipment of what is completely shipped already."""

    kind = "already_shipped"
    remedy = _lt(
        "Compare it with the deliveries. If more left, make a delivery "
        "for it; otherwise ignore this message."
    )


class ValidationStopped(PermanentError):
    """Odoo asked a person something instead of validating a shipment."""

    kind = "validation_stopped"
    remedy = _lt(
        "Nothing was validated. Open the delivery, see what the dialog asks and"
        " change what causes it, then retry the message."
    )
