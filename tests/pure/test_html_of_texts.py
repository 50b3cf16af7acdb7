"""What a partner wrote never becomes HTML: each place that could do so is looked at.

Odoo escapes plain text in the chatter and in its templates. It does not in the fields
of HTML: those are an activity's note and what is built as Markup.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
SOURCES = [p for p in sorted(ADDONS.rglob("*.py")) if "tests" not in p.parts]
VIEWS = sorted(ADDONS.rglob("*.xml"))
RAW = ("t-raw", 'widget="html"', "body_is_html")
# Built from constant Markup, into which the texts are put by its own `%`.
BUILT = ("status_details",)


def find_html(source: str) -> Iterator[str]:
    """Yield each expression that makes HTML of what may be somebody's text."""
    tree = ast.parse(source)
    built = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", None) in BUILT
    }
    for node in ast.walk(tree):
        if node in built:
            continue
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if name == "activity_schedule":
            note = given.get("note")
            made = isinstance(note, ast.Call) and getattr(note.func, "id", "")
            if note is not None and made != "as_html":
                yield ast.unparse(node)
        if name == "Markup" and not isinstance(node.args[0], ast.Constant):
            yield ast.unparse(node)
        if name == "Html" or "body_is_html" in given:
            yield ast.unparse(node)
        if name == "plaintext2html":  # it makes links of what looks like an address
            yield ast.unparse(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ADDONS)))
def test_no_text_becomes_html(path) -> None:
    assert list(find_html(path.read_text())) == []


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: str(p.relative_to(ADDONS)))
def test_no_view_shows_a_text_as_html(path) -> None:
    lines = path.read_text().splitlines()
    left = [line for line in lines if not any(f'name="{n}"' in line for n in BUILT)]
    assert not [word for word in RAW if word in "\n".join(left)]


@pytest.mark.parametrize(
    "source",
    [
        "record.activity_schedule('a', note=exception.cause)",
        "record.activity_schedule('a', note=str(cause))",
        "Markup(f'<p>{cause}</p>')",
        "Markup(cause)",
        "fields.Html()",
        "record.message_post(body=plaintext2html(cause))",
        "record.message_post(body=cause, body_is_html=True)",
    ],
)
def test_a_hole_is_found(source) -> None:
    assert list(find_html(source))


def test_what_is_escaped_is_no_hole() -> None:
    assert not list(find_html("record.activity_schedule('a', note=as_html(cause))"))
    assert not list(find_html("Markup('<p>%s</p>') % cause"))
