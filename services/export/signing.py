"""The keys that sign documents, as everybody may know them: the one in use, all before it, those not to be trusted.

A key is registered before it signs its first document, so that none is in the world that the register does not know.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from contracts.errors import Unavailable
from contracts.events import timestamp
from plumbing.db import Database
from plumbing.dependencies import Clock
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import rpc
from services.export import queries
from services.export.domain import KnownCertificate
from services.export.key import NOTICE, SigningKey, ended, name_of

WITHDRAWN = "The key that signs documents was withdrawn; documents need a new one."


class Signing:
    """What the register says of its own signature."""

    clock: Any = Clock()
    db: Any = Database()
    workers: Any

    @rpc
    def signing_certificates(self) -> list[dict[str, Any]]:
        """``[{"fingerprint", "name", "issuer", "valid_from", "valid_until", "in_use", "first_used_at", "withdrawn_at",
        "withdrawal", "pem"}]``, the newest first; times as ISO texts, None for what never happened."""
        self._registered()
        with self.db.read() as session:
            known = queries.known_certificates(session)
        return [_answer(row, self._key) for row in known]

    @rpc
    def signing_status(self) -> dict[str, Any]:
        """``{"name", "fingerprint", "valid_until", "days_left"}`` of the key in use.

        Raises Unavailable where it may not sign any more.
        """
        self.check_may_sign()
        key = self._key
        return {
            "name": key.name,
            "fingerprint": key.fingerprint,
            "valid_until": timestamp(key.certificate.not_valid_after_utc),
            "days_left": key.left(self.clock()).days,
        }

    def check_may_sign(self) -> None:
        """Raises Unavailable when the key's time is over, or it was withdrawn: then nothing is printed."""
        if self._key.left(self.clock()) < timedelta(0):
            raise Unavailable(f"Documents cannot be made at the moment: {ended(self._key)}")
        if self._registered().withdrawn_at is not None:
            raise Unavailable(WITHDRAWN)

    @every(seconds=24 * 3600)
    def watch_key(self) -> None:
        """Has each day's log say that the key ends soon."""
        warn_of_end(self._key, self.clock())

    @property
    def _key(self) -> SigningKey:
        key: SigningKey = self.workers.key
        return key

    def _registered(self) -> KnownCertificate:
        key = self._key
        with self.db.read() as session:
            known = queries.known_certificate(session, key.fingerprint)
        if known is None:
            known = KnownCertificate(key.fingerprint, key.pem, self.clock())
            with self.db.begin() as session:
                queries.keep_certificate(session, known)
        return known


def warn_of_end(key: SigningKey, now: datetime) -> None:
    """Logs that the key ends soon, if it does."""
    if key.left(now) < NOTICE:
        ends = f"{key.certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        log.warning("the key that signs documents ends soon", ends=ends, days=key.left(now).days)


def _answer(row: KnownCertificate, key: SigningKey) -> dict[str, Any]:
    certificate = x509.load_pem_x509_certificate(row.pem.encode())
    return {
        "fingerprint": row.fingerprint,
        "name": name_of(certificate),
        "issuer": certificate.issuer.rfc4514_string(),
        "valid_from": timestamp(certificate.not_valid_before_utc),
        "valid_until": timestamp(certificate.not_valid_after_utc),
        "in_use": row.fingerprint == key.fingerprint and row.withdrawn_at is None,
        "first_used_at": timestamp(row.first_used_at),
        "withdrawn_at": None if row.withdrawn_at is None else timestamp(row.withdrawn_at),
        "withdrawal": row.withdrawal,
        "pem": row.pem,
    }
