from . import message_type, message, attempt, failure, actions
