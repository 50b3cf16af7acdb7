"""Labels are what their content says, and as large as they were asked for."""

from __future__ import annotations

import base64
import codecs
import io

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from odoo.addons.logistics_carrier.shipping.tools.sheets import bundle
from odoo.addons.logistics_carrier.tools import documents

ZPL = b"^XA^FO50,50^FDone^FS^XZ"


@pytest.mark.parametrize(
    ("raw", "ending"),
    [
        (ZPL, "zpl"),
        (b"CT~~CD,~CC^~CT~\r\n^XA~TA000~JSN^LT0^XZ", "zpl"),
        (codecs.BOM_UTF8 + ZPL, "zpl"),
        (b"\r\n  " + ZPL, "zpl"),
        (ZPL.lower(), "zpl"),
        (codecs.BOM_UTF16_LE + ZPL.decode().encode("utf-16-le"), "zpl"),
        (b"^FX a remark ^FS" + ZPL, "zpl"),
        (b"~DGR:LOGO.GRF,80,10,FFFF" + ZPL, "zpl"),
        (b"\x02" + ZPL, "zpl"),
        (b"${" + ZPL + b"}$", "zpl"),
        (b"%PDF-1.4", "pdf"),
        (codecs.BOM_UTF8 + b"%PDF-1.4", "pdf"),
        (b"\x1b%-12345X@PJL\r\n%PDF-1.4", "pdf"),
        (b"GIF87a", "gif"),
        (b"\x89PNG\r\n", "png"),
        (b"\xff\xd8\xff", "jpg"),
        (b"  <html>", "html"),
        (b"CT scan of a lamp", "bin"),
        (b"~ about 5", "bin"),
        (b"", "bin"),
    ],
)
def test_a_file_is_what_its_content_says(raw, ending):
    assert documents.sniff(raw)[1] == ending


def test_what_is_not_known_is_what_its_sender_says():
    assert documents.get_media_type(ZPL, "text/plain") == "application/zpl"
    assert documents.get_media_type(b"??", "text/plain") == "text/plain"


def label(size=(1400, 800), ink_to=1180, kind="GIF"):
    """A label that lies on its side, printed up to so many dots."""
    picture = Image.new("L", size, "white")
    ImageDraw.Draw(picture).rectangle((20, 20, ink_to, size[1] - 20), outline="black")
    target = io.BytesIO()
    picture.save(target, kind)
    return base64.b64encode(target.getvalue()).decode()


def page_of(content, *size):
    made = documents.to_label(content, "PDF", "UPS-1", "label", *size)
    (page,) = PdfReader(io.BytesIO(base64.b64decode(made.content))).pages
    box = page.mediabox
    image = next(iter(page["/Resources"]["/XObject"].values())).get_object()
    dots = (int(image["/Width"]), int(image["/Height"]))
    return (round(float(box.width)), round(float(box.height))), dots


def test_paper_below_the_label_is_left_out():
    """UPS's pictures are of 4 by 7 inches."""
    points, dots = page_of(label())
    assert points == (288, 432)
    assert dots == (800, 1200)  # not stretched, not scaled: bars keep their width


def test_a_label_that_is_too_long_is_made_smaller_and_not_cut():
    points, dots = page_of(label(ink_to=1380))
    assert points == (288, 432)
    assert dots[1] == 1400
    assert dots[0] * 6 == pytest.approx(dots[1] * 4, abs=6)


def test_a_label_is_as_large_as_it_was_asked_for():
    points, _dots = page_of(label(size=(800, 1600)), (4, 8))
    assert points == (288, 576)


def test_a_png_has_the_size_of_the_label_too():
    made = documents.to_label(label(), "PNG", "UPS-1")
    picture = Image.open(io.BytesIO(base64.b64decode(made.content)))
    assert picture.size == (800, 1200)
    assert round(picture.info["dpi"][0]) == 200


def test_transparent_is_white_on_paper():
    picture = Image.new("RGBA", (800, 1200), (0, 0, 0, 0))
    target = io.BytesIO()
    picture.save(target, "PNG")
    made = documents.convert(target.getvalue(), "PNG")
    assert Image.open(io.BytesIO(made)).getextrema() == (255, 255)


def test_a_picture_without_a_size_is_a_label_among_others_to_print():
    gif = ("a.gif", "image/gif", base64.b64decode(label()))
    _name, _kind, content = bundle([gif])
    (page,) = PdfReader(io.BytesIO(content)).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (
        288,
        432,
    )
