"""What a vendor declares instead of writing it: addresses, settings, operations."""

from contextlib import contextmanager

from odoo import models

from ..errors import (
    AuthenticationFailed,
    Conflict,
    InvalidMessage,
    OutcomeUnknown,
    Rejected,
    RemoteUnavailable,
    TransientError,
)
from ..fields import Secret
from ..texts import _lt
from ..tools.http_auth import OAuth2ClientCredentials

# The partner did what it was asked, and cannot be understood, or not reached again.
UNREADABLE = (InvalidMessage, TransientError)


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # Environment of the backend -> address, where the backend names none of its own.
    _base_urls = {}
    # Fields of the backend (secrets too) without which no request is sent.
    _required_settings = ()
    # Name in the vendor's document -> Operation (see tools/operations.py).
    _operations = {}
    # Where an error answer has its words, its code and the request's id: dotted paths.
    _error_texts = ()
    _error_code = None
    _error_request_id = None
    # Where it says how many seconds to wait, the first that is there.
    _retry_after_headers = ("Retry-After",)

    # Settings

    def _get_setting(self, backend, name):
        """Return a setting or a secret of the backend.

        :raises AuthenticationFailed: it is not set
        """
        value = self._read_setting(backend, name)
        if not value:
            raise self._get_missing_error(backend, [name])
        return value

    def _read_setting(self, backend, name):
        if isinstance(backend._fields[name], Secret):
            return backend._get_secret(name)
        return backend[name]

    def _check_settings(self, backend):
        """Raise AuthenticationFailed when a required setting is missing."""
        names = self._required_settings
        if missing := [n for n in names if not self._read_setting(backend, n)]:
            raise self._get_missing_error(backend, missing)

    def _get_missing_error(self, backend, names):
        labels = [backend._fields[n].get_description(self.env)["string"] for n in names]
        return AuthenticationFailed(
            _lt(
                "Not set on “%(partner)s”: %(settings)s.",
                partner=backend.name,
                settings=", ".join(labels),
            ),
            remedy=_lt("Enter it, then try again."),
        )

    def _get_oauth(self, backend, path, client_id, secret, **kw):
        """Return OAuth 2.0 client credentials (see `OAuth2ClientCredentials`).

        :param path: of the token, below the base URL
        :param client_id, secret: names of the backend's fields
        """
        return OAuth2ClientCredentials(
            self._get_url(backend, path),
            self._get_setting(backend, client_id),
            self._get_setting(backend, secret),
            self._get_session(backend),
            timeout=backend.timeout,
            **kw,
        )

    # Operations

    def _call(self, backend, operation, at=(), params=None, **kw):
        """Call one of `_operations` and return its answer.

        :param at: the values of the path, one or a tuple
        :return: an object or a list of objects, as declared; None where the partner
            says there is no such thing, or where the body is not read
        :raises OutcomeUnknown: nobody knows if a request that changes something did
        """
        known = self._operations[operation]
        path = known.get_path(at)
        kw["params"] = {**known.params, **(params or {})} or None
        try:
            if known.expect is None:
                self._request(backend, known.method, path, operation=operation, **kw)
                return None
            return self._call_json(
                backend, operation, known.method, path, expect=known.expect, **kw
            )
        except Rejected as error:
            if known.is_none(error.http_status, str(error)):
                return None
            raise
        except OutcomeUnknown as error:
            if not known.asks:
                raise
            raise error.turned_into(
                RemoteUnavailable, retry_after=error.retry_after
            ) from error

    def _check_same(self, backend, reference, differences):
        """Raise Conflict when what a lookup found is not what we asked for.

        :param differences: names of what is different, empty: the same
        """
        if differences:
            raise Conflict(
                self.env._(
                    "%(partner)s has another one under %(reference)s, different in:"
                    " %(what)s.",
                    partner=backend.name,
                    reference=reference,
                    what=", ".join(differences),
                )
            )

    @contextmanager
    def _reading(self, backend, errors=UNREADABLE):
        """Read the answer to something that was done, such as a label that is paid.

        What goes wrong in the block is an unknown outcome: it is looked up.

        :param errors: what counts as such; what else is raised goes on
        """
        try:
            yield
        except errors as error:
            raise OutcomeUnknown(
                _lt(
                    "%(partner)s did it, but its answer could not be read: %(error)s",
                    partner=backend.name,
                    error=error,
                ),
                retry_after=getattr(error, "retry_after", None),
            ) from error
