from . import secret, backend, rules, webhook, health, start
