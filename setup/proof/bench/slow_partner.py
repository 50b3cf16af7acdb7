"""A partner that takes its time: answers each POST after a fixed delay.

Prints its port. ``GET /`` returns how many requests came and how many different
idempotency keys they had; ``DELETE /`` clears them.
"""

from __future__ import annotations

import asyncio
import json
import sys


class Partner:
    """Counts by idempotency key."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.keys: list[str] = []

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection until it is closed."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                answer = await self._answer(head, reader)
                text = json.dumps(answer)
                writer.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(text)}\r\n\r\n{text}".encode()
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, head: str, reader: asyncio.StreamReader) -> dict:
        first, *lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if first.startswith("DELETE"):
            self.keys.clear()
        if not first.startswith("POST"):
            return {"requests": len(self.keys), "keys": len(set(self.keys))}
        await asyncio.sleep(self.delay)
        key = headers.get("idempotency-key", "")
        self.keys.append(key)
        return self.reply(key, body)

    def reply(self, key: str, body: bytes) -> dict:
        """The answer to a POST, once its time has come."""
        return {"id": f"P-{key}"}


async def serve(partner: Partner) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Partner(float(sys.argv[1]))))
