"""Labels of 4 by 6 inches: PDF, ZPL, PNG and GIF that print, with a Code 128."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from .model import Parcel

WIDTH, HEIGHT = 4 * inch, 6 * inch
DOTS = 203  # per inch, the usual thermal printer


@dataclass(frozen=True)
class Label:
    """What is printed on one label."""

    carrier: str
    service: str
    barcode: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    facts: tuple[str, ...]

    @classmethod
    def of(cls, parcel: Parcel, carrier: str, barcode: str = "") -> Label:
        """The label of a parcel; ``barcode`` where it is not the tracking number."""
        shipment = parcel.shipment
        pieces = len(shipment.parcels)
        return cls(
            carrier,
            shipment.service_name,
            barcode or parcel.tracking,
            tuple(shipment.sender.lines),
            tuple(shipment.recipient.lines),
            (
                f"{parcel.index} OF {pieces}    {parcel.weight} KG    "
                f"{shipment.created_at:%d %b %Y}".upper(),
                f"REF {parcel.reference or shipment.reference}"[:44],
            ),
        )


def render(labels: list[Label], kind: str) -> bytes:
    """One file with a page per label. ``kind``: PDF or ZPL; PNG and GIF take one."""
    if kind == "PDF":
        return _pdf(labels)
    if kind == "ZPL":
        return "".join(_zpl(label) for label in labels).encode()
    if kind in ("PNG", "GIF") and len(labels) == 1:
        return _image(labels[0], kind)
    raise ValueError(f"no {len(labels)} labels as {kind!r}")


def _pdf(labels: list[Label]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    for label in labels:
        _draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, label: Label) -> None:
    margin = 0.2 * inch
    canvas.rect(0.1 * inch, 0.1 * inch, WIDTH - 0.2 * inch, HEIGHT - 0.2 * inch)
    _text(canvas, label.sender, margin, HEIGHT - 0.35 * inch, 8)
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawRightString(WIDTH - margin, HEIGHT - 0.45 * inch, label.carrier)
    canvas.line(
        0.1 * inch, HEIGHT - 1.5 * inch, WIDTH - 0.1 * inch, HEIGHT - 1.5 * inch
    )
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(margin, HEIGHT - 1.7 * inch, "SHIP TO")
    _text(canvas, label.recipient, margin, HEIGHT - 1.95 * inch, 12)
    canvas.line(0.1 * inch, 2.5 * inch, WIDTH - 0.1 * inch, 2.5 * inch)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(margin, 2.25 * inch, label.service[:36])
    _text(canvas, label.facts, margin, 2.0 * inch, 9)
    # Code 128 in its quiet zones; the bars get as wide as the label allows.
    code = Code128(label.barcode, barHeight=1.0 * inch, barWidth=1, quiet=False)
    unit = (WIDTH - 0.7 * inch) / code.width
    bars = Code128(
        label.barcode, barHeight=1.0 * inch, barWidth=min(unit, 1.8), quiet=False
    )
    bars.drawOn(canvas, (WIDTH - bars.width) / 2, 0.55 * inch)
    canvas.setFont("Helvetica", 10)
    canvas.drawCentredString(WIDTH / 2, 0.3 * inch, label.barcode)


def _text(
    canvas: Canvas, lines: tuple[str, ...], x: float, y: float, size: int
) -> None:
    canvas.setFont("Helvetica", size)
    for line in lines:
        canvas.drawString(x, y, line[:40])
        y -= size * 1.25


def _zpl(label: Label) -> str:
    """``^CI28``: UTF-8; ``^BC``: Code 128; ``^XA`` to ``^XZ``: one label."""
    made = ["^XA^CI28", f"^PW{4 * DOTS}^LL{6 * DOTS}"]
    made += [
        _field(40, 40 + 30 * n, 24, line) for n, line in enumerate(label.sender[:6])
    ]
    made.append(_field(560, 40, 50, label.carrier[:12]))
    made.append("^FO20,300^GB772,3,3^FS")
    made.append(_field(40, 320, 24, "SHIP TO"))
    made += [
        _field(40, 360 + 44 * n, 36, line) for n, line in enumerate(label.recipient[:7])
    ]
    made.append("^FO20,700^GB772,3,3^FS")
    made.append(_field(40, 720, 40, label.service[:36]))
    made += [_field(40, 775 + 34 * n, 26, f) for n, f in enumerate(label.facts)]
    made.append(f"^FO60,860^BY2^BCN,220,Y,N,N^FD{_plain(label.barcode)}^FS")
    return "\n".join([*made, "^XZ", ""])


def _field(x: int, y: int, size: int, text: str) -> str:
    return f"^FO{x},{y}^A0N,{size},{size}^FD{_plain(text)}^FS"


def _plain(text: str) -> str:
    """ZPL's own characters out of data."""
    return re.sub(r"[\^~]", " ", text)


def _image(label: Label, kind: str) -> bytes:
    image = Image.new("1", (4 * DOTS, 6 * DOTS), 1)
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 4 * DOTS - 10, 6 * DOTS - 10), outline=0, width=3)
    _write(draw, label.sender[:6], 40, 40, 22)
    draw.text((560, 40), label.carrier[:12], fill=0, font=_font(44, bold=True))
    draw.line((20, 300, 792, 300), fill=0, width=3)
    _write(draw, ("SHIP TO", *label.recipient[:7]), 40, 320, 34)
    draw.line((20, 700, 792, 700), fill=0, width=3)
    _write(draw, (label.service[:36], *label.facts), 40, 715, 30)
    bars = _bars(label.barcode)
    unit = max(1, min(3, (4 * DOTS - 100) // sum(width for _, width in bars)))
    x = (4 * DOTS - unit * sum(width for _, width in bars)) // 2
    for black, width in bars:
        if black:
            draw.rectangle((x, 860, x + unit * width - 1, 1100), fill=0)
        x += unit * width
    _write(draw, (label.barcode,), 200, 1120, 28)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _write(
    draw: ImageDraw.ImageDraw, lines: tuple[str, ...], x: int, y: int, size: int
) -> None:
    font = _font(size)
    for line in lines:
        draw.text((x, y), line[:46], fill=0, font=font)
        y += int(size * 1.3)


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Vera, which comes with ReportLab: Pillow's own font knows no accents."""
    path = (
        Path(reportlab.__file__).with_name("fonts") / f"Vera{'Bd' if bold else ''}.ttf"
    )
    return ImageFont.truetype(str(path), size)


def _bars(text: str) -> list[tuple[bool, int]]:
    """Black and white widths of a Code 128, from reportlab's own encoding."""
    code = Code128(text, quiet=False)
    code.validate()
    code.encode()
    code.decompose()
    return [
        (letter.isupper(), ord(letter.lower()) - ord("a") + 1)
        for letter in code.decomposed
    ]
