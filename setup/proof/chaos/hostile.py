"""What costs its reader much more than its sender: bodies, answers, files."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from random import Random

MEGABYTE = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BAD = b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\n"


# JSON that may be stored, and is found to be no fact when it is to be applied.
STORED = ("a long text of wide letters", "NUL")


def bodies(chance: Random, random_ones: int) -> Iterator[tuple[str, str, bytes]]:
    """(name, media type, body) of webhooks that a partner has signed."""
    plain, lines = "application/json", "application/x-ndjson"
    fact = _fact("@")
    yield "nested lists", plain, b"[" * 100_000
    yield "nested lists that end", plain, b"[" * 2_000_000 + b"]" * 2_000_000
    yield (
        "nested objects",
        plain,
        fact.replace(b'"@"', b'{"a":' * 900 + b"1" + b"}" * 900),
    )
    yield "very many lines", plain, fact.replace(b'"@"', _lines(76_000))
    yield "very many objects", plain, b"[{}" + b",{}" * 1_700_000 + b"]"
    yield (
        "very many values",
        plain,
        fact.replace(b'"@"', b"[1" + b",1" * 2_000_000 + b"]"),
    )
    yield (
        "a long text of wide letters",
        plain,
        fact.replace(b"@", "😀".encode() * 1_000_000),
    )
    yield "not a number", plain, fact.replace(b'"@"', b"NaN")
    yield "a number without end", plain, fact.replace(b'"@"', b"1E999999999")
    yield "a number of many digits", plain, fact.replace(b'"@"', b"9" * MEGABYTE)
    yield "quotes", plain, b'["' + b'\\"' * 2_000_000
    yield "half a pair", plain, fact.replace(b"@", b"\\ud800")
    yield "NUL", plain, fact.replace(b"@", b"\\u0000")
    yield "no text at all", plain, bytes(range(256)) * 4_000
    yield "another encoding", plain, fact.decode().encode("utf-32")[:-2]
    yield "too large", plain, b" " * (5 * MEGABYTE + 1)
    yield "blank lines", lines, b"\n" * (4 * MEGABYTE)
    yield "very many small lines", lines, b"1\n" * 2_000_000
    yield "a form", "application/x-www-form-urlencoded", b"a=1&" * 200_000
    for number in range(random_ones):
        yield f"random {number}", plain, _mutate(chance, fact)


def answers() -> Iterator[tuple[str, list[bytes], float]]:
    """(name, pieces, pause between them) of answers to our requests."""
    nested = b'{"errors":' * 60 + b"{}" + b"}" * 60
    yield "nested errors", [BAD + _length(nested) + nested], 0
    huge = [b'{"message": "' + b"x" * 27 * MEGABYTE + b'"}']
    yield "a huge error", [BAD + b"Connection: close\r\n\r\n", *huge], 0
    yield "huge", [HEAD + b"Connection: close\r\n\r\n", *huge * 3], 0
    parts = b"[{}" + b",{}" * 1_000_000 + b"]"
    yield "very many objects", [HEAD + _length(parts) + parts], 0
    odd = b"HTTP/1.1 400 Bad\r\nContent-Type: text/plain; charset=idna\r\n"
    yield "an odd encoding", [odd + _length(b"Z\xc3\xa4h") + b"Z\xc3\xa4h"], 0
    slow = odd.replace(b"idna", b"punycode")
    yield "a slow encoding", [slow + _length(b"x" * MEGABYTE) + b"x" * MEGABYTE], 0
    number = b'{"id": 1E999999999}'
    yield "a number without end", [HEAD + _length(number) + number], 0
    bomb = zlib.compress(b"\0" * 200 * MEGABYTE, 9)
    packed = HEAD + b"Content-Encoding: deflate\r\n" + _length(bomb)
    yield "packed zeros", [packed + bomb], 0
    yield "dripping headers", [HEAD, *[b"X-A: 1\r\n"] * 300], 0.2
    yield "flooding headers", [HEAD, *[b"X-A: " + b"x" * 60_000 + b"\r\n"] * 99], 0
    yield "no word", [], 0


def files() -> Iterator[tuple[str, str, bytes]]:
    """(name, media type, content) of files that a carrier delivers."""
    pdf = "application/pdf"
    circle = b"<</Type/Pages/Kids[2 0 R]>>"
    yield "a circle of pages", pdf, _pdf(circle)
    tree = [
        b"<</Type/Pages/Count 9/Kids[%d 0 R %d 0 R]>>" % (n, n) for n in range(3, 34)
    ]
    yield "pages without end", pdf, _pdf(*tree, b"<</Type/Page>>")
    yield "half a PDF", pdf, _pdf(circle)[:40]
    yield "very many pixels", "image/png", _png(16_000, 17_000)
    yield "half a picture", "image/png", _png(10, 10)[:60]


@contextlib.contextmanager
def partner() -> Iterator[tuple[str, dict[str, tuple[list[bytes], float]]]]:
    """Yield (URL, {path: (pieces, pause)}) of a partner that answers like this."""
    plan: dict[str, tuple[list[bytes], float]] = {}
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:

        def accept() -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    visitor, _address = server.accept()
                    threading.Thread(
                        target=_answer, args=(visitor, plan, stop), daemon=True
                    ).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", plan
        stop.set()


def _answer(visitor: socket.socket, plan: dict, stop: threading.Event) -> None:
    with visitor, contextlib.suppress(OSError):
        visitor.settimeout(10)
        path = visitor.recv(65536).split(b" ")[1].decode().strip("/")
        pieces, pause = plan.get(path, ([], 0))
        for piece in pieces:
            visitor.sendall(piece)
            if stop.wait(pause):
                return


def _length(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body)


def _fact(value: str) -> bytes:
    data = {"_message_type": "chaos_fact", "_version": 1, "key": "K", "revision": 1}
    return json.dumps(
        {"id": "hostile", "key": "K", "data": {**data, "value": value}}
    ).encode()


def _lines(count: int) -> bytes:
    line = {"sku": "SKU-1", "quantity": "1", "uom": "EA"}
    return json.dumps([{**line, "line_id": n} for n in range(count)]).encode()


def _mutate(chance: Random, body: bytes) -> bytes:
    """Change, repeat or drop some bytes, so that it is no JSON any more."""
    made = bytearray(body)
    for _n in range(chance.randint(1, 9)):
        place = chance.randrange(len(made))
        made[place : place + chance.randrange(3)] = chance.choice(
            [b"", b'"', b"\\", b"\0", b"[" * 99, b"\xff", b"{", b"1e9"]
        )
    return b"{" + bytes(made)


def _pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    for number, text in enumerate(objects, 2):
        body += b"%d 0 obj%sendobj\n" % (number, text)
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * MEGABYTE * 20, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    )


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
