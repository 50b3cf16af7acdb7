"""Operations on webhook subscriptions."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from ...core.message import Answer, Request
from ...core.signing import PREFIX, secret_bytes
from ...core.webhook import Subscription
from . import errors
from .api import Group, Routes, cursor_page
from .const import TOPICS

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Webhooks(Group):
    """``create-subscription``, ``get-subscriptions``, ``delete-subscription``."""

    def routes(self) -> Routes:
        """Operations under ``/webhook``."""
        return [
            ("POST", "/webhook", self.create),
            ("GET", "/webhook", self.list_all),
            ("DELETE", "/webhook/{id}", self.delete),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create-subscription``: the only answer that shows the secret."""
        body = request.json_object()
        if wrong := _mistakes(body):
            raise errors.wrapped(422, wrong)
        number = self.books.next("webhook")
        made = Subscription(
            id=f"sub_{number:06d}",
            dialect="shipbob",
            url=body["url"],
            topics=list(dict.fromkeys(body["topics"])),
            secret=body.get("secret") or _secret(self.world.seed, number),
            description=body.get("description"),
        )
        self.world.outbox.subscriptions[made.id] = made
        return Answer.of(_view(made) | {"secret": made.secret})

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-subscriptions``."""
        made = [_view(s) | {"enabled": s.enabled} for s in self._mine()]
        return Answer.of(cursor_page(request, made, "RecordsPerPage", ends=False))

    def delete(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``delete-subscription``: 204, also when it is gone already."""
        self.world.outbox.subscriptions.pop(arguments["id"], None)
        return Answer(204)

    def _mine(self) -> list[Subscription]:
        every = list(self.world.outbox.subscriptions.values())
        return [s for s in every if s.dialect == "shipbob"]


def _mistakes(body: dict[str, Any]) -> errors.Errors:
    found: errors.Errors = {}
    topics = body.get("topics")
    wrong = [t for t in topics if t not in TOPICS] if isinstance(topics, list) else None
    if not topics or wrong is None:
        found["topics"] = ["At least one topic is required."]
    elif wrong:
        found["topics"] = [f"Unknown topics: {', '.join(map(str, wrong))}."]
    url = urlsplit(str(body.get("url") or ""))
    local = url.scheme == "http" and url.hostname in LOOPBACK
    if not url.hostname or not (url.scheme == "https" or local):
        found["url"] = ["The URL must use HTTPS."]
    try:
        secret_bytes(str(body.get("secret") or ""))
    except ValueError:
        found["secret"] = ["The secret must be base64, with or without whsec_."]
    return found


def _secret(seed: int, number: int) -> str:
    digest = hashlib.sha256(f"partner-sandbox/{seed}/{number}".encode()).digest()
    return PREFIX + base64.b64encode(digest[:24]).decode()


def _view(it: Subscription) -> dict[str, Any]:
    return {
        "id": it.id,
        "url": it.url,
        "topics": it.topics,
        "description": it.description,
        "created_at": it.created_at,
    }
