"""Partner sandbox: a stateful stand-in for warehouse and carrier partners.

A separate HTTP process. ``core`` holds what every vendor shares (transport, rules,
journal, contract check, webhook sender); ``dialects/<vendor>`` speaks one vendor's
API. Shares no code with the addons, so that its books can serve as an oracle.
"""
