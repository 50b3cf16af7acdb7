"""Advisory locks of the engine: what each guards, and who takes it in which order.

All have two keys: the first is here, the second says which. In the order in which they
are taken:

1. `PLACES`: one of a backend's places among the workers; by the drain job, in its own
   transaction, until the job ends. Tried, never waited for.
2. `DRAIN_LOCK`, lane: a drain has the lane; by the drain job on a cursor of its own
   until it has given its lanes back, and by the sweeper, which thereby sees whether the
   sender of a message lives. Tried, never waited for.
3. `EXCLUSIVE_LOCK`, backend: batches of a backend that must not run beside each other,
   those of the serial lane and those that lost against another one; by a session of the
   drain job, before the batch takes its snapshot and until it is committed. The only
   one that is waited for. Who waits for it holds 1 and 2, and who has it takes none of
   them, so nobody waits in a circle.
"""

from contextlib import contextmanager

PLACES = 0x10615
DRAIN_LOCK = 0x10616
EXCLUSIVE_LOCK = 0x10617


def try_lock(cr, space, key):
    """Take a lock for the cursor's transaction, if it is free; return whether."""
    cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [space, key])
    return cr.fetchone()[0]


@contextmanager
def exclusive(cr, backend_id):
    """Wait for the exclusive lock of a backend; give it back at the end.

    A session lock of the job's connection: the batch's own snapshot must be taken
    after the lock was got, not before.
    """
    cr.execute("SELECT pg_advisory_lock(%s, %s)", [EXCLUSIVE_LOCK, backend_id])
    try:
        yield
    finally:
        # A connection that broke has no lock any more; what follows says so.
        cr.execute(
            "SELECT pg_advisory_unlock(%s, %s)",
            [EXCLUSIVE_LOCK, backend_id],
            log_exceptions=False,
        )


# SQL: nobody has the drain lock of lane `l`.
NOBODY_DRAINS = f"""NOT EXISTS (
    SELECT 1 FROM pg_locks k
     WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 2
       AND k.database = (SELECT oid FROM pg_database
                          WHERE datname = current_database())
       AND k.classid = {DRAIN_LOCK} AND k.objid = l.id)"""
