"""The walls inside an addon: what is walled could be an addon of its own."""

import textwrap
from pathlib import Path

import pytest

from hub import paths
from hub.lint import purity, rooms

CUSTOMS = """
    from odoo import fields, models
    from ..shipping.shipment import LIVE_STATES

    class Document(models.Model):
        _name = "logistics.customs.document"

        name = fields.Char()

        def action_send(self):
            return True

    class Shipment(models.Model):
        _inherit = "logistics.shipment"

        document_ids = fields.One2many("logistics.customs.document")

        def _add_documents(self):
            return self._update()

        def _update(self):
            return True

        def write(self, vals):
            return super().write(vals)
"""


def breaches(source, path="shipping/shipment.py", hooks=frozenset()):
    sources = {"customs/document.py": CUSTOMS, path: source}
    sources = {name: textwrap.dedent(text) for name, text in sources.items()}
    found = rooms.breaches(sources, "customs", hooks)
    return [line.split(": uses ")[1].split(" of ")[0] for line in found]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from ..customs.document import X", "customs.document"),
        ("from ..customs import document", "customs"),
        ("from .. import customs", "customs"),
        ("x = self.env['logistics.customs.document']", "logistics.customs.document"),
        ("self._add_documents()", "_add_documents"),
        ("self.mapped('shipment_ids.document_ids')", "document_ids"),
    ],
)
def test_what_another_room_uses_of_a_walled_one_is_found(source, name):
    assert breaches(source) == [name]


def test_views_of_another_room_show_nothing_of_a_walled_one():
    view = '<field name="document_ids" />'
    assert breaches(view, "views/shipping_shipment_views.xml") == ["document_ids"]
    assert not breaches(view, "views/customs_document_views.xml")
    rule = '<field name="model_id" ref="model_logistics_customs_document" />'
    assert breaches(rule, "security/shipping_rules.xml")


def test_tools_of_a_room_are_behind_its_wall_too():
    source = "from ...customs.tools.territory import needs_customs"
    assert breaches(source, "shipping/tools/costs.py") == ["customs.tools.territory"]


def test_hooks_are_the_doors():
    hooks = frozenset({"_add_documents"})
    assert not breaches("self._add_documents()", hooks=hooks)
    assert breaches("self._update()", hooks=hooks) == ["_update"]


def test_a_name_that_others_define_or_that_is_overridden_is_no_breach():
    assert not breaches("self.write({'name': self.name})")
    own = """
        class Parcel:
            def _update(self):
                return self._update()
    """
    assert not breaches(own)


def test_members_of_plain_classes_are_no_breach():
    sources = {
        "freight/tools/match.py": "class Quote:\n    def total(self):\n        pass\n",
        "shipping/shipment.py": "self.total",
    }
    assert not rooms.breaches(sources, "freight", frozenset())


def test_a_walled_room_may_use_the_others():
    found = rooms.breaches(
        {"freight/bill.py": "from ..shipping.shipment import X"}, "freight", frozenset()
    )
    assert not found


def test_every_wall_is_around_a_room_and_every_hook_is_one_of_its_methods():
    for addon, walls in rooms.WALLS.items():
        for room, hooks in walls.items():
            folder = paths.ADDONS / addon / room
            text = "\n".join(path.read_text() for path in folder.glob("*.py"))
            assert text, f"{addon} has no room {room}"
            for hook in hooks:
                assert f"def {hook}(" in text, f"{room} has no method {hook}"


def test_tools_of_a_room_are_pure():
    path = Path("freight/tools/match.py")
    pure = "from ...shipping.tools.costs import Quote\nfrom ...canonical import Money\n"
    assert not purity.relative_imports(path, pure + "from .csv_file import read\n")
    found = purity.relative_imports(
        path, "from ..bill import X\nfrom ... import models"
    )
    assert found == ["freight.bill", "models"]
    source = "from odoo.addons.logistics_carrier.freight.tools.match import judge\n"
    assert not purity.odoo_imports(source)
    source = "from odoo.addons.logistics_carrier.freight.bill import X\n"
    assert purity.odoo_imports(source)
