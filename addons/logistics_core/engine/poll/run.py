"""One run of a poll."""


class PollRun:
    """One run of a poll, as the connector sees it.

    :ivar operation: what is polled
    :ivar cursor: what the run before left, or None
    :ivar next_cursor: set by the connector; kept only when the run succeeds
    :ivar count: how many new facts were stored
    :ivar details: what the connector wants to record (see `_record_poll`)
    """

    def __init__(self, operation, cursor):
        self.count = 0
        self.operation = operation
        self.cursor = cursor or None
        self.next_cursor = None
        self.details = {}
