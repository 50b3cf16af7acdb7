"""The lint finds texts that nobody can translate, and templates that are old."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from hub.lint import translations
from hub.translations import sources, template

ERRORS = {"LogisticsError", "Rejected"}


def findings(source: str) -> list[str]:
    return list(translations.unmarked(textwrap.dedent(source), ERRORS))


@pytest.mark.parametrize(
    "source",
    [
        'raise Rejected("No.")',
        'raise Rejected(f"No {what}.")',
        'raise Rejected("No " + what)',
        'raise errors.Rejected("No." if what else cause)',
        'raise Rejected(cause or "No.")',
        'raise Rejected(_lt("No."), remedy="Try again.")',
        'read(rows, remedy="Try again.")',
        """
        REMEDY = "Try again."
        def call():
            raise Rejected(_lt("No."), remedy=REMEDY)
        """,
        """
        def call():
            text = f"No {what}."
            raise Rejected(text)
        """,
        """
        class Rejected(LogisticsError):
            remedy = "Try again."
        """,
    ],
)
def test_an_unmarked_text_is_found(source):
    [finding] = findings(source)
    assert "mark it with _lt" in finding


@pytest.mark.parametrize(
    "source",
    [
        'raise Rejected(_lt("No %(what)s.", what=what), code="no")',
        'raise Rejected(_lt("No %s.", what))',
        "raise Rejected(error.text)",
        'raise ValueError("No.")',
        """
        def call():
            text = _lt("No.")
            raise Rejected(text, remedy=self.env._("Try again."))
        """,
    ],
)
def test_a_marked_text_is_none(source):
    assert not findings(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('_lt(f"No {what}.")', "the text itself"),
        ("_lt(text)", "the text itself"),
        ('_lt("No %(what)s.", who=1)', "differ: what, who"),
    ],
)
def test_a_mark_that_cannot_be_said_is_found(source, words):
    [finding] = findings(source)
    assert words in finding


def test_errors_are_those_below_the_ladder():
    code = "class A(LogisticsError): pass\nclass B(A): pass\nclass C(ValueError): pass"
    assert translations.error_classes([code]) == {"LogisticsError", "A", "B"}


PYTHON = """
KINDS = [("a", "First"), ("b", "Second")]
class Model(models.Model):
    _name = "logistics.model"
    kind = fields.Selection(KINDS, string="Kind", copy=False)
    def call(self, limit=5):
        raise UserError(self.env._("Not now."))
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("First", "Primary"),
        ("Kind", "Sort"),
        ("kind =", "sort ="),
        ("Not now.", "Later."),
        ("logistics.model", "logistics.other"),
    ],
)
def test_a_changed_text_changes_the_digest(old, new):
    changed = PYTHON.replace(old, new, 1)
    assert sorted(sources.of_python(changed)) != sorted(sources.of_python(PYTHON))


@pytest.mark.parametrize(
    ("old", "new"), [("limit=5", "limit=6"), ("copy=False", "copy=True")]
)
def test_other_changes_do_not(old, new):
    changed = PYTHON.replace(old, new, 1)
    assert sorted(sources.of_python(changed)) == sorted(sources.of_python(PYTHON))


XML = b"""<odoo><record id="view" model="ir.ui.view"><field name="arch" type="xml">
<form><field name="kind" placeholder="Any" invisible="1"/><p>Look here.</p></form>
</field></record></odoo>"""


@pytest.mark.parametrize("old", [b"Any", b"Look here.", b"view"])
def test_texts_of_a_view_count(old):
    changed = XML.replace(old, b"other", 1)
    assert list(sources.of_xml(changed)) != list(sources.of_xml(XML))


def test_other_attributes_of_a_view_do_not():
    changed = XML.replace(b'invisible="1"', b'invisible="0"')
    assert list(sources.of_xml(changed)) == list(sources.of_xml(XML))


def test_a_template_is_written_alike_and_known_when_it_is_old(tmp_path: Path):
    addon = tmp_path / "logistics_some"
    (addon / "models").mkdir(parents=True)
    (addon / "models" / "model.py").write_text(PYTHON)
    assert template.problem(addon) == "is missing"
    exported = tmp_path / "exported.pot"
    written = []
    for moment in ("2026-01-01 10:00+0000", "2026-02-02 11:00+0000"):
        exported.write_text(
            f'msgid ""\nmsgstr ""\n"POT-Creation-Date: {moment}\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            '#. module: logistics_some\nmsgid "Not now."\nmsgstr ""\n'
        )
        template.write(addon, exported)
        written.append(template.path(addon).read_text())
    assert written[0] == written[1]
    assert 'msgid "Not now."' in written[0]
    assert template.problem(addon) is None
    (addon / "models" / "model.py").write_text(PYTHON.replace("Not now", "Later"))
    assert "older" in str(template.problem(addon))
