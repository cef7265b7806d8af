"""The commands behind make: ``python -m demonstration run | stack | seed | fill N``."""

from __future__ import annotations

import argparse
import sys

from demonstration.client import Refused
from demonstration.surroundings import CannotStart, address, password


def main() -> int:
    """The exit code: 0, or 1 with a reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m demonstration", description=__doc__)
    parser.add_argument("command", choices=("run", "stack", "seed", "fill"))
    parser.add_argument("count", type=int, nargs="?", default=10_000, help="how many certificates fill makes")
    arguments = parser.parse_args()
    try:
        return _do(arguments.command, arguments.count)
    except (CannotStart, Refused) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on from there.", file=sys.stderr)
    return 1


def _do(command: str, count: int) -> int:
    # Each command loads only what it needs: a register should answer within seconds of make run.
    if command == "run":
        from demonstration.start import run  # noqa: PLC0415

        return run()
    if command == "stack":
        from demonstration.stack import stack  # noqa: PLC0415

        return stack()
    if command == "seed":
        from demonstration.seed import seed  # noqa: PLC0415

        seed(address(), password())
    else:
        from demonstration.fill import fill  # noqa: PLC0415

        fill(address(), password(), count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
