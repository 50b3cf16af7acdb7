"""A client of its own process that posts prepared requests and notes the times.

Standard input holds one pickled ``Plan``; standard output gets one pickled list of
(status, latency in seconds, moment of the answer) in the plan's order and the seconds
it all took. Moments are of ``time.perf_counter``, which all processes share.
Connections are kept as long as the server keeps them.
"""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from hub import paths

Answer = tuple[int, float, float]


@dataclass(frozen=True)
class Plan:
    """What to send.

    :param requests: the bytes of each HTTP request
    :param due: seconds after the start at which each shall be sent; when empty,
        each connection sends its next one as soon as the last was answered. The
        latency counts from the due time, so that waiting here is not hidden.
    """

    port: int
    connections: int
    requests: list[bytes]
    due: list[float]


def run(plan: Plan) -> tuple[list[Answer], float]:
    """Send the plan from a process of its own; return the answers and seconds."""
    done = subprocess.run(
        [paths.venv_python(), "-m", "proof.bench.http_load"],
        input=pickle.dumps(plan),
        stdout=subprocess.PIPE,
        cwd=paths.PROJECT / "setup",
        check=True,
    )
    return pickle.loads(done.stdout)


class Client:
    """Sends one plan; ``answers`` are in its order."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.answers: list[Answer] = [(0, 0.0, 0.0)] * len(plan.requests)
        self.next: Iterator[int] = iter(range(len(plan.requests)))
        self.started = 0.0

    async def send_all(self) -> float:
        """Send everything; return the seconds it took."""
        self.started = time.perf_counter()
        await asyncio.gather(
            *(self._connection() for _ in range(self.plan.connections))
        )
        return time.perf_counter() - self.started

    async def _connection(self) -> None:
        streams = None
        for number in self.next:
            begun = time.perf_counter()
            if self.plan.due:
                begun = self.started + self.plan.due[number]
                await asyncio.sleep(max(0.0, begun - time.perf_counter()))
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", self.plan.port)
            status, keep = await _exchange(*streams, self.plan.requests[number])
            moment = time.perf_counter()
            self.answers[number] = (status, moment - begun, moment)
            if not keep:
                streams[1].close()
                streams = None
        if streams:
            streams[1].close()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bool]:
    """Send one request; return its status and whether the connection stays."""
    writer.write(request)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    protocol, status = lines[0].split(" ")[:2]
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
        keep = protocol == "http/1.1" and headers.get("connection") != "close"
    else:
        await reader.read()
        keep = False
    return int(status), keep


def main() -> None:
    """Do what standard input asks for."""
    client = Client(pickle.load(sys.stdin.buffer))
    seconds = asyncio.run(client.send_all())
    sys.stdout.buffer.write(pickle.dumps((client.answers, seconds)))


if __name__ == "__main__":
    main()
