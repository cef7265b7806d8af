"""``python -m services.export.withdraw FINGERPRINT REASON``: a key that somebody else may have is not trusted any more.

The register refuses to sign with it from this moment on, and says of every document that it signed that it proves
nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings, SettingsError
from services.export import queries


@contextmanager
def _database(settings: Settings) -> Iterator[Handle]:
    engine = create_engine_for(settings.database_of("export"), workers=1)
    try:
        yield Handle(engine)
    finally:
        engine.dispose()


def main(arguments: list[str] | None = None) -> int:
    """The exit code is 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.export.withdraw", description="Withdraws a signing key.")
    parser.add_argument("fingerprint", help="SHA-256 of its certificate, as /api/v1/signing-certificates shows it")
    parser.add_argument("reason", help="one sentence, which everybody may read")
    options = parser.parse_args(arguments)
    fingerprint = options.fingerprint.replace(":", "").lower()
    try:
        with _database(Settings.read()) as handle, handle.begin() as session:
            found = queries.withdraw_certificate(session, fingerprint, options.reason, datetime.now(UTC))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not found:
        sys.stderr.write(f"No key with the fingerprint {fingerprint} ever signed here, or it was withdrawn before.\n")
        return 1
    sys.stdout.write(f"{fingerprint}: withdrawn\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
