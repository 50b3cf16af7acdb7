"""The running system of one run of the chaos program, and how it is taken down."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub import paths, progress
from hub.failure import SetupFailure
from hub.machine import ports, processes
from hub.server.database import Databases
from hub.server.odoo_client import OdooClient

from . import node, template
from .books import Books
from .cluster import Cluster
from .history import History
from .ledger import Ledger
from .node import Node
from .webhooks import SECRET

DATABASE = "chaos_run"
NODES = ("chaos-odoo-a", "chaos-odoo-b")
KEEP_RUNS = 3
WORKERS = 6


@dataclass(frozen=True)
class Backend:
    """A partner's account in the product."""

    id: int
    url: str


class ChaosSystem:
    """PostgreSQL, Odoo nodes, histories. Everything ends with :meth:`close`."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.folder = _fresh_folder(seed)
        self.history = History(self.folder)
        self.cluster = Cluster()
        self.books = Books(lambda: self.cluster.connection.dsn(DATABASE))
        self.nodes: dict[str, Node] = {}
        self._cleaners: list[Callable[[], None]] = []
        self._client: OdooClient | None = None
        self.ledger: Ledger
        self.supervisor = Supervisor(self)

    def start(self) -> None:
        """Everything up, with a fresh database and the first node."""
        for name in NODES:
            processes.stop(name)
        self.cluster.ensure()
        self.on_close(self.cluster.stop)
        name = template.ensure(self.cluster)
        databases = Databases(self.cluster.connection)
        with progress.step(f"Copying {name}"):
            databases.copy(name, DATABASE)
        self.start_node(NODES[0])
        self.ledger = Ledger(self.folder)
        self.on_close(self.ledger.stop)
        self.supervisor.start()

    def on_close(self, cleaner: Callable[[], None]) -> None:
        self._cleaners.append(cleaner)

    def close(self) -> None:
        """Take everything down, in the order opposite to its start."""
        self.supervisor.finish()
        for running in list(self.nodes.values()):
            with contextlib.suppress(Exception):
                running.stop()
        self.nodes.clear()
        while self._cleaners:
            with contextlib.suppress(Exception):
                self._cleaners.pop()()
        self.books.close()

    def start_node(
        self,
        name: str = NODES[0],
        workers: int = WORKERS,
        port: int | None = None,
        database_port: int | None = None,
    ) -> Node:
        connection = self.cluster.connection
        if database_port:
            connection = replace(connection, port=database_port)
        with progress.step(f"Starting {name}"):
            running = node.start(
                DATABASE,
                connection,
                self.folder,
                name=name,
                workers=workers,
                port=port,
            )
            running.wait_for_workers(workers)
        self.nodes[name] = running
        return running

    def stop_node(self, name: str) -> None:
        with self.supervisor.lock:
            self.nodes.pop(name).stop()

    def restart_node(self, name: str) -> None:
        """A server that ended comes back at its old address."""
        ended = self.nodes[name]
        ended.kill()
        self.history.write("restarts", node=name)
        shutil.copy(ended.log, self.folder / f"{name}-{time.time_ns()}.log")
        port = urlsplit(ended.url).port
        # The partners know this address; the killed processes free it soon.
        end = time.monotonic() + 20
        while not ports.is_free(port or 0) and time.monotonic() < end:
            time.sleep(0.1)
        self.start_node(name, ended.count, port=port, database_port=ended.database_port)

    @property
    def node(self) -> Node:
        """The first node."""
        return self.nodes[NODES[0]]

    @property
    def client(self) -> OdooClient:
        """The administrator's session at the first node."""
        if self._client is None:
            self._client = self.node.server.client()
        return self._client

    def processes(self) -> list[int]:
        """The run's own processes; with all they started they are the system."""
        servers = [running.master for running in self.nodes.values()]
        return [os.getpid(), *servers, *self.cluster.processes()]

    def make_backend(self, name: str, **values: Any) -> Backend:
        """A running backend that speaks canonical JSON, with a webhook address."""
        [number] = self.client.create(
            "logistics.backend",
            {
                "name": f"{name} {time.time_ns()}",
                "base_url": "http://127.0.0.1:9",
                "allow_private_network": True,
                "webhook_secret": SECRET,
                "timeout": 5,
                **values,
            },
        )
        if "connector" in values:  # a vendor's: its lists are fetched before the start
            self.client.call("logistics.backend", "action_fetch_choices", [number])
        self.client.call("logistics.backend", "action_start", [number])
        token = self.books.value(
            "select webhook_token from logistics_backend where id = %s", number
        )
        return Backend(number, f"{self.node.url}/logistics/webhook/{token}")

    @contextmanager
    def paused(self, backend: Backend) -> Iterator[None]:
        """What comes in meanwhile waits, as after a person's pause."""
        [pause] = self.client.create(
            "logistics.pause",
            {"backend_ids": [(6, 0, [backend.id])], "reason": "chaos"},
        )
        self.client.call("logistics.pause", "action_confirm", [pause])
        yield
        self.client.call("logistics.backend", "action_resume", [backend.id])

    def set_type(self, code: str, **values: Any) -> None:
        """Change how patient the engine is with a message type."""
        ids = self.client.call(
            "logistics.message.type", "search", [("code", "=", code)]
        )
        self.client.write("logistics.message.type", ids, values)

    def set_gate(self, backend: Backend, code: str, **values: Any) -> None:
        """Set limits and breaker of the operation group of a message type."""
        [kind] = self.client.search_read(
            "logistics.message.type", [("code", "=", code)], ["operation_group"]
        )
        gates = self.client.call(
            "logistics.gate",
            "search",
            [
                ("backend_id", "=", backend.id),
                ("operation_group", "=", kind["operation_group"]),
            ],
        )
        if not gates:
            raise SetupFailure(f"{code} has no gate.", "see logistics.gate")
        self.client.write("logistics.gate", gates, values)

    def arm(self, point: str, backend: Backend) -> Path:
        """The next process that passes this point dies; the file is gone then."""
        marker = self.folder / f"crash-{point}-{backend.id}"
        marker.touch()
        return marker

    def cure(self, backend: Backend) -> None:
        """From now on poison of this backend is harmless."""
        (self.folder / f"cured-{backend.id}").touch()

    def kill_http_worker(self, number: int) -> int | None:
        """Kill -9 one of the first node's HTTP workers."""
        workers = self.node.workers()
        if not workers:
            return None
        pid = workers[number % len(workers)]
        node.send(pid, signal.SIGKILL)
        self.history.write("kills", pid=pid)
        return pid


