"""Transactions of the engine's own, apart from the caller's.

These are the named places where the engine commits. Each is short and holds
no HTTP call.
"""

import random
import time
from contextlib import contextmanager

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import UniqueViolation
from psycopg2.extensions import (
    ISOLATION_LEVEL_READ_COMMITTED,
    TransactionRollbackError,
)

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from odoo.sql_db import Cursor, PoolError

TRIES = 5
# What `retrying` looks at; see is_contention and is_connection_lost.
RETRIED = (OperationalError, InterfaceError, UniqueViolation, ConcurrencyError)
# Classes of SQLSTATE in which the transaction or the server is to blame: lost
# connection, rolled back, out of resources, not in the right state, shut down.
LOST_CLASSES = ("08", "40", "53", "55", "57", "58")


@contextmanager
def own_transaction(env, *, read_committed=False):
    """Yield a superuser environment on a cursor of its own; commit at the end.

    :param read_committed: see what others committed meanwhile. Needed where
        INSERT ... ON CONFLICT must not fail on a twin that was committed after
        our snapshot (Odoo's default isolation is REPEATABLE READ).
    """
    with _signalling(env.registry), env.registry.cursor() as cr:
        if read_committed:
            _read_committed(cr)
        yield api.Environment(cr, SUPERUSER_ID, {})


@contextmanager
def _signalling(registry):
    """Notify other processes at the end which caches are stale.

    Odoo does it at the end of a request, in the request's own thread. What an outer
    transaction has changed stays for its end.
    """
    is_outer = not (registry.cache_invalidated or registry.registry_invalidated)
    try:
        yield
    except BaseException:
        if is_outer:
            registry.reset_changes()
        raise
    if is_outer:
        registry.signal_changes()


@contextmanager
def first_transaction(env):
    """Yield a superuser environment on the caller's cursor, READ COMMITTED.

    For a request that has done nothing yet: it saves the second connection of
    `own_transaction`, which costs as much as the work of a short request.
    """
    _read_committed(env.cr)
    yield api.Environment(env.cr, SUPERUSER_ID, {})
    env.cr.commit()


def _read_committed(cr):
    """Let the transactions of a cursor that has begun none yet be READ COMMITTED.

    It is part of their BEGIN, so it costs no extra round trip. The next cursor on the
    connection sets its own level.
    """
    if isinstance(cr, Cursor):
        cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)


def commit_and_ask(env, query, params):
    """Commit, and ask something of the next transaction; return the rows.

    Both go to the server in one round trip; on a busy machine each one counts.
    """
    if isinstance(env.cr, Cursor):
        env.cr.flush()
        query = f"COMMIT AND CHAIN; {query}"
    else:
        env.cr.commit()
    env.cr.execute(query, params)
    rows = env.cr.fetchall()
    env.cr.commit()
    return rows


def clear_now_and_after_commit(env):
    """Clear the cache (ormcache), for a change that is not committed yet.

    Another thread may read the old state again before the commit, hence twice.
    """
    env.registry.clear_cache()
    env.cr.postcommit.add(env.registry.clear_cache)


def end_reading(cr):
    """End a transaction that only read, and keep what it read in the cache."""
    if isinstance(cr, Cursor):
        cr._cnx.rollback()


def retrying(function, *args, tries=TRIES):
    """Call a function that opens its own transaction; retry on contention.

    Serialisation failures and deadlocks are answered with a short random wait
    and another try. So is a lost connection, with longer waits: PostgreSQL may be
    restarting. The last error is raised. The function may have been committed
    when its connection broke: it must bear to be called again.
    """
    for attempt in range(1, tries):
        try:
            return function(*args)
        except RETRIED as error:
            if is_contention(error):
                time.sleep(random.uniform(0, min(0.05 * 2**attempt, 2)))
            elif is_connection_lost(error):
                time.sleep(min(0.1 * 2**attempt, 5) * random.uniform(0.5, 1))
            else:
                raise
    return function(*args)


def is_contention(error):
    """Return whether the same transaction may well succeed when tried again.

    A unique violation counts: the twin that was not in our snapshot is seen by
    the next try. (One of a handler's own is caught before it comes here.)
    """
    if isinstance(error, ConcurrencyError | TransactionRollbackError | UniqueViolation):
        return True
    return getattr(error, "pgcode", None) in PG_CONCURRENCY_ERRORS_TO_RETRY


def is_connection_lost(error):
    """Return whether the connection broke or PostgreSQL does not accept one."""
    if isinstance(error, InterfaceError):
        return True
    # 57P: admin shutdown, crash shutdown, cannot connect now; none: no connection.
    code = getattr(error, "pgcode", None)
    return code is None or code.startswith(("57P", "08"))


def is_transaction_error(error):
    """Return whether the transaction as a whole is lost and must be tried again.

    Contention and a lost connection are; other errors belong to one message, also
    those that psycopg2 counts as operational, such as a key too long for its index.
    """
    # No free connection is a state of this process, not a fault of a message.
    if isinstance(error, ConcurrencyError | InterfaceError | PoolError):
        return True
    if not isinstance(error, OperationalError):
        return False
    return error.pgcode is None or error.pgcode[:2] in LOST_CLASSES
