"""The rate limiter as a request meets it."""

import time
from dataclasses import dataclass

from ...errors import Throttled
from ...texts import _lt

# A worker sleeps at most this long for the first request of a message; what has
# a later slot becomes due then and takes no worker.
LONGEST_WAIT = 5.0
# In the middle of a message it is better to wait than to start again.
LONGEST_WAIT_BETWEEN = 60.0
# A process takes it from its last look that nothing limits a gate, for so long and
# as long as nothing went wrong; else every request looks for itself.
TRUST_SECONDS = 0.2
trusted = {}


@dataclass(frozen=True, slots=True)
class Slot:
    """When a request may go out.

    :param wait: seconds from `taken_at` on
    :param taken_at: when the database calculated the wait, on this process's steady
        clock: the commit of the reservation takes its time too
    :param lateness: seconds after which the slot is not good any more
    """

    wait: float
    taken_at: float
    lateness: float

    def get_rest(self):
        """Return the seconds that are left to wait."""
        return max(self.taken_at + self.wait - time.monotonic(), 0.0)

    def is_missed(self):
        """Return whether a request that left now could crowd a later window."""
        return time.monotonic() > self.taken_at + self.wait + self.lateness


# Nothing limits it: at once, and never too late.
AT_ONCE = Slot(0.0, 0.0, float("inf"))


class RateLimiter:
    """Waits for the slots of one message's or poll's requests.

    :param gate_ids: the group's gate and the one over all groups
    """

    def __init__(self, env, gate, message_id=None):
        self.env = env
        self.gate_id = gate.id
        self.gate_ids = {gate.id, gate._get_all(gate.backend_id)["all"].id}
        self.message_id = message_id
        self.count = 0

    def __call__(self):
        """Sleep until the next request may go out.

        :raises Throttled: the slot is far away, or the breaker opened meanwhile
        """
        first = not self.count
        while True:
            slot = self.env["logistics.gate"]._take_slot(
                self.gate_ids,
                LONGEST_WAIT if first else LONGEST_WAIT_BETWEEN,
                self._check_breaker if first else None,
            )
            if rest := slot.get_rest():
                time.sleep(rest)
            if not slot.is_missed():
                break
        self.count += 1

    def _check_breaker(self, gates):
        """Do not begin a message after the breaker opened, unless it is the probe."""
        gate = gates.filtered(lambda g: g.id == self.gate_id)
        if not gate or gate.state == "closed":
            return
        probes = (False, self.message_id)
        if gate.state == "probing" and gate.probe_message_id.id in probes:
            return
        available = gate._get_available_at()
        wait = (available - gate._now()).total_seconds() if available else 1.0
        raise Throttled(
            _lt("The work with the partner was interrupted."),
            retry_after=max(wait, 1.0),
        )
