"""Registering the backend's webhook address by the partner's API."""

import base64
import secrets

from odoo import models


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # The operations that list, create and delete registrations, and the name that a
    # registration's key has in their answers.
    _subscription_operations = ()
    # What is set on the backend with a registration, such as how the partner signs.
    _subscription_settings = {}
    # An address can be registered once: what is there is removed before.
    _subscribes_once = False

    def _subscribe(self, backend):
        """Register the backend's webhook address at the partner.

        What pointed to this address before is removed: after the new registration, so
        that no event is missed, where the partner takes both.
        """
        if not self._subscription_operations:
            raise self._not_supported(backend, "subscribe")
        _list, create, _delete, key = self._subscription_operations
        former = self._get_subscriptions(backend)
        if self._subscribes_once:
            self._delete_subscriptions(backend, former)
        secret = backend._get_secret("webhook_secret") or _make_secret()
        body = self._prepare_subscription(backend, secret)
        answer = self._call(backend, create, json=body)
        backend.sudo().write(
            {
                **self._subscription_settings,
                "webhook_secret": answer.get("secret") or secret,
                "webhook_subscription": answer.get(key),
            }
        )
        if not self._subscribes_once:
            self._delete_subscriptions(backend, former)

    def _unsubscribe(self, backend):
        """Remove the registration."""
        if not self._subscription_operations:
            raise self._not_supported(backend, "subscribe")
        self._delete_subscriptions(backend, self._get_subscriptions(backend))
        backend.sudo().webhook_subscription = False

    def _prepare_subscription(self, backend, secret):
        """Return the request that registers `backend.webhook_url`."""
        raise self._not_supported(backend, "subscribe")

    def _iter_subscriptions(self, backend):
        """Return all registrations of the account, those of other addresses too."""
        return self._call(backend, self._subscription_operations[0])

    def _get_subscriptions(self, backend):
        """Return the keys of the registrations of this backend's address."""
        key, address = self._subscription_operations[-1], backend.webhook_url
        found = self._iter_subscriptions(backend)
        return [one[key] for one in found if one.get("url") == address and one.get(key)]

    def _delete_subscriptions(self, backend, keys):
        for key in keys:
            self._call(backend, self._subscription_operations[2], key)


def _make_secret():
    """Return a secret as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
