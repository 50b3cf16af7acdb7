"""Many labels as one file to print. Never imports odoo."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from odoo.addons.logistics_core.errors import InvalidMessage, TooLarge
from odoo.addons.logistics_core.texts import _lt

from ...tools import file_reader
from ...tools.documents import sniff

PDF = "application/pdf"
# Of all files together.
LARGEST_SHEET = 32 * 1024 * 1024

File = tuple[str, str, bytes]


def bundle(
    files: Sequence[File], left_out: list[tuple[str, InvalidMessage]] | None = None
) -> File:
    """Put labels together: one PDF, one ZPL, or a ZIP of both.

    Pictures become pages of the PDF, in the order given.

    :param files: (name, media type, content)
    :param left_out: gets (name, why) of each file that cannot be read; the others are
        printed without it
    :return: (name, media type, content)
    :raises InvalidMessage: no file can be read, or one where `left_out` is not given
    """
    if sum(len(content) for _name, _media, content in files) > LARGEST_SHEET:
        raise TooLarge(
            _lt("The labels are too large for one file."),
            remedy=_lt("Print fewer labels at once."),
        )
    files = [(name, _get_kind(kind, raw), raw) for name, kind, raw in files]
    pages = [f for f in files if f[1] == PDF or f[1].startswith("image/")]
    codes = [f for f in files if f not in pages]
    documents = list(_read_pages(pages, left_out))
    thermal = b"\n".join(content for _name, _media, content in codes)
    if documents and not codes:
        return "labels.pdf", PDF, file_reader.merge(documents)
    if not documents:
        if not codes and left_out:
            raise left_out[0][1]
        return "labels.zpl", "text/plain", thermal
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.pdf", file_reader.merge(documents))
        archive.writestr("labels.zpl", thermal)
    return "labels.zip", "application/zip", target.getvalue()


def _get_kind(media_type: str, content: bytes) -> str:
    """Return what a file is; of one that was kept unreadable, what it should be."""
    if media_type.startswith("application/") and media_type != PDF:
        return sniff(content)[0]
    return media_type


def _read_pages(
    files: Iterable[File], left_out: list[tuple[str, InvalidMessage]] | None
) -> Iterable[bytes]:
    """Yield each file as a PDF of our own, one after the other."""
    for name, media_type, content in files:
        try:
            yield file_reader.to_pages(content, media_type)
        except InvalidMessage as error:
            if left_out is None:
                raise
            left_out.append((name, error))
