"""Seals what must never be read from a database or a backup alone: private data of persons, secrets of second factors.

Sealed with a key that only the services have (Fernet: AES and a MAC, by the library ``cryptography``). Several keys may
be given while one is being rolled: the first seals, all of them open.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from nameko.extensions import DependencyProvider

from contracts.errors import InvalidInput, Unavailable


class Vault:
    """Seals and opens JSON objects. ``keys``: secrets, the newest first; without one it takes nothing in.

    What was sealed for one ``purpose`` does not open for another, even by the same secret.
    """

    def __init__(self, *keys: str, purpose: str = "personal data", field: str = "private") -> None:
        self._fernet = MultiFernet([Fernet(_key(purpose, key)) for key in keys]) if keys else None
        self._purpose, self._field = purpose, field

    def seal(self, value: dict[str, Any]) -> str:
        """Raises InvalidInput where the register has no key: better refused than kept in the open."""
        if self._fernet is None:
            raise InvalidInput.field(self._field, f"This register has no key for {self._purpose} and keeps none.")
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """Raises Unavailable when none of the keys is the one that it was sealed with."""
        try:
            if self._fernet is not None:
                return dict(json.loads(self._fernet.decrypt(sealed.encode())))
        except InvalidToken:
            pass
        raise Unavailable(f"The register does not have the key to its {self._purpose} at the moment.")


def _key(purpose: str, secret: str) -> bytes:
    """A secret as a Fernet key. It is long and random by the settings' check, so that one round of hashing does."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}\0{secret}".encode()).digest())


class PersonalData(DependencyProvider):  # type: ignore[misc]
    """The Vault of the process."""

    def setup(self) -> None:
        self.vault = Vault(*self.container.config["settings"].personal_data_keys)

    def get_dependency(self, worker_ctx: Any) -> Vault:
        return self.vault
