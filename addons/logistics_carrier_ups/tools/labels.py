"""Files UPS delivers, and pictures turned into what printers take.

UPS gives labels as ZPL or as a GIF picture; PNG and PDF are made from the picture
without loss. Never imports odoo.
"""

from __future__ import annotations

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.logistics_carrier.canonical import Document
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

# Wanted format -> what is asked of UPS.
ASKED = {"ZPL": "ZPL", "PDF": "GIF", "PNG": "GIF"}
INCHES = 4  # the width of a label
_STARTS = (
    (b"%PDF", "application/pdf", "pdf"),
    (b"GIF8", "image/gif", "gif"),
    (b"\x89PNG", "image/png", "png"),
    (b"\xff\xd8", "image/jpeg", "jpg"),
    (b"^XA", "application/zpl", "zpl"),
    (b"<", "text/html", "html"),
)


def to_label(content: str, wanted: str, name: str, kind: str = "label") -> Document:
    """Return a label in the wanted format, or as it came where that is not possible.

    :param content: base64
    :raises InvalidMessage: it is no file at all
    """
    raw = decode(content)
    media_type, ending = sniff(raw)
    if media_type in ("image/gif", "image/png") and wanted in ("PDF", "PNG"):
        raw = convert(raw, wanted)
        media_type, ending = sniff(raw)
    return Document(kind, f"{name}.{ending}", media_type, encode(raw))


def to_document(content: str, kind: str, name: str) -> Document:
    """Return a file as it came."""
    media_type, ending = sniff(decode(content))
    return Document(kind, f"{name}.{ending}", media_type, content)


def convert(raw: bytes, wanted: str) -> bytes:
    """Return a picture upright, as PNG or as a PDF page of four inches' width."""
    try:
        picture = Image.open(io.BytesIO(raw))
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise InvalidMessage(
            _lt("The label is no readable picture: %(error)s", error=error)
        ) from error
    if picture.width > picture.height:
        picture = picture.rotate(-90, expand=True)
    buffer = io.BytesIO()
    if wanted == "PNG":
        picture.save(buffer, "PNG")
    else:
        _draw(picture.convert("L"), buffer)
    return buffer.getvalue()


def _draw(picture: Image.Image, buffer: io.BytesIO) -> None:
    """Write a page; Pillow's own PDF would blur the bars as JPEG does."""
    width = INCHES * inch
    height = width * picture.height / picture.width
    canvas = Canvas(buffer, pagesize=(width, height), invariant=True)
    canvas.drawImage(ImageReader(picture), 0, 0, width, height)
    canvas.save()


def sniff(raw: bytes) -> tuple[str, str]:
    """Return media type and ending of a file by how it begins."""
    start = raw[:16].lstrip()
    for begin, media_type, ending in _STARTS:
        if start.startswith(begin):
            return media_type, ending
    return "application/octet-stream", "bin"


def decode(content: str) -> bytes:
    """Return the bytes of base64; raise InvalidMessage when it is none."""
    try:
        return base64.b64decode("".join(str(content).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidMessage(
            _lt("A file of UPS is not base64: %(error)s", error=error)
        ) from error


def encode(raw: bytes) -> str:
    """Return base64."""
    return base64.b64encode(raw).decode()
