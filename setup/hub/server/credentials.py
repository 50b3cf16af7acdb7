"""Secrets of this installation, made at first use and kept in the state folder."""

from __future__ import annotations

import base64
import os
import secrets

from hub import paths


def _kept(name: str, value: str) -> str:
    folder = paths.state_folder("secrets")
    folder.chmod(0o700)
    path = folder / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(value)
    return value


def postgres_password() -> str:
    return _kept("postgres_password", secrets.token_urlsafe(24))


def odoo_master_password() -> str:
    return _kept("odoo_master_password", secrets.token_urlsafe(24))


def logistics_secret_key() -> str:
    """A Fernet key: 32 random bytes, URL-safe base64."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return _kept("logistics_secret_key", key)
