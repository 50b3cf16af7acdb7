"""Advisory locks of the engine: what each guards, and who takes it in which order.

All have two keys: the first is here, the second says which. In the order in which they
are taken:

1. `PLACES`: one of a backend's places among the workers; by the drain job, in its own
   transaction, until the job ends. Tried, never waited for.
2. `DRAIN_LOCK`, lane: a drain has the lane; by the drain job on a cursor of its own
   until it has given its lanes back, and by the sweeper, which thereby sees whether the
   sender of a message lives. Tried, never waited for.
3. `LEAD_LOCK`, first lane of a group: a drain leads its group; on the same cursor as 2.
   Tried, never waited for.
4. `TURN_LOCK`, backend: batches of a backend that must not run beside each other; by a
   session of the drain job, before the batch takes its snapshot and until it is
   committed. The only one that is waited for. Who waits for it holds 1 to 3, and who
   has it takes none of them, so nobody waits in a circle.
"""

PLACES = 0x10615
DRAIN_LOCK = 0x10616
TURN_LOCK = 0x10617
LEAD_LOCK = 0x10618
