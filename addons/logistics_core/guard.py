"""Who may write the engine's fields, and what every button checks first.

Both rest on Python alone. Nothing here looks at a key of the context: a client
chooses its context, and it never gets `env.su`.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from odoo.exceptions import AccessError

WAREHOUSE = "logistics_core.group_warehouse_user"
SUPPORT = "logistics_core.group_integration_support"
MANAGER = "logistics_core.group_integration_manager"
ADMINISTRATOR = "logistics_core.group_administrator"

_working = ContextVar("logistics_engine_is_working", default=False)


@contextmanager
def engine():
    """Let the code inside write the fields of the engine.

    For our own code that runs with the rights of a person or of the integration
    user. The rights of that user on models and records stay as they are.
    """
    token = _working.set(True)
    try:
        yield
    finally:
        _working.reset(token)


def is_engine(env):
    """Return whether our own code writes, not a remote call."""
    return env.su or _working.get()


def button(mode, groups="base.group_user"):
    """Make a public method that checks rights and company before its first line.

    :param mode: "read", "write", "create" or "unlink": what the caller must be
        allowed to do with the records, by access rights and by record rules
    :param groups: the caller is in one of these groups, separated by commas
    :raises AccessError: the caller is not allowed to, or is no internal user
    """

    def decorate(method):
        @wraps(method)
        def checked(self, *args, **kwargs):
            check_caller(self, mode, groups)
            with engine():
                return method(self, *args, **kwargs)

        checked._logistics_button = (mode, groups)
        return checked

    return decorate


def check_caller(records, mode, groups="base.group_user"):
    """Raise AccessError unless the user may do this with these records."""
    if records.env.su:
        return
    user = records.env.user
    if not user._is_internal() or not user.has_groups(groups):
        raise AccessError(
            records.env._(
                "You are not allowed to do this with: %s. Ask your administrator for"
                " the role that is needed.",
                records._description,
            )
        )
    records.check_access(mode)
    if records._transient and any(r.create_uid != user for r in records):
        raise AccessError(records.env._("This dialog belongs to another user."))
