"""Own papers for customs: what they are, and what a partner takes of them.

The canonical forms are here because the shipping instruction carries them too. Never
imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from odoo.addons.logistics_core.canonical import Canonical, canonical

# Kind of a document -> its name.
KINDS = [
    ("commercial_invoice", "Commercial invoice"),
    ("proforma_invoice", "Pro forma invoice"),
    ("certificate_of_origin", "Certificate of origin"),
    ("usmca_certificate", "Certificate of origin (USMCA)"),
    ("export_declaration", "Export accompanying document"),
    ("export_license", "Export license"),
    ("import_permit", "Import permit"),
    ("packing_list", "Packing list"),
    ("declaration", "Declaration"),
    ("letter_of_instruction", "Shipper's letter of instruction"),
    ("power_of_attorney", "Power of attorney"),
    ("authorization", "Authorization form"),
    ("other", "Other document"),
]
INVOICES = frozenset({"commercial_invoice", "proforma_invoice"})
# How files of these formats begin; of the other ones nothing is known.
_STARTS = {
    "pdf": (b"%PDF",),
    "png": (b"\x89PNG",),
    "gif": (b"GIF8",),
    "jpg": (b"\xff\xd8",),
    "jpeg": (b"\xff\xd8",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "bmp": (b"BM",),
    "rtf": (b"{\\rtf",),
    "docx": (b"PK",),
    "xlsx": (b"PK",),
}


@dataclass(frozen=True, slots=True)
class CustomsDocument:
    """One paper. `reference`: our key; `kind`: of KINDS; `name`: with its ending.

    :param content: base64, where the partner gets it with this message
    :param external_id: the partner's key of it, where it was uploaded before
    """

    reference: str
    kind: str
    name: str
    content: str | None = None
    external_id: str | None = None


@canonical("transport_document")
@dataclass(frozen=True, slots=True)
class TransportDocument(Canonical):
    """Take these papers of ours. The contents are added just before it is sent.

    :param action: upload (one paper, before its shipment), attach (to a shipment that
        has its label) or delete (one that no shipment needs any more)
    :param service: the shipment's, as in its instruction
    :param labelled_at: when its label was bought
    :param group_external_id: the partner's key of what was attached before
    """

    reference: str
    action: str
    documents: tuple[CustomsDocument, ...]
    shipment_external_id: str | None = None
    tracking_numbers: tuple[str, ...] = ()
    service: str | None = None
    ship_date: date | None = None
    labelled_at: datetime | None = None
    group_external_id: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """What a partner takes.

    :param kinds: of KINDS
    :param formats: endings of file names, in small letters
    :param max_bytes: of one file
    :param max_count: of one shipment
    :param uploads_first: a document is uploaded separately, the shipment names its key
    :param late_wait: seconds between the label, or papers before, and later ones
    :param late_needs_first: later ones only where the label was bought with some
    """

    kinds: frozenset[str] = frozenset(kind for kind, _name in KINDS)
    formats: frozenset[str] = frozenset({"pdf", "png", "gif", "jpg", "jpeg"})
    max_bytes: int = 10 * 1024 * 1024
    max_count: int = 13
    uploads_first: bool = False
    late_wait: int = 0
    late_needs_first: bool = False


def get_format(name: str) -> str:
    """Return the ending of a file's name in small letters, empty where it has none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def is_genuine(name: str, content: bytes) -> bool:
    """Return whether a file is what its name says, as far as its beginning shows."""
    starts = _STARTS.get(get_format(name))
    return bool(content) and (not starts or content.startswith(starts))
