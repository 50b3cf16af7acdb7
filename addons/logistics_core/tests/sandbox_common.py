"""The connector's side of the partner sandbox, a process that plays the vendor."""

from unittest import SkipTest

import requests

# Nobody listens there: what the sandbox sends is taken from its journal.
NOWHERE = "http://127.0.0.1:9"
_send = requests.Session.send


def start_sandbox():
    """Return a running sandbox; skip the tests where the repository is not there."""
    try:
        from partner_sandbox.client import Sandbox
    except ImportError as error:
        raise SkipTest("the partner sandbox is in the repository's setup/") from error
    return Sandbox.spawn()


class SandboxMixin:
    """For a test case: `self.sandbox` runs, and checks requests against the contract.

    `dialect` is the vendor's name in the sandbox.
    """

    dialect = None
    sandbox_settings = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A process per class: Odoo ends what a class leaves behind.
        cls.sandbox = start_sandbox()
        cls.addClassCleanup(cls.sandbox.stop)

    @classmethod
    def get_sandbox_settings(cls):
        """Return what a backend needs to reach the sandbox."""
        return {
            "connector": cls.dialect,
            "base_url": cls.sandbox.dialect_url(cls.dialect),
            "allow_private_network": True,
        }

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        # Odoo's own handler expects one number as timeout.
        if request.url.startswith(cls.sandbox.url):
            return _send(session, request, **kw)
        return super()._request_handler(session, request, **kw)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.sandbox.settings(mode="manual", **self.sandbox_settings)

    def tearDown(self):
        super().tearDown()
        self.assertFalse(self.sandbox.violations()["items"])
