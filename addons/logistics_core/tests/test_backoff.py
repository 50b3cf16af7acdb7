"""The wait before the next attempt, to the fraction of a second."""

import time
from datetime import UTC, datetime, timedelta

from ..errors import RemoteUnavailable
from .common import LogisticsCase


class TestBackoff(LogisticsCase):
    def test_a_retry_is_not_due_before_its_wait_is_over(self):
        self.fact_type.retry_delay = 2.0
        message = self.receive(self.fact("e1"))
        # In the second half of a second a clock without fractions is wrong.
        while datetime.now(UTC).microsecond < 500_000:
            time.sleep(0.05)
        now = datetime.now(UTC).replace(tzinfo=None)
        message._fail(RemoteUnavailable("away"))
        wait = message.next_attempt_at - now
        self.assertGreaterEqual(wait, timedelta(seconds=2.0))
        self.assertLess(wait, timedelta(seconds=2.0 * 1.1 + 1))
