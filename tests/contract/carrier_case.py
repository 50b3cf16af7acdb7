"""What contract tests of carriers share: each request is checked, then answered."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import requests
from PIL import Image

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.tests.common import LogisticsCase

sys.path.insert(0, str(Path(__file__).parent.parent / "pure"))
import carrier_samples as samples  # noqa: E402, F401 - for the tests of each carrier


def picture(kind="GIF"):
    """Return a label's picture in base64."""
    target = io.BytesIO()
    Image.new("L", (40, 60), "white").save(target, kind)
    return base64.b64encode(target.getvalue()).decode()


class CarrierContractCase(LogisticsCase):
    """`documents` check; `answers` are {operation: (status, body)}."""

    base = None
    documents = None
    token_path = None

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        """Check the request, answer what the test or `documented` says."""
        if cls.token_path and request.url.endswith(cls.token_path):
            assert request.body == "grant_type=client_credentials", request.body
            return cls.respond(request, 200, {"access_token": "T", "token_type": "b"})
        name = cls.documents.check(request, cls.base)
        cls.seen.append(name)
        status, body = cls.answers.get(name) or cls.documented[name]
        return cls.respond(request, status, body)

    @classmethod
    def respond(cls, request, status, body):
        response = requests.Response()
        response.status_code, response.request = status, request
        response._content = b"" if body is None else json.dumps(body).encode()
        response._content_consumed = True
        return response

    def setUp(self):
        super().setUp()
        type(self).seen, type(self).answers = [], {}

    def call(self, method, *arguments):
        return getattr(self.connector, method)(self.backend, *arguments)

    def get_error(self, name, status, body, call):
        """Return the error a call ends with when this operation answers so."""
        self.answers[name] = (status, body)
        try:
            self.call(*call)
        except LogisticsError as error:
            return error
        finally:
            self.answers.clear()
        raise AssertionError(f"{name} took status {status} for success")
