from decimal import Decimal

from odoo.tests import BaseCase

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_wms.canonical import (
    LotQuantity,
    OutboundNotification,
    Parcel,
    ShippedLine,
)
from odoo.addons.logistics_wms.checks import check_notification


def notify(line=None, **vals):
    parcels = (Parcel(lines=(line,)),) if line else ()
    return OutboundNotification(
        **{"reference": "R", "status": "shipped", "parcels": parcels, **vals}
    )


def make_line(quantity, lots=()):
    return ShippedLine("A", Decimal(quantity), "EA", lots)


class TestChecks(BaseCase):
    def test_sound_shipment_passes(self):
        lots = (LotQuantity(Decimal(2), "L1"), LotQuantity(Decimal(1), "L2"))
        check_notification(notify(make_line("3", lots)))

    def test_impossible_quantities_are_invalid(self):
        for quantity in ("0", "-1", "10000001", "1E+12", "0.0000001"):
            with self.subTest(quantity), self.assertRaises(InvalidMessage):
                check_notification(notify(make_line(quantity)))

    def test_lots_that_do_not_add_up_are_invalid(self):
        with self.assertRaises(InvalidMessage):
            check_notification(notify(make_line("3", (LotQuantity(Decimal(2), "L"),))))

    def test_a_lot_named_twice_is_invalid(self):
        lots = (LotQuantity(Decimal(1), "L"), LotQuantity(Decimal(1), "L"))
        with self.assertRaises(InvalidMessage):
            check_notification(notify(make_line("2", lots)))

    def test_unknown_words_are_invalid(self):
        for vals in ({"status": "teleported"}, {"remaining": "maybe"}):
            with self.subTest(vals), self.assertRaises(InvalidMessage):
                check_notification(notify(make_line("1"), **vals))

    def test_a_shipment_without_content_is_invalid(self):
        with self.assertRaises(InvalidMessage):
            check_notification(notify())
        with self.assertRaises(InvalidMessage):
            check_notification(notify(parcels=(Parcel(lines=()),)))
