"""A partner in this process: a connector's tests need nothing else.

Where a partner's behaviour in time matters (webhooks, retries, load), write a dialect
of the partner sandbox instead.
"""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import requests

URL = "https://partner.example"


class FakePartner:
    """Answers the requests of a test; `requests` are (method, path, body) as they came.

    A subclass lists in `routes` what it can do: (method, pattern of the path, name of
    a method). The method gets the groups of the pattern, then `body` and `params`, and
    returns the answer's JSON, or (status, JSON).
    """

    routes = ()

    def __init__(self):
        self.requests = []
        self.answers = {}
        self.lost = set()

    def answer(self, method, path, status, body=None):
        """Answer the next request to a path with this status and JSON."""
        self.answers[method, path] = (status, body)

    def lose_answer(self, method, path):
        """Do what the next request to a path asks for, and break the connection."""
        self.lost.add((method, path))

    def handle(self, request):
        """Return the requests.Response to a prepared request."""
        parts = urlsplit(request.url)
        key = (request.method, parts.path)
        body = json.loads(request.body) if request.body else None
        self.requests.append((*key, body))
        status, found = self.answers.pop(key, None) or self._do(
            *key, body, dict(parse_qsl(parts.query))
        )
        if key in self.lost:
            self.lost.discard(key)
            raise requests.ConnectionError("The connection broke")
        return _make_response(request, status, found)

    def _do(self, method, path, body, params):
        for known, pattern, name in self.routes:
            match = re.fullmatch(pattern, path)
            if known == method and match:
                made = getattr(self, name)(*match.groups(), body=body, params=params)
                return made if isinstance(made, tuple) else (200, made)
        return 404, {"error": {"code": "not_found", "message": f"No {path}"}}


def _make_response(request, status, body):
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url
    response.headers["Content-Type"] = "application/json"
    response._content = b"" if body is None else json.dumps(body).encode()
    response._content_consumed = True
    return response


class FakePartnerMixin:
    """For a test case of a connector: `self.partner` answers at `URL`, again each test.

    `partner_class` is the FakePartner that answers.
    """

    partner_class = FakePartner

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        if request.url.startswith(URL):
            return cls.partner.handle(request)
        return super()._request_handler(session, request, **kw)

    def setUp(self):
        super().setUp()
        type(self).partner = self.partner_class()
