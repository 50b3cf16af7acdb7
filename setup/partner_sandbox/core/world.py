"""Everything one sandbox process holds."""

from __future__ import annotations

import threading
from pathlib import Path

from .journal import Journal
from .outbox import Outbox
from .rules import RuleBook
from .scheduler import Scheduler
from .sender import Sender
from .settings import Settings
from .webhook import WebhookLog


class World:
    """Shared services. ``lock`` guards all business state of all dialects."""

    def __init__(
        self, token: str, seed: int, contracts_dir: Path, delay: float
    ) -> None:
        self.token = token
        self.seed = seed
        self.contracts_dir = contracts_dir
        self.delay = delay
        self.lock = threading.RLock()
        self.settings = Settings(delay=delay)
        self.rules = RuleBook(seed)
        self.journal = Journal()
        self.timer = Scheduler("timer")
        self.webhooks = WebhookLog()
        self.sender = Sender(self.settings, self.rules)
        self.outbox = Outbox(self.webhooks, self.sender, self.rules, self.timer, seed)

    def start(self) -> None:
        """Start the background threads."""
        self.timer.start()
        self.sender.start()

    def stop(self) -> None:
        """End the background threads."""
        self.timer.stop()
        self.sender.stop()

    def reset(self) -> None:
        """Back to the state after start; dialects reset their own books."""
        self.timer.clear()
        self.outbox.reset()
        self.rules.reset(self.seed)
        self.journal.reset()
        self.settings.update(Settings(delay=self.delay).as_dict())
