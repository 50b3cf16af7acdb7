"""The checks of our own lint find what they are for."""

import textwrap

import pytest

from hub.lint import arrows, definitions, doors, labels, purity, sizes


def test_dependencies_that_go_down_are_allowed():
    assert not arrows.violations(
        {
            "logistics_core": ["mail", "queue_job"],
            "logistics_wms": ["logistics_core", "sale_stock", "stock_delivery"],
            "logistics_carrier_example": ["logistics_carrier"],
        }
    )


def test_what_joins_a_vendor_to_carriers_may_know_that_vendor_only():
    glue = ["logistics_wms_one", "logistics_wms_carrier"]
    assert not arrows.violations({"logistics_wms_one_carrier": glue})
    other = ["logistics_wms_two", "logistics_wms_carrier"]
    found = arrows.violations({"logistics_wms_one_carrier": other})
    assert found == ["logistics_wms_one_carrier: may not depend on logistics_wms_two"]
    assert arrows.is_vendor("logistics_wms_one_carrier")


def test_dependencies_that_go_up_or_sideways_are_found():
    found = arrows.violations(
        {
            "logistics_core": ["mail", "queue_job", "stock"],
            "logistics_tower": ["logistics_wms", "logistics_wms_shipbob"],
            "logistics_wms_one": ["logistics_wms", "logistics_wms_two"],
            "something_else": [],
        }
    )
    assert [line.split(":")[0] for line in found] == [
        "logistics_core",
        "logistics_tower",
        "logistics_wms_one",
        "something_else",
    ]


def test_a_vendor_addon_is_told_from_a_shared_one():
    assert arrows.is_vendor("logistics_wms_shipbob")
    assert arrows.is_vendor("logistics_carrier_ups")
    assert not arrows.is_vendor("logistics_wms_carrier")
    assert not arrows.is_vendor("logistics_format_x12")


def test_imports_beside_the_arrows_are_found():
    source = "from odoo.addons.logistics_tower.models import x\nself.with_delay()\n"
    found = arrows.import_problems("logistics_wms", source, {"logistics_wms"})
    assert len(found) == 2
    assert not arrows.import_problems("logistics_core", "with_delay()", set())


def test_a_pure_module_may_import_pure_modules_only():
    source = textwrap.dedent("""
        import json
        from odoo import models
        from odoo.addons.logistics_wms.canonical import OutboundInstruction
        from odoo.addons.logistics_wms.models import stock_picking
        from . import const
    """)
    assert purity.odoo_imports(source) == [
        "odoo.models",
        "odoo.addons.logistics_wms.models.stock_picking",
    ]


def test_long_functions_and_files_are_found():
    body = "\n".join(f"    x{n} = {n}" for n in range(60))
    assert sizes.too_long(f"def long():\n{body}\n")
    assert sizes.too_long("\n".join("x = 1" for _ in range(401)))
    assert not sizes.too_long("def short():\n    return 1\n")


def model(name, *methods, attribute="_inherit"):
    lines = [f"class A(models.Model):\n    {attribute} = {name!r}\n"]
    return "".join(lines + [f"    def {m}(self): ...\n" for m in methods])


def test_a_method_that_two_files_of_an_addon_define_is_found():
    files = {"a.py": model("x.y", "_do"), "b.py": model("x.y", "_do", "_other")}
    assert definitions.defined_twice(files) == [
        "b.py:3: x.y._do is defined at a.py:3 already"
    ]


def test_a_method_that_one_file_defines_twice_is_found():
    twice = model("x.y", "_do", attribute="_name") + model(["x.y"], "_do")
    assert len(definitions.defined_twice({"a.py": twice})) == 1


def test_other_models_methods_and_parents_are_no_second_definition():
    files = {
        "a.py": model("x.y", "_do") + "class Plain:\n    def _do(self): ...\n",
        "b.py": model("x.z", "_do") + model(["mail.thread", "x.y"], "_do"),
        "c.py": "class A(models.Model):\n    _name = 'x.w'\n    _inherit = ['x.y']\n"
        "    def _do(self): ...\n",
    }
    assert not definitions.defined_twice(files)


def test_a_property_with_its_setter_is_one_definition():
    source = model("x.y") + (
        "    @property\n    def size(self): ...\n"
        "    @size.setter\n    def size(self, value): ...\n"
    )
    assert not definitions.defined_twice({"a.py": source})


@pytest.mark.parametrize(
    "use",
    [
        "from odoo.addons.queue_job.job import Job",
        "self.with_delay(eta=1)._job_x()",
        'self.env["queue.job"].search([])',
        'cr.execute("SELECT 1\\n  FROM queue_job")',
        'cr.execute("SELECT pg_advisory_xact_lock(1)")',
        "rows = csv.reader(text)",
        "root = etree.fromstring(content)",
        "found = response.json()",
        "    from PIL import Image",
        "import pypdf",
        "from odoo.tools.pdf import merge_pdf",
    ],
)
def test_what_has_a_door_is_used_through_it_only(use):
    (problem,) = doors.beside_doors("logistics_core/engine/lane/drain.py", f"\n{use}\n")
    assert problem.startswith(":2: ")
    door = problem.rpartition(" ")[2]
    assert not doors.beside_doors(door, use)


def test_words_about_the_queue_are_no_use_of_it():
    text = '"""queue_job\'s own look for dead jobs; with_delay is elsewhere."""'
    assert not doors.beside_doors("logistics_core/engine/lane/sweep.py", text)


BACKEND = """
class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(selection_add=[("acme", "Acme Parcels")])
    acme_key = Secret(string="Acme API key")
    acme_user = fields.Char()
    acme_size = fields.Char(string="Size")


class Other(models.Model):
    _inherit = "other"

    size = fields.Char(string="Size")
"""


def test_labels_of_a_connection_are_read_from_its_model_alone():
    assert list(labels.labels(BACKEND)) == [
        ("", "", "Acme Parcels"),
        ("acme_key", "Acme API key", ""),
        ("acme_user", "Acme User", ""),
        ("acme_size", "Size", ""),
    ]


def test_labels_of_two_vendors_cannot_be_the_same():
    known = {
        "logistics_carrier_acme": list(labels.labels(BACKEND)),
        "logistics_carrier": [("size", "size", "")],
        "logistics_wms_late": [("", "", "Late"), ("late_key", "acme api key", "")],
    }
    assert labels.findings(known) == [
        "logistics_carrier: size: logistics_carrier_acme has the label “size” too",
        "logistics_carrier_acme: acme_key: logistics_wms_late has the label"
        " “Acme API key” too",
        "logistics_carrier_acme: acme_size: logistics_carrier has the label “Size” too",
        "logistics_wms_late: late_key: logistics_carrier_acme has the label"
        " “acme api key” too",
    ]


def test_a_vendors_label_begins_with_its_name():
    known = {"logistics_carrier_acme": list(labels.labels(BACKEND))}
    (found,) = labels.findings(known)
    assert found.startswith("logistics_carrier_acme: acme_size")
