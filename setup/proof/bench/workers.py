"""Handles on processes that run our functions inside Odoo (see odoo_worker)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from hub import paths


class WorkerFailed(Exception):
    """A function inside a worker raised; the text is its traceback."""


class Worker:
    """One process; calls are answered in the order they were asked."""

    def __init__(self, name: str, conf: Path, database: str) -> None:
        self._log = paths.log_file(name).open("wb")
        self._process = subprocess.Popen(
            [paths.venv_python(), "-m", "proof.bench.odoo_worker", conf, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=paths.PROJECT,
            env={**os.environ, "PYTHONPATH": str(paths.PROJECT / "setup")},
        )
        self.answer()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, call: str, **params: Any) -> None:
        """Start a call; fetch its result with ``answer``."""
        profile = os.environ.get("BENCH_PROFILE")
        request = json.dumps({"call": call, "params": params, "profile": profile})
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """The result of the oldest call that was not answered yet."""
        line = self._process.stdout.readline()
        if not line:
            raise WorkerFailed(f"the worker ended; see {self._log.name}")
        answer = json.loads(line)
        if "error" in answer:
            raise WorkerFailed(answer["error"])
        return answer["result"]

    def call(self, call: str, **params: Any) -> Any:
        """Ask and wait."""
        self.ask(call, **params)
        return self.answer()

    def stop(self) -> None:
        """End it once what it was asked is done."""
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
