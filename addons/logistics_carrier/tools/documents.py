"""Files that carriers deliver, and pictures turned into what printers take.

Never imports odoo.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Sequence
from typing import Any

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.bounded import check_file
from odoo.addons.logistics_core.tools.json_paths import Json

from ..canonical import CustomsDocument, Document, ParcelLabel, TransportInstruction
from ..canonical.documents import get_format
from . import file_reader

LABEL_SIZE = (4, 6)  # inches, where a carrier declares no other
PDF, ZPL = "application/pdf", "application/zpl"
UNKNOWN = ("application/octet-stream", "bin")
# How a file begins -> its media type and its ending.
_STARTS = (
    (b"%PDF", PDF, "pdf"),
    (b"GIF8", "image/gif", "gif"),
    (b"\x89PNG", "image/png", "png"),
    (b"\xff\xd8", "image/jpeg", "jpg"),
    (b"II*\x00", "image/tiff", "tif"),
    (b"MM\x00*", "image/tiff", "tif"),
    (b"BM", "image/bmp", "bmp"),
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Readers find a PDF behind what a gateway or a printer's language put before it.
_PDF_WITHIN = 1024
# A label in ZPL: commands begin with a caret or a tilde, as each printer is set up
# (`CT~~CD,~CC^~CT~`); remarks and line breaks may stand before the first one.
_ZPL = re.compile(
    rb"(\s|\x02|\x1b%-12345X[^\n]*\n)*(\$\{)?(CT)?[\^~]{1,2}[A-Z]", re.IGNORECASE
)
_ZPL_BODY = re.compile(rb"\^XA|~D[GYBE]|~CC|~CT|\^XZ", re.IGNORECASE)


def label_kind(instruction: TransportInstruction) -> str:
    """Return the kind of the shipment's label."""
    return "return_label" if instruction.direction == "return" else "label"


def to_document(content: Any, kind: str, name: str) -> Document:
    """Return a file as it came, with its media type and its ending.

    :param content: base64, bytes, or a `data:` address
    :raises InvalidMessage: it cannot be read
    """
    raw = decode(content)
    media_type, ending = sniff(raw)
    return Document(kind, f"{name}.{ending}", media_type, encode(raw))


def to_label(
    content: Any,
    wanted: str,
    name: str,
    kind: str = "label",
    size: tuple[float, float] = LABEL_SIZE,
) -> Document:
    """Return a label in the wanted format, or as it came where that is not possible.

    :param content: see `to_document`
    :param wanted: PDF, PNG or ZPL
    :param size: inches that the label was asked for, width and height
    :raises InvalidMessage: it is no file at all
    """
    raw = decode(content)
    media_type, _ending = sniff(raw)
    if media_type in ("image/gif", "image/png") and wanted in ("PDF", "PNG"):
        raw = convert(raw, wanted, size)
    return to_document(raw, kind, name)


def convert(raw: bytes, wanted: str, size: tuple[float, float] = LABEL_SIZE) -> bytes:
    """Return a picture upright, as PNG or as a PDF page of exactly the label's size.

    Blank paper below the label is left out; what is still longer than the label is
    made smaller, so that nothing is cut and nothing is stretched.

    :param size: of the label in inches, width and height
    :raises InvalidMessage: it is no picture
    """
    return file_reader.convert(raw, wanted, size)


def sniff(raw: bytes) -> tuple[str, str]:
    """Return media type and ending of a file by its content."""
    start = raw.lstrip()
    for mark in _MARKS:
        start = start.removeprefix(mark).lstrip(b"\x00").lstrip()
    for begin, media_type, ending in _STARTS:
        if start.startswith(begin):
            return media_type, ending
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "image/webp", "webp"
    plain = start.replace(b"\x00", b"")  # also where it is in UTF-16
    if _ZPL.match(plain) and _ZPL_BODY.search(plain):
        return ZPL, "zpl"
    if b"%PDF-" in raw[:_PDF_WITHIN]:
        return PDF, "pdf"
    return ("text/html", "html") if start.startswith(b"<") else UNKNOWN


def get_media_type(raw: bytes, told: str) -> str:
    """Return what a file is by its content, else what its sender says."""
    found = sniff(raw)
    return told if found == UNKNOWN else found[0]


def decode(content: Any) -> bytes:
    """Return the bytes of base64 or of a `data:` address; bytes as they are.

    :raises InvalidMessage: it is neither, or empty
    """
    if isinstance(content, bytes):
        return content
    text = str(content)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    check_file(len(text) * 3 // 4)
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidMessage(
            _lt("A file of the carrier is not base64: %(error)s", error=error)
        ) from error
    if not raw:
        raise InvalidMessage(_lt("A file of the carrier is empty."))
    return raw


def encode(raw: bytes) -> str:
    """Return base64."""
    return base64.b64encode(raw).decode()


def to_paper(
    document: CustomsDocument,
    kinds: dict[str, str],
    formats: dict[str, str],
    carrier: str,
) -> tuple[str, str, str]:
    """Return (the carrier's code of the kind, of the format, base64) of a paper.

    :param kinds: kind -> the carrier's code
    :param formats: ending of the file -> the carrier's code
    :raises InvalidMessage: the carrier does not take it, or there is no content
    """
    kind = kinds.get(document.kind)
    ending = formats.get(get_format(document.name))
    if not (kind and ending and document.content):
        raise InvalidMessage(
            _lt(
                "%(carrier)s does not take %(name)s as %(kind)s.",
                carrier=carrier,
                name=document.name,
                kind=document.kind,
            )
        )
    return kind, ending, document.content


def to_labels(
    instruction: TransportInstruction,
    found: Sequence[Json],
    carrier: str,
    number: str,
    content: str | None = None,
    size: tuple[float, float] = LABEL_SIZE,
) -> tuple[ParcelLabel, ...]:
    """Return the parcels' numbers and labels of an answer, in the order asked for.

    :param number, content: where an entry has its tracking number and its file, as
        dotted paths
    :param size: of a label, see `to_label`
    :raises InvalidMessage: not as many as parcels, one without number, or no file
    """
    kind, wanted = label_kind(instruction), instruction.label_format
    made = []
    for parcel, entry in pair(instruction, found, carrier):
        name = json_paths.needed(entry, number)
        raw = json_paths.text(entry, content) if content else None
        title = f"{carrier}-{name}"
        label = to_label(raw, wanted, title, kind, size) if raw else None
        made.append(ParcelLabel(parcel.reference, name, label=label))
    return tuple(made)


def read_file(
    address: object, kind: str, name: str, fetch: Callable[[str], bytes | None]
) -> Document | None:
    """Return the file at an address: inside the address itself, or fetched.

    :param fetch: see `_fetch` of the connector
    """
    if not isinstance(address, str) or not address:
        return None
    content = address if address.startswith("data:") else fetch(address)
    return to_document(content, kind, name) if content else None


def pair(
    instruction: TransportInstruction, found: Sequence[Any], carrier: str
) -> list[tuple[Any, Any]]:
    """Return (our parcel, what the carrier made of it), in the order asked for.

    :raises InvalidMessage: there are not as many
    """
    if len(found) != len(instruction.parcels):
        raise InvalidMessage(
            _lt(
                "%(carrier)s answers %(count)s labels for %(parcels)s parcels.",
                carrier=carrier,
                count=len(found),
                parcels=len(instruction.parcels),
            )
        )
    return list(zip(instruction.parcels, found, strict=True))
