from . import receive, unreadable
