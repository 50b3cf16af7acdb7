"""A process with Odoo's registry loaded that runs our functions when asked.

Both sides of a comparison run in such processes, so the interpreter, the registry
and its caches are the same. Asked with JSON lines on standard input:
``{"call": "module.function", "params": {}}`` runs ``proof.bench.inside.module`` with
an environment of the superuser; the answer is ``{"result"}`` or ``{"error"}``.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import os
import sys
import traceback
from typing import Any, TextIO

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server


def main(conf: str, database: str) -> None:
    """Serve calls until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever Odoo prints belongs to the log
    odoo.tools.config.parse_config(["-c", conf, "--no-http"], setup_logging=True)
    server.start(preload=[], stop=True)
    Registry(database)
    _answer(answers, {"result": "ready"})
    for line in sys.stdin:
        _answer(answers, _call(database, json.loads(line)))


def _call(database: str, request: dict[str, Any]) -> dict[str, Any]:
    module, _, name = request["call"].rpartition(".")
    try:
        function = getattr(
            importlib.import_module(f"proof.bench.inside.{module}"), name
        )
        registry = Registry(database).check_signaling()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if request.get("profile"):
                result = _profiled(request, function, env)
            else:
                result = function(env, **request["params"])
        registry.signal_changes()
    except Exception:
        return {"error": traceback.format_exc()}
    return {"result": result}


def _profiled(request: dict[str, Any], function: Any, env: Any) -> Any:
    """Write a profile beside the call, for setup/proof/bench/profile.py."""
    with cProfile.Profile() as profile:
        result = function(env, **request["params"])
    profile.dump_stats(request["profile"])
    return result


def _answer(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
