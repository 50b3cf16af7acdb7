from . import secret, backend, leaving, rules, webhook, health, start
