"""The time a drain has."""

import time

from ...tools import background

# A drain job keeps a worker busy; after this long it makes room for others.
DRAIN_SECONDS = 20
YIELD_SECONDS = 1.0
# A drain that keeps a core busy for so long is at work on a backlog.
BUSY_SECONDS, BUSY_SHARE = 0.3, 0.5
# A drain that ran dry looks again so often, for so long.
LOOK_SECONDS = 0.03
LINGER_SECONDS = 0.3


class TimeSlice:
    """The time one drain job has, and whether another lane needs the worker more."""

    def __init__(self, lane):
        self.lane = lane
        now = time.monotonic()
        self.start, self.cpu_start = now, time.thread_time()
        self.end = now + DRAIN_SECONDS
        self.asked_at = now
        self.worked_at = None
        # Lanes in which nothing could be done, and until when they are left alone.
        self.passed_over = {}
        self.has_waited = False
        # Whether nothing waits while this drain lets more gather.
        self.may_gather = False

    def is_over(self, is_full=False):
        """Return whether the drain should stop after this batch; then it stays so.

        :param is_full: there is more than the last batch took: a backlog
        """
        now = time.monotonic()
        if is_full or self._is_busy(now):
            background.step_back(background.BACKLOG)
        if is_full and self.has_waited:
            # What came together while this job waited is shared with other workers.
            self.end = now
        elif now - self.asked_at >= YIELD_SECONDS:
            self.asked_at = now
            if self.lane._should_yield():
                self.end = now
        return now >= self.end

    def _is_busy(self, now):
        """Return whether this thread has kept a processor core busy so far."""
        elapsed = now - self.start
        used = time.thread_time() - self.cpu_start
        return elapsed > BUSY_SECONDS and used > elapsed * BUSY_SHARE

    def note(self, lanes, count):
        """Remember when there was something to do, and where there was not."""
        now = time.monotonic()
        if count:
            self.worked_at = now
        else:
            # Kept back by something that only the query of the batch knows.
            self.passed_over |= dict.fromkeys(lanes.ids, now + YIELD_SECONDS)

    def passes_over(self, lane_id):
        """Return whether nothing could be done in this lane a moment ago."""
        return self.passed_over.get(lane_id, 0) > time.monotonic()

    def linger(self):
        """Wait a moment for more; return False when nothing came for long enough.

        A job costs much more than looking again, and at a steady pace the next
        message is not far.
        """
        now = time.monotonic()
        if self.worked_at is None or now - self.worked_at > LINGER_SECONDS:
            return False
        self.has_waited = True
        time.sleep(LOOK_SECONDS)
        return True
