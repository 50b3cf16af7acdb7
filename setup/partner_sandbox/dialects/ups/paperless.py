"""Own documents for customs: Forms History, and what is pushed to a shipment."""

from __future__ import annotations

import base64
import binascii

from ...carriers.model import PaperDocument
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import SUCCESS, Group, Json, refusal

FORMATS = {"bmp", "doc", "gif", "jpg", "pdf", "png", "rtf", "tif", "txt", "xls"}
FORMATS |= {"docx", "xlsx"}
TYPES = {f"{number:03d}" for number in range(1, 14)}
MOST = 13
MAX_BYTES = 1024 * 1024  # as in UPS's own test environment


class Paperless(Group):
    """``Upload``, ``PushToImageRepository`` and ``Delete`` of Paperless v2."""

    def routes(self) -> Routes:
        """Operations on documents."""
        base = "/api/paperlessdocuments/{version}"
        return [
            ("POST", f"{base}/upload", self.upload),
            ("POST", f"{base}/image", self.push),
            ("DELETE", f"{base}/DocumentId/ShipperNumber", self.delete),
        ]

    def upload(self, request: Request, _: dict[str, str]) -> Answer:
        """A key for each file; the same file again has another key."""
        asked = request.json_object()["UploadRequest"]
        account = self._account(request, asked)
        forms = asked["UserCreatedForm"]
        contents = [_read(form) for form in forms]
        numbers = [
            self._keep(account, form, content)
            for form, content in zip(forms, contents, strict=True)
        ]
        body = {"Response": SUCCESS, "FormsHistoryDocumentID": {"DocumentID": numbers}}
        return Answer.of({"UploadResponse": body})

    def _account(self, request: Request, asked: Json) -> str:
        account = request.headers.get("shippernumber", "")
        if account != asked.get("ShipperNumber"):
            raise refusal("9590005", "The shipper number is not valid")
        return account

    def _keep(self, account: str, form: Json, content: bytes) -> str:
        number = f"{now():%Y-%m-%d-%H.%M.%S}.{self.books.next('document'):06d}"
        self.books.documents[number] = PaperDocument(
            id=number,
            kind=form["UserCreatedFormDocumentType"],
            name=form["UserCreatedFormFileName"],
            format=form["UserCreatedFormFileFormat"],
            content=content,
            extra={"account": account},
        )
        return number

    def push(self, request: Request, _: dict[str, str]) -> Answer:
        """Attach documents to a shipment; a group is always sent complete."""
        asked = request.json_object()["PushToImageRepositoryRequest"]
        account = self._account(request, asked)
        shipment = self.books.shipments.get(asked["ShipmentIdentifier"])
        if shipment is None or not shipment.live:
            raise refusal("9590010", "The shipment identifier is not valid")
        if not asked.get("ShipmentDateAndTime") or not asked.get("TrackingNumber"):
            raise refusal("9590011", "Date, time and tracking number are required")
        numbers = asked["FormsHistoryDocumentID"]["DocumentID"]
        documents = self.find(numbers, account)
        group = asked.get("FormsGroupID") or self._new_group()
        for document in self.books.documents.values():
            if document.extra.get("group") == group and document not in documents:
                document.shipment = ""  # the group is what was sent last
        for document in documents:
            document.shipment = shipment.id
            document.extra["group"] = group
        body = {"Response": SUCCESS, "FormsGroupID": group}
        return Answer.of({"PushToImageRepositoryResponse": body})

    def _new_group(self) -> str:
        return f"{now():%Y-%m-%d-%H.%M.%S}.{900000 + self.books.next('group'):06d}"

    def find(self, numbers: list[str], account: str) -> list[PaperDocument]:
        """The documents of these keys; refuses unknown ones and too many."""
        known = self.books.documents
        for number in numbers:
            document = known.get(number)
            if document is None or document.extra["account"] != account:
                raise refusal("9590012", f"The document {number} does not exist")
        if len(numbers) > MOST:
            raise refusal("9590013", "More than 13 documents for one shipment")
        return [known[number] for number in numbers]

    def delete(self, request: Request, _: dict[str, str]) -> Answer:
        """Out of Forms History."""
        number = request.headers.get("documentid", "")
        self.find([number], request.headers.get("shippernumber", ""))
        del self.books.documents[number]
        return Answer.of({"DeleteResponse": {"Response": SUCCESS}})


def _read(form: Json) -> bytes:
    """The content of a form; refuses what UPS does not take."""
    if form["UserCreatedFormFileFormat"] not in FORMATS:
        raise refusal("9590020", "The file format is not valid")
    if form["UserCreatedFormDocumentType"] not in TYPES:
        raise refusal("9590021", "The document type is not valid")
    try:
        content = base64.b64decode(form["UserCreatedFormFile"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusal("9590022", "The file is not base64") from error
    if not content or len(content) > MAX_BYTES:
        raise refusal("9590023", "The file is empty or too large")
    return content
