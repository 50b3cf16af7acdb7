"""Many labels become one file to print."""

import io
import zipfile
from decimal import Decimal

from PIL import Image
from pypdf import PdfReader

from odoo.addons.logistics_carrier.shipping.tools.sheets import bundle
from odoo.addons.logistics_carrier.tools.numbers import to_amount, to_decimal


def picture(kind):
    target = io.BytesIO()
    Image.new("RGB", (100, 150), "white").save(target, kind)
    return target.getvalue()


PDF = ("a.pdf", "application/pdf", picture("PDF"))
PNG = ("b.png", "image/png", picture("PNG"))
ZPL = ("c.zpl", "text/plain", b"^XA^FDone^FS^XZ")


def test_pdfs_and_pictures_become_pages_of_one_pdf():
    name, media_type, content = bundle([PDF, PNG, PDF])
    assert (name, media_type) == ("labels.pdf", "application/pdf")
    assert len(PdfReader(io.BytesIO(content)).pages) == 3


def test_thermal_labels_are_sent_to_the_printer_one_after_the_other():
    name, _media_type, content = bundle([ZPL, ZPL])
    assert name == "labels.zpl"
    assert content.count(b"^XA") == content.count(b"^XZ") == 2


def test_what_cannot_be_one_file_comes_as_an_archive():
    name, _media_type, content = bundle([PDF, ZPL])
    assert name == "labels.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["labels.pdf", "labels.zpl"]


def test_numbers_are_written_as_a_person_would():
    assert to_decimal(0.1 + 0.2) == Decimal("0.3")
    assert str(to_decimal(1000)) == "1000"
    assert str(to_decimal(2.5, 3)) == "2.5"
    assert str(to_amount(19.999)) == "20.00"
    assert str(to_amount(2.675)) == "2.68"
