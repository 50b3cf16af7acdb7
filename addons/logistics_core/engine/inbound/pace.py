"""How large the next batch is, and whether it must be alone."""

from dataclasses import dataclass, field

# Messages of the first batch of a drain. The next ones are larger while a batch
# is quick and smaller while it is slow, so that a commit is neither too frequent
# nor too long in coming.
BATCH = 100
SMALLEST_BATCH, LARGEST_BATCH = 20, 1000
# A batch ends with the message that exceeds them: it must be through before Odoo's
# limit for a request, and its contents are in memory.
BATCH_BYTES = 1024 * 1024
QUICK_SECONDS, SLOW_SECONDS = 0.4, 2.5


@dataclass
class Pace:
    """How the batches of one drain go.

    :ivar size: messages of the next batch
    :ivar is_exclusive: whether the backend's exclusive lock is needed
    :ivar seconds: what the last batch took
    """

    size: int = field(default_factory=lambda: BATCH)
    is_exclusive: bool = False
    seconds: float = 0.0

    def adapt(self):
        """Choose the next size, so that a commit is neither too soon nor too late."""
        if self.seconds < QUICK_SECONDS:
            self.size = min(self.size * 2, LARGEST_BATCH)
        elif self.seconds > SLOW_SECONDS:
            self.size = max(self.size // 2, SMALLEST_BATCH)
