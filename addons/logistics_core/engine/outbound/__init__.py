from . import outbox, drain, send, record
