"""JSON over REST: one call, and lists that link to their next page."""

from odoo import models

from ..errors import OutcomeUnknown, RemoteUnavailable
from ..texts import _lt
from ..tools import json_fields
from ..tools.http_errors import SAFE_METHODS
from .http import parse_json

MAX_PAGES = 10000


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _call_json(self, backend, operation, method, path, *, expect=dict, **kw):
        """Send one request and return the parsed answer; see `_request`.

        :param expect: dict, or list for a list of objects: what is documented
        """
        response = self._request(backend, method, path, operation=operation, **kw)
        answer = parse_json(response)
        if isinstance(answer, dict) and expect is dict:
            return answer
        if isinstance(answer, list) and expect is list:
            return json_fields.children({operation: answer}, operation)
        text = self.env._("The partner's answer to %s is not what it documents.")
        safe = response.request.method in SAFE_METHODS
        raise (RemoteUnavailable if safe else OutcomeUnknown)(text % operation)

    def _iter_all(self, backend, operation, at=(), params=None, cursor=None):
        """Yield the `items` of a list whose pages name their `next` page.

        A page that fails raises; what was yielded before stays valid.

        :param operation: of `_operations`
        :param cursor: name of the parameter that asks for the next page, where a
            link is not to be followed; it replaces `params`
        """
        method, following = self._operations[operation].method, None
        for _number in range(MAX_PAGES):
            if following and not cursor:
                page = self._call_json(backend, operation, method, following)
            else:
                page = self._call(backend, operation, at, params)
            yield from json_fields.children(page, "items")
            following = json_fields.text(page, "next")
            if not following:
                return
            if cursor:
                params = {cursor: json_fields.query_value(following, cursor)}
        raise self._get_endless_error(operation)

    def _iter_numbered(
        self, backend, operation, number, size, at=(), params=None, name=None, **kw
    ):
        """Yield the entries of a list whose pages are numbered from 1.

        :param number: the parameter that asks for a page
        :param size: {the parameter that says how many entries a page has: how many}; a
            page with fewer is the last
        :param name: of the list in the answer, None: the answer is the list
        """
        (most,) = size.values()
        for page in range(1, MAX_PAGES):
            asked = {**(params or {}), **size, number: page}
            answer = self._call(backend, operation, at, asked, **kw)
            entries = json_fields.children(answer, name) if name else answer
            yield from entries
            if len(entries) < most:
                return
        raise self._get_endless_error(operation)

    def _get_endless_error(self, operation):
        return RemoteUnavailable(_lt("The partner's list %s does not end.", operation))
