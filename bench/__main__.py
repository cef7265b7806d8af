"""``python -m bench [b1 b5 …]``: measures the bars, all of them or those named, and prints one table.

A run of all of them is kept in RESULTS.md. The environment variable SCALE says how many certificates the bars that
depend on the size of the register work with.
"""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import argparse
import importlib
import os
import pkgutil
import re
import time
from pathlib import Path

import bench
from bench.measure import Row
from bench.report import surroundings, table

SCALE = 20_000
RESULTS = Path(__file__).parent / "RESULTS.md"


def bars() -> dict[str, str]:
    """The modules by the ids of their bars, in the order of their numbers."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    found = {match[1]: name for name in names if (match := re.match(r"(b\d+)_", name))}
    return dict(sorted(found.items(), key=lambda item: int(item[0][1:])))


def main() -> None:
    known = bars()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("bars", nargs="*", metavar="bar", help=f"of {', '.join(known)}; all without any")
    chosen = parser.parse_args().bars or list(known)
    if unknown := set(chosen) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    rows: list[Row] = []
    began, conditions = time.monotonic(), surroundings()
    for bar in chosen:
        print(f"{bar} …", flush=True)
        rows += importlib.import_module(f"bench.{known[bar]}").run(int(os.environ.get("SCALE") or SCALE))
    text = table(rows)
    print(f"\n{text}\n{conditions}")
    if set(chosen) == set(known):
        minutes = (time.monotonic() - began) / 60
        RESULTS.write_text(
            f"# The last run of all bars\n\n{conditions}\nIt took {minutes:.0f} minutes.\n\n{text}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
