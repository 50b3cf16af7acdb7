"""Files of partners are read in a process of their own, bounded in all ways."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from odoo.addons.logistics_carrier.shipping.tools import sheets
from odoo.addons.logistics_carrier.tools import documents, file_reader
from odoo.addons.logistics_core.errors import InvalidMessage, TooLarge

PDF = "application/pdf"


def make_pdf(pages: int = 1) -> bytes:
    writer, target = PdfWriter(), io.BytesIO()
    for _n in range(pages):
        writer.add_blank_page(288, 432)
    writer.write(target)
    return target.getvalue()


def make_picture(kind: str = "PNG", size: tuple[int, int] = (80, 120)) -> bytes:
    target = io.BytesIO()
    Image.new("L", size, "white").save(target, kind)
    return target.getvalue()


def raw_pdf(*objects: str) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue."""
    body = "%PDF-1.4\n"
    for number, text in enumerate(objects, 1):
        body += f"{number} 0 obj{text}endobj\n"
    return (body + "trailer<</Root 1 0 R>>\n%%EOF").encode()


def explosive_pdf() -> bytes:
    """Return a PDF of 2 ** 30 pages: each node names the next one twice."""
    nodes = [f"<</Type/Pages/Count 9/Kids[{n} 0 R {n} 0 R]>>" for n in range(3, 34)]
    return raw_pdf("<</Type/Catalog/Pages 2 0 R>>", *nodes, "<</Type/Page>>")


def png_of(width: int, height: int) -> bytes:
    """Return a small PNG of very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = zlib.compress(b"\0" * 1_000_000, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    )


HOSTILE = {
    "a tree of pages that is a circle": (
        raw_pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]>>"),
        PDF,
    ),
    "a tree of pages without end": (explosive_pdf(), PDF),
    "tables that name each other": (
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\n"
        b"startxref\n9\n%%EOF",
        PDF,
    ),
    "no pages": (raw_pdf("<</Type/Catalog>>"), PDF),
    "not a PDF at all": (b"%PDF-1.7 nonsense", PDF),
    "empty": (b"", PDF),
    "half a PDF": (make_pdf()[:200], PDF),
    "very many pages": (make_pdf(201), PDF),
    "very many pixels": (png_of(16_000, 17_000), "image/png"),
    "more pixels than fit": (png_of(6_000, 4_000), "image/png"),
    "half a picture": (make_picture()[:60], "image/png"),
    "a program for Ghostscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "image/png"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name) -> None:
    content, media_type = HOSTILE[name]
    with pytest.raises(InvalidMessage, match="cannot be read") as caught:
        file_reader.check(content, media_type)
    assert "again" in str(caught.value.remedy)
    file_reader.check(make_pdf(), PDF)


def test_a_file_that_kills_its_reader_harms_nobody_else(monkeypatch) -> None:
    file_reader.check(make_pdf(), PDF)
    before = file_reader._process._popen.pid
    os.kill(before, 9)
    file_reader._process._popen.wait()
    file_reader.check(make_pdf(), PDF)
    assert file_reader._process._popen.pid != before


def test_a_reader_that_hangs_is_ended(monkeypatch) -> None:
    file_reader.check(make_pdf(), PDF)
    monkeypatch.setattr(file_reader, "PATIENCE", 0.2)
    os.kill(file_reader._process._popen.pid, 19)
    started = time.monotonic()
    with pytest.raises(InvalidMessage, match="too long"):
        file_reader.check(make_pdf(), PDF)
    assert time.monotonic() - started < 20
    monkeypatch.undo()
    file_reader.check(make_pdf(), PDF)


def test_the_reader_is_given_no_secret_of_ours(monkeypatch) -> None:
    monkeypatch.setenv("LOGISTICS_SECRET_KEY", "hush")
    file_reader.end()
    file_reader.check(make_pdf(), PDF)
    pid = file_reader._process._popen.pid
    with open(f"/proc/{pid}/environ", "rb") as environment:
        assert b"hush" not in environment.read()


def test_a_large_file_is_not_even_given_to_the_reader() -> None:
    with pytest.raises(TooLarge):
        file_reader.check(b"%PDF" + b" " * 11_000_000, PDF)
    with pytest.raises(TooLarge):
        documents.to_document("A" * 16_000_000, "label", "L")


def test_many_files_are_read_by_one_process_one_after_the_other() -> None:
    pids = set()
    for _n in range(20):
        file_reader.check(make_picture(), "image/png")
        pids.add(file_reader._process._popen.pid)
    assert len(pids) == 1


# Printing


def test_a_damaged_label_is_left_out_and_the_others_are_printed() -> None:
    left_out: list = []
    name, media_type, content = sheets.bundle(
        [
            ("a.pdf", PDF, make_pdf()),
            ("b.pdf", PDF, explosive_pdf()),
            ("c.png", "image/png", png_of(16_000, 17_000)),
            ("d.pdf", "application/x-unreadable", make_pdf()[:200]),
            ("e.png", "image/png", make_picture()),
        ],
        left_out,
    )
    assert (name, media_type) == ("labels.pdf", PDF)
    assert len(PdfReader(io.BytesIO(content)).pages) == 2
    assert [name for name, _why in left_out] == ["b.pdf", "c.png", "d.pdf"]


def test_with_thermal_labels_a_damaged_one_is_left_out_too() -> None:
    left_out: list = []
    zpl = ("z.zpl", "application/zpl", b"^XA^XZ")
    found = sheets.bundle([zpl, ("b.pdf", PDF, b"%PDF")], left_out)
    assert found == ("labels.zpl", "text/plain", b"^XA^XZ")
    assert len(left_out) == 1


def test_where_no_label_can_be_read_it_says_so() -> None:
    with pytest.raises(InvalidMessage):
        sheets.bundle([("b.pdf", PDF, b"%PDF"), ("c.pdf", PDF, b"%PDF")], [])
    with pytest.raises(InvalidMessage):
        sheets.bundle([("b.pdf", PDF, b"%PDF"), ("a.pdf", PDF, make_pdf())])


def test_labels_beyond_a_size_are_printed_in_parts() -> None:
    files = [("a.pdf", PDF, b"%PDF" + b" " * 9_000_000)] * 4
    with pytest.raises(TooLarge) as caught:
        sheets.bundle(files, [])
    assert "fewer labels" in str(caught.value.remedy)
