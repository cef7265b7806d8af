"""``python -m verification``: one line for each invariant; the exit code is 0 when all that could be checked hold."""

from __future__ import annotations

import plumbing.green  # noqa: F401 - must come first

# isort: split
import argparse
import sys
from datetime import UTC, datetime

from plumbing.settings import Settings, SettingsError
from verification.databases import Unreadable
from verification.invariants import gateways_of, verify


def main() -> int:
    """0, or 1 when an invariant is broken or nothing could be read."""
    parser = argparse.ArgumentParser(prog="python -m verification", description=__doc__)
    parser.parse_args()
    broken = False
    try:
        settings = Settings.read()
        for finding in verify(settings, gateways_of(settings), datetime.now(UTC)):
            print(finding, flush=True)
            broken = broken or bool(finding.count)
    except (SettingsError, Unreadable) as error:
        print(error, file=sys.stderr)
        return 1
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
