"""A client of Odoo's web API: what a browser's session can do, from Python."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 120


class OdooError(Exception):
    """Odoo answered with an error; the message is the server's own."""


class OdooClient:
    """One logged-in session. Values are JSON as Odoo's ``call_kw`` takes them."""

    def __init__(self, base_url: str, database: str, login: str, password: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        info = self._rpc(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid: int = info["uid"]

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a model's method; the first argument holds ids for record methods."""
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def search_read(
        self, model: str, domain: list, fields: list[str], **options: Any
    ) -> list[dict[str, Any]]:
        return self.call(model, "search_read", domain, fields, **options)

    def read(self, model: str, ids: list[int], fields: list[str]) -> list[dict]:
        return self.call(model, "read", ids, fields)

    def create(self, model: str, values: dict | list[dict]) -> list[int]:
        """Ids of the new records, always a list."""
        return self.call(
            model, "create", values if isinstance(values, list) else [values]
        )

    def write(self, model: str, ids: list[int], values: dict) -> bool:
        return self.call(model, "write", ids, values)

    def ref(self, xml_id: str) -> int:
        """The record id behind an XML id."""
        module, name = xml_id.split(".", 1)
        found = self.search_read(
            "ir.model.data",
            [("module", "=", module), ("name", "=", name)],
            ["res_id"],
        )
        if not found:
            raise OdooError(f"there is no record {xml_id}")
        return found[0]["res_id"]

    def _rpc(self, path: str, params: dict[str, Any]) -> Any:
        response = self.session.post(
            self.base_url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        )
        response.raise_for_status()
        answer = response.json()
        if error := answer.get("error"):
            data = error.get("data") or {}
            text = data.get("message") or error.get("message")
            raise OdooError(f"{data.get('name', 'error')}: {text}")
        return answer.get("result")
