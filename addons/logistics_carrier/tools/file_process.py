"""A process that reads files of partners, so that no file can harm a worker.

`file_reader` starts it by its path. A request is a line of JSON with the sizes of the
files behind it; so is the answer. Imports neither odoo nor anything of ours.
"""

from __future__ import annotations

import io
import json
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

# Of memory, beyond what the process has at its start, in bytes.
MEMORY = 512 * 1024 * 1024
# Of processor time for one request.
SECONDS = 5
IDLE_SECONDS = 60
# A label of 4 x 8 inches at 600 dpi has 12 million pixels, each of one to four bytes.
MOST_PIXELS, MOST_PIXEL_BYTES = 16_000_000, 40_000_000
MOST_PAGES = 200
FORMATS = ("PNG", "GIF", "JPEG", "TIFF", "BMP", "WEBP")
LABEL_SIZE = (4.0, 6.0)  # inches, of a picture that says nothing of its size
INK = 200  # grey from which on paper is blank
PDF = "application/pdf"


class TooSlow(BaseException):
    """The time is over. No `except Exception` of a library stops it."""


class Unreadable(Exception):
    """Says why in one word, which `file_reader` puts into a sentence."""


def check(files: list[bytes], media_type: str) -> list[bytes]:
    """Raise Unreadable unless it has pages, or pixels, and not too many of them."""
    [content] = files
    if media_type == PDF:
        _open_pdf(content)
    else:
        picture = _open_picture(content)
        picture.verify()
    return []


def convert(
    files: list[bytes], wanted: str, width: float, height: float
) -> list[bytes]:
    """Return a picture upright, as PNG or as a PDF page of the label's size, in inches.

    Blank paper below the label is left out; what is still longer than the label is
    made smaller, so that nothing is cut and nothing is stretched.
    """
    [content] = files
    picture = _flatten(_open_picture(content))
    if picture.width > picture.height:
        picture = picture.rotate(-90, expand=True)
    picture = _fit(picture, width, height)
    buffer = io.BytesIO()
    if wanted == "PNG":
        dots = picture.width / width
        picture.save(buffer, "PNG", dpi=(dots, dots))
    else:
        _draw(picture, buffer, width, height)
    return [buffer.getvalue()]


def to_pages(files: list[bytes], media_type: str) -> list[bytes]:
    """Return a file as a PDF that was written here."""
    [content] = files
    return merge([content if media_type == PDF else _to_pdf(content)])


def merge(files: list[bytes]) -> list[bytes]:
    """Return one PDF of several."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for content in files:
        for page in _open_pdf(content):
            writer.add_page(page)
    target = io.BytesIO()
    writer.write(target)
    return [target.getvalue()]


TASKS = {"check": check, "convert": convert, "pages": to_pages, "merge": merge}


def _open_pdf(content: bytes) -> list[Any]:
    """Return the pages."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Unreadable("encrypted")
    pages = []
    for page in reader.pages:
        pages.append(page)
        if len(pages) > MOST_PAGES:
            raise Unreadable("pages")
        if not (page.mediabox.width > 0 and page.mediabox.height > 0):
            raise Unreadable("damaged")
    if not pages:
        raise Unreadable("damaged")
    return pages


def _open_picture(content: bytes) -> Any:
    from PIL import Image

    # Others start programs, such as Ghostscript.
    picture = Image.open(io.BytesIO(content), formats=FORMATS)
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS or pixels * len(picture.getbands()) > MOST_PIXEL_BYTES:
        raise Unreadable("pixels")
    return picture


def _flatten(picture: Any) -> Any:
    """Return a picture in grey on white paper; transparent is white."""
    from PIL import Image

    if "A" in picture.mode or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        picture = Image.alpha_composite(paper, coloured)
    return picture.convert("L")


def _fit(picture: Any, width: float, height: float) -> Any:
    """Return a picture with the proportions of the label, on white paper."""
    from PIL import Image

    tall = round(picture.width * height / width)
    if picture.height > tall:
        # Some carriers deliver the paper that is torn off too.
        below = picture.crop((0, tall, picture.width, picture.height))
        if below.getextrema()[0] > INK:
            return picture.crop((0, 0, picture.width, tall))
    wide = max(picture.width, round(picture.height * width / height))
    tall = max(picture.height, round(wide * height / width))
    if (wide, tall) == picture.size:
        return picture
    if wide * tall > 2 * MOST_PIXELS:  # a strip of paper
        raise Unreadable("pixels")
    paper = Image.new("L", (wide, tall), "white")
    paper.paste(picture, ((wide - picture.width) // 2, 0))
    return paper


def _to_pdf(content: bytes) -> bytes:
    """Return a page of the picture's own size, else of a label's."""
    picture = _open_picture(content)
    resolution = picture.info.get("dpi", (0, 0))[0]
    if not resolution:
        return convert([content], "PDF", *LABEL_SIZE)[0]
    target = io.BytesIO()
    picture.convert("RGB").save(target, "PDF", resolution=float(resolution))
    return target.getvalue()


def _draw(picture: Any, buffer: io.BytesIO, width: float, height: float) -> None:
    """Write a page; Pillow's own PDF would blur the bars as JPEG does."""
    from reportlab.lib.units import inch
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    page = (width * inch, height * inch)
    canvas = Canvas(buffer, pagesize=page, invariant=True)
    canvas.drawImage(ImageReader(picture), 0, 0, *page)
    canvas.save()


def answer(
    task: str, options: list[Any], files: list[bytes]
) -> tuple[str, list[bytes]]:
    """Return (why not, files); the first is empty where it went well."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 1)
    try:
        return "", TASKS[task](files, *options)
    except Unreadable as error:
        return str(error), []
    except TooSlow:
        return "slow", []
    except (MemoryError, RecursionError):
        return "memory", []
    except Exception as error:  # what libraries raise on a damaged file is anything
        return f"damaged {type(error).__name__}", []
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(_number: int, _frame: object) -> None:
    raise TooSlow


def arm() -> None:
    """Let what takes too long be stopped."""
    signal.signal(signal.SIGVTALRM, _stop)


def main() -> None:
    """Answer requests until there are none."""
    pages = Path("/proc/self/statm").read_text().split()[0]
    used = int(pages) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    arm()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        line = source.readline()
        if not line:
            return
        request = json.loads(line)
        files = [source.read(size) for size in request["sizes"]]
        problem, made = answer(request["task"], request["options"], files)
        head = {"problem": problem, "sizes": [len(content) for content in made]}
        target.write(json.dumps(head).encode() + b"\n")
        target.writelines(made)
        target.flush()


if __name__ == "__main__":
    main()
