"""``/healthz`` and ``/metrics`` of a process without a web server of its own, and the check that a container runs.

``python -m plumbing.health`` asks HEALTH_ADDRESS and exits 0 or 1.
"""

from __future__ import annotations

import logging
import sys
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi
from prometheus_client import make_wsgi_app

from plumbing.settings import Settings

CHECK_WITHIN = 3.0


def application() -> Callable[..., Iterable[bytes]]:
    """The WSGI application with these two addresses."""
    show_metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return list(show_metrics(environ, start_response))
        found = environ["PATH_INFO"] == "/healthz"
        start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
        return [b"ok\n" if found else b"There is /healthz and /metrics.\n"]

    return answer


def serve_health(address: str) -> None:
    """Answers at ``host:port`` from now on."""
    host, _, port = address.rpartition(":")
    sock = eventlet.listen((host, int(port)), reuse_port=False)
    eventlet.spawn_n(wsgi.server, sock, application(), log=logging.getLogger("health"), log_output=False)


def main() -> int:
    address = Settings.read().health_address
    if not address:
        print("HEALTH_ADDRESS is not set", file=sys.stderr)
        return 1
    host, _, port = address.rpartition(":")
    if host in ("", "0.0.0.0"):  # noqa: S104 - an address to ask, not to listen at
        host = "127.0.0.1"
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=CHECK_WITHIN) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
