"""A partner that sends webhooks: signed, in parallel, again until acknowledged.

The signature is made here from the Standard Webhooks specification, not with the
product's code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .history import History
from .parallel import for_each, together

SECRET = "whsec_" + base64.b64encode(b"chaos-program-secret-0123456789").decode()
PATIENCE = 60.0


@dataclass(frozen=True)
class Post:
    """One webhook to be sent: an id, a key, what it says."""

    id: str
    key: str
    data: dict[str, Any]
    sequence: int = 0

    def body(self) -> bytes:
        said = {"id": self.id, "key": self.key, "sequence": self.sequence}
        return json.dumps({**said, "data": self.data}).encode()


def sign(webhook_id: str, moment: int, body: bytes, secret: str = SECRET) -> str:
    """The value of the header webhook-signature."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{webhook_id}.{moment}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def post_once(url: str, post: Post, timeout: float = 20.0) -> int:
    """Send it once; the status, or 0 when no answer came."""
    parts = urlsplit(url)
    body, moment = post.body(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": post.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(post.id, moment, body),
    }
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=timeout
    )
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Sender:
    """Sends posts to one address and writes down every answer."""

    def __init__(self, url: str, history: History, name: str = "answers") -> None:
        self.url = url
        self.history = history
        self.name = name
        self._done = 0
        self._lock = threading.Lock()

    @property
    def done(self) -> int:
        """How many posts were acknowledged or given up."""
        return self._done

    def until_acknowledged(self, post: Post, patience: float = PATIENCE) -> bool:
        """Send again and again, as a good partner does; False: never got a 2xx."""
        end = time.monotonic() + patience
        acknowledged, wait = False, 0.1
        while not acknowledged and time.monotonic() < end:
            started = time.monotonic()
            status = post_once(self.url, post)
            seconds = round(time.monotonic() - started, 4)
            self.history.write(self.name, id=post.id, status=status, seconds=seconds)
            acknowledged = 200 <= status < 300
            if not acknowledged:
                time.sleep(wait)
                wait = min(wait * 2, 1.0)
        with self._lock:
            self._done += 1
        return acknowledged

    def send_all(self, posts: Sequence[Post], threads: int = 6) -> None:
        """Send them in parallel, in about this order."""
        for_each(self.until_acknowledged, posts, threads)

    def send_groups(self, groups: Sequence[list[Post]], threads: int) -> None:
        """The posts of a group leave at one instant, each group separately."""

        def one(group: list[Post]) -> None:
            together(self.until_acknowledged, group)

        for_each(one, groups, threads)