class Supervisor(threading.Thread):
    """Starts a server that ended again, as every service manager does.

    Odoo's prefork master ends when it has to replace a worker while PostgreSQL
    is down.
    """

    def __init__(self, system: ChaosSystem) -> None:
        super().__init__(daemon=True)
        self.system = system
        self.restarts = 0
        self._finish = threading.Event()
        self.lock = threading.Lock()

    def run(self) -> None:
        while not self._finish.wait(0.3):
            for name, running in list(self.system.nodes.items()):
                with self.lock:
                    if running.server.process.alive or self._finish.is_set():
                        continue
                    self.restarts += 1
                    try:
                        self.system.restart_node(name)
                    except SetupFailure as failure:
                        # PostgreSQL may be down; the next round tries again.
                        self.system.history.write("restarts", failed=str(failure))

    def finish(self) -> None:
        self._finish.set()
        with self.lock:
            pass


@contextmanager
def running(seed: int) -> Iterator[ChaosSystem]:
    """A started system; SIGTERM ends it as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    system = ChaosSystem(seed)
    try:
        with progress.step("Starting the system under test"):
            system.start()
        yield system
    finally:
        # A second Ctrl-C must not leave half of it behind.
        ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            system.close()
        finally:
            signal.signal(signal.SIGINT, ignored)
            signal.signal(signal.SIGTERM, before)


def _interrupt(*_signal: object) -> None:
    raise KeyboardInterrupt


def _fresh_folder(seed: int) -> Path:
    """A folder for the histories and markers of this run; old ones go."""
    parent = paths.state_folder("chaos", "runs")
    for old in sorted(parent.iterdir(), key=os.path.getmtime)[: -KEEP_RUNS or None]:
        shutil.rmtree(old, ignore_errors=True)
    folder = parent / f"{time.strftime('%Y%m%d-%H%M%S')}-seed-{seed}"
    folder.mkdir()
    return folder
