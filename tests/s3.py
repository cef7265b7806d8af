"""An S3 that keeps everything in memory, in a process of its own: ``python -m tests.s3`` serves until its input ends.

Apart, since the tests' own process is cooperative and a server in it would wait for whoever waits for the server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests

# Any will do; that there are some is what a client insists on.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1"}


@contextmanager
def serving() -> Iterator[str]:
    """The address of the server."""
    command = [sys.executable, "-m", "tests.s3"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "the server did not start"
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()


def environment(address: str) -> dict[str, str]:
    """What a client of this server reads from its environment."""
    return CREDENTIALS | {"AWS_ENDPOINT_URL": address}


def make_bucket(address: str, name: str) -> None:
    requests.put(f"{address}/{name}", timeout=10).raise_for_status()


def main() -> None:
    """Prints the port, then serves until standard input ends, as it does when the tests are gone."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer  # noqa: PLC0415 - the tests do without

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    sys.stdout.write(f"{server.get_host_and_port()[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
