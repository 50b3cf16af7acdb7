"""Many labels as one file to print. Never imports odoo."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from PIL import Image
from PyPDF2 import PdfReader, PdfWriter

from ...tools.documents import convert

PDF = "application/pdf"


def bundle(files: Sequence[tuple[str, str, bytes]]) -> tuple[str, str, bytes]:
    """Put labels together: one PDF, one ZPL, or a ZIP of both.

    Pictures become pages of the PDF, in the order given.

    :param files: (name, media type, content)
    :return: (name, media type, content)
    """
    pages = [f for f in files if f[1] == PDF or f[1].startswith("image/")]
    raw = [f for f in files if f not in pages]
    if not raw:
        return "labels.pdf", PDF, merge_pages(pages)
    thermal = b"\n".join(content for _name, _media, content in raw)
    if not pages:
        return "labels.zpl", "text/plain", thermal
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.pdf", merge_pages(pages))
        archive.writestr("labels.zpl", thermal)
    return "labels.zip", "application/zip", target.getvalue()


def merge_pages(files: Sequence[tuple[str, str, bytes]]) -> bytes:
    """Return one PDF of PDFs and pictures."""
    writer = PdfWriter()
    for _name, media_type, content in files:
        document = content if media_type == PDF else _picture_to_pdf(content)
        for page in PdfReader(io.BytesIO(document), strict=False).pages:
            writer.add_page(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _picture_to_pdf(content: bytes) -> bytes:
    """Return a page of the picture's own size, else of a label's."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        resolution = picture.info.get("dpi", (0, 0))[0]
        if not resolution:
            return convert(content, "PDF")
        picture.convert("RGB").save(target, "PDF", resolution=float(resolution))
    return target.getvalue()
