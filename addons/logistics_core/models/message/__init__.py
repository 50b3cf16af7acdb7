from . import message_type, message, insert, attempt, failure, actions
