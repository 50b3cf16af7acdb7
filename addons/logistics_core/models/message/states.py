"""The states of a message, and what they mean for those who ask."""

REPLAYABLE = ("invalid", "dead", "deferred", "retrying", "cancelled")


# States in which a message can keep later ones of its key back. They have a
# small partial index of their own, so that the check costs the same however long
# the backlog is.
BLOCKING_STATES = ("retrying", "in_progress", "invalid", "dead")


# States in which a message still needs the engine or a person. The partial
# index of the hot path is over exactly these.
OPEN_STATES = ("pending", "retrying", "in_progress", "deferred", "invalid", "dead")


STATES = [
    ("pending", "Pending"),
    ("in_progress", "In progress"),
    ("sent", "Sent, unconfirmed"),
    ("retrying", "Retrying"),
    ("deferred", "Deferred"),
    ("done", "Done"),
    ("invalid", "Invalid"),
    ("dead", "Failed"),
    ("cancelled", "Cancelled"),
    ("superseded", "Superseded"),
]
# A person may have to act on these.
STUCK_STATES = ("invalid", "dead", "deferred")
FINAL_STATES = ("done", "cancelled", "superseded")
