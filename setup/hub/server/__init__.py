"""The servers: PostgreSQL and its databases, Odoo, the partner sandbox."""
