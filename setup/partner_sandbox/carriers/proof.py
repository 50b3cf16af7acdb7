"""Proofs of delivery: a signature as PNG, and a page that shows it as PDF."""

from __future__ import annotations

import io
import math
import zlib

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from .model import Parcel


def signature(name: str, kind: str = "PNG") -> bytes:
    """A scribble of 320 by 100 dots that is always the same for a name."""
    image = Image.new("L", (320, 100), 255)
    seed = zlib.crc32(name.encode())
    points = [
        (
            20 + 4 * n,
            50
            + 30 * math.sin(n / (3 + seed % 5)) * math.cos(n * (1 + seed % 7) / 9)
            + (seed >> (n % 24)) % 6,
        )
        for n in range(70)
    ]
    ImageDraw.Draw(image).line(points, fill=20, width=3)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def document(parcel: Parcel, carrier: str) -> bytes:
    """The proof of one delivered parcel. Raises LookupError before its delivery."""
    event = parcel.delivery
    if event is None:
        raise LookupError(f"{parcel.tracking} is not delivered")
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A5, invariant=True)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(40, A5[1] - 60, f"{carrier}: proof of delivery")
    canvas.setFont("Helvetica", 11)
    facts = [
        f"Tracking number: {parcel.tracking}",
        f"Service: {parcel.shipment.service_name}",
        f"Delivered: {event.at:%d %B %Y %H:%M (UTC%z)}",
        f"Delivered to: {event.city}, {event.country}",
        f"Signed by: {event.signed_by}",
    ]
    for number, line in enumerate(facts):
        canvas.drawString(40, A5[1] - 100 - 18 * number, line)
    image = ImageReader(io.BytesIO(signature(event.signed_by)))
    canvas.drawImage(image, 40, A5[1] - 310, width=240, height=75)
    canvas.save()
    return buffer.getvalue()


def manifest(carrier: str, number: str, trackings: list[str]) -> bytes:
    """The list of what was handed over."""
    return listing(f"{carrier}: manifest {number}", trackings)


def listing(title: str, lines: list[str]) -> bytes:
    """A PDF of numbered lines, with as many pages as it takes."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A5, invariant=True)
    for first in range(0, max(1, len(lines)), 30):
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(40, A5[1] - 50, title)
        canvas.setFont("Helvetica", 10)
        for place, line in enumerate(lines[first : first + 30]):
            text = f"{first + place + 1}  {line}"
            canvas.drawString(40, A5[1] - 80 - 14 * place, text[:70])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
