from . import outbound_notification
