"""Python client of the control API, for tests, the demo and the hub's setup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import requests

Json = dict[str, Any]
SETUP = Path(__file__).resolve().parent.parent


class SandboxError(RuntimeError):
    """The control API refused a call, or the process did not start."""


class Sandbox:
    """One running sandbox. Every call raises :class:`SandboxError` when refused."""

    def __init__(
        self,
        url: str,
        contracts: bool = True,
        token: str = "sandbox-token",
        process: subprocess.Popen[str] | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.contracts = contracts
        self.token = token
        self.process = process
        self.session = requests.Session()
        self.session.trust_env = False

    @classmethod
    def spawn(
        cls,
        contracts_dir: str | Path | None = None,
        token: str = "sandbox-token",
        port: int = 0,
        delay: float = 1.0,
        seed: int = 1,
        stderr: IO[Any] | int | None = None,
        python: str = sys.executable,
    ) -> Sandbox:
        """Start a process and wait for its line; :meth:`stop` ends it."""
        command = [python, "-m", "partner_sandbox", "--port", str(port)]
        command += ["--token", token, "--delay", str(delay), "--seed", str(seed)]
        if contracts_dir is not None:
            command += ["--contracts-dir", str(contracts_dir)]
        paths = [str(SETUP), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SandboxError(f"the sandbox did not start (exit {process.wait()})")
        said = json.loads(line)
        return cls(said["url"], said["contracts"], token, process)

    @classmethod
    @contextmanager
    def start(cls, **options: Any) -> Iterator[Sandbox]:
        """:meth:`spawn` for a ``with`` block."""
        sandbox = cls.spawn(**options)
        try:
            yield sandbox
        finally:
            sandbox.stop()

    def stop(self) -> None:
        """End the process this client started, if it did."""
        self.session.close()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def dialect_url(self, name: str = "shipbob") -> str:
        """Base URL of a vendor's API, e.g. for the backend's URL field."""
        return f"{self.url}/{name}"

    def call(self, method: str, path: str, data: Any = None, **query: Any) -> Any:
        """One control call, its JSON answer."""
        asked = {k: v for k, v in query.items() if v is not None}
        answer = self.session.request(
            method, f"{self.url}/_sandbox{path}", json=data, params=asked, timeout=30
        )
        if answer.status_code != 200:
            raise SandboxError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def health(self) -> Json:
        """``{"status", "contracts", "requests"}``."""
        return dict(self.call("GET", "/health"))

    def reset(self) -> None:
        """Empty books, no rules, no subscriptions, settings as at the start."""
        self.call("POST", "/reset")

    def settings(self, **values: Any) -> Json:
        """Change settings (see ``core/settings.py``), answer all."""
        return dict(self.call("POST", "/settings", values))

    def rules(self, *rules: Json) -> list[int]:
        """Add misbehaviour rules, answer their ids."""
        return list(self.call("POST", "/rules", list(rules))["ids"])

    def get_rules(self) -> list[Json]:
        """Rules in force with their ``hits``."""
        return list(self.call("GET", "/rules")["rules"])

    def clear_rules(self, number: int | None = None) -> None:
        """Remove one rule, or all."""
        self.call("DELETE", f"/rules/{number}" if number else "/rules")

    def requests(self, since: int = 0) -> Json:
        """``{"count", "items"}`` of what clients asked."""
        return dict(self.call("GET", "/requests", since=since))

    def violations(self) -> Json:
        """``{"count": n or None, "items"}``."""
        return dict(self.call("GET", "/violations"))

    def webhooks(self, **wanted: str) -> list[Json]:
        """Deliveries by ``topic``, ``reference``, ``state`` or ``id``."""
        return list(self.call("GET", "/webhooks", **wanted)["items"])

    def wait_webhooks(self, seconds: float = 10.0) -> None:
        """Wait until no webhook is waiting or under way (retries included)."""
        end = time.monotonic() + seconds
        while self.call("GET", "/webhooks", state="none")["pending"]:
            if time.monotonic() > end:
                raise SandboxError("webhooks are still pending")
            time.sleep(0.02)

    def catalogue(self, *entries: Json) -> list[Json]:
        """Create products and add stock."""
        return list(self.call("POST", "/shipbob/catalogue", list(entries))["products"])

    def plan(self, reference: str, steps: list[Any]) -> Json:
        """Say how an order is fulfilled; a step is a kind or a dict with ``kind``."""
        data = {"reference": reference, "steps": steps}
        return dict(self.call("POST", "/shipbob/plans", data))

    def advance(self, reference: str) -> Json:
        """Next step of an order: ``{"done": kind or None, "order"}``."""
        return dict(self.call("POST", f"/shipbob/orders/{_part(reference)}/advance"))

    def run(self, reference: str) -> Json:
        """Steps until the order is done or waits: ``{"done": [kinds], "order"}``."""
        return dict(self.call("POST", f"/shipbob/orders/{_part(reference)}/run"))

    def order(self, reference: str) -> Json:
        """One order out of the books."""
        return dict(self.call("GET", f"/shipbob/orders/{_part(reference)}"))

    def books(self) -> Json:
        """``{"orders": [...], "stock": {sku: ...}}``, quantities in EA."""
        return dict(self.call("GET", "/shipbob/books"))

    def receive(self, number: int, lines: list[Json] | None = None) -> Json:
        """A receiving order's goods arrive; as announced unless ``lines`` say else."""
        return dict(
            self.call("POST", f"/shipbob/receiving/{number}/receive", {"lines": lines})
        )

    def advance_return(self, number: int, actions: list[Json] | None = None) -> Json:
        """A return's next status."""
        data = {"actions": actions}
        return dict(self.call("POST", f"/shipbob/returns/{number}/advance", data))

    def bill(self, **options: Any) -> list[Json]:
        """Bill what was done: ``charges``, ``currency``, ``date``, ``late``; the
        invoices with their ``transactions``."""
        return list(self.call("POST", "/shipbob/invoices", options)["invoices"])

    def complete_invoice(self, number: int) -> None:
        """The late charges of an invoice show."""
        self.call("POST", f"/shipbob/invoices/{number}/complete")

    def send_webhook(self, topic: str, **options: Any) -> Json:
        """Send one by hand: ``{"webhook_id", "status", "error"}``."""
        return dict(
            self.call("POST", "/shipbob/webhooks/send", {"topic": topic, **options})
        )

    def replay(self, **wanted: str) -> int:
        """Send again: ``since``, ``reference``, ``topic``, ``state``, ``id``."""
        return int(self.call("POST", "/shipbob/webhooks/replay", wanted)["replayed"])

    def carrier_books(self, dialect: str | None = None) -> Json:
        """Carriers' books by dialect (see ``carriers/books.py``)."""
        return dict(self.call("GET", "/carriers/books", dialect=dialect))

    def carrier_plan(self, key: str, steps: list[Any], dialect: str = "") -> Json:
        """Say how a reference or a tracking number goes on; may come first."""
        data = {"reference": key, "steps": steps, "dialect": dialect}
        return dict(self.call("POST", "/carriers/plans", data))

    def carrier_shipments(self, key: str) -> list[Json]:
        """Every purchase of a reference or a tracking number, voided ones too."""
        found = self.call("GET", f"/carriers/shipments/{_part(key)}")
        return list(found["shipments"])

    def carrier_advance(self, key: str) -> Json:
        """Next step of each parcel: ``{"done": {number: kind}, "parcels"}``."""
        return dict(self.call("POST", f"/carriers/shipments/{_part(key)}/advance"))

    def carrier_run(self, key: str) -> Json:
        """Steps to the end or until parked; ``done`` lists kinds by number."""
        return dict(self.call("POST", f"/carriers/shipments/{_part(key)}/run"))

    def carrier_run_all(self, steps: int | None = None, dialect: str = "") -> int:
        """Every live parcel that is not parked goes on; the number of steps made."""
        data = {"steps": steps, "dialect": dialect}
        return int(self.call("POST", "/carriers/run", data)["steps"])

    def carrier_invoices(
        self, share: float = 0, factor: str = "1.4", dialect: str = ""
    ) -> list[Json]:
        """Bill the unbilled: number, total, differences, name, content (base64)."""
        data = {"share": share, "factor": factor, "dialect": dialect}
        return list(self.call("POST", "/carriers/invoices", data)["invoices"])


def _part(text: str) -> str:
    return quote(text, safe="")
