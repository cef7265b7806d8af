"""Runs services: ``python -m plumbing.run numbering certificates …``, or ``--all`` for every one in this process.

The gateway answers HTTP at WEB_ADDRESS. Any other process answers ``/healthz`` and ``/metrics`` at HEALTH_ADDRESS,
if that is set. SIGTERM and SIGINT stop gracefully: nothing new is taken, what runs is finished.
"""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import argparse
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from nameko.runners import ServiceRunner

from plumbing import logs
from plumbing.health import serve_health
from plumbing.logs import log
from plumbing.settings import SERVICES, Settings, SettingsError

CLASSES = {
    "numbering": ("services.numbering.service", "Numbering"),
    "certificates": ("services.certificates.service", "Certificates"),
    "search": ("services.search.service", "Search"),
    "export": ("services.export.service", "Export"),
    "gateway": ("gateway.service", "Gateway"),
}
# A worker of the gateway mostly waits for others.
GATEWAY_WORKERS = 64
GRACE = 15.0
# glibc's number of the setting, and from how many bytes on a piece of memory is the system's own.
M_MMAP_THRESHOLD, LARGE = -3, 2**20


def service_class(name: str) -> Any:
    """The class that nameko runs for ``name``."""
    module, attribute = CLASSES[name]
    return getattr(importlib.import_module(module), attribute)


def runner_for(classes: Iterable[Any], settings: Settings) -> ServiceRunner:
    """A runner of these service classes, not yet started."""
    runner = ServiceRunner({})
    for service in classes:
        workers = GATEWAY_WORKERS if service.name == "gateway" else settings.max_workers
        config = {
            "AMQP_URI": settings.amqp_uri,
            "WEB_SERVER_ADDRESS": settings.web_address,
            "max_workers": workers,
            "settings": settings,
        }
        runner.service_map[service.name] = ServiceContainer(service, config)
    return runner


def stand_back(classes: Iterable[Any]) -> None:
    """Lowers the priority of a process in which nothing runs but services that let others go first."""
    niceness = min(getattr(service, "niceness", 0) for service in classes)
    if niceness:
        os.nice(niceness)


def give_back_large_memory() -> None:
    """Has the allocator return what is large as soon as it is free: a password takes 19 MB to judge, in any thread.

    Without being told, glibc keeps such pieces for each thread once the first was freed (mallopt(3), M_MMAP_THRESHOLD).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def check(names: Iterable[str], settings: Settings) -> None:
    """Raises SettingsError for what only one of these services needs, and lacks."""
    for service in map(service_class, names):
        if hasattr(service, "check_settings"):
            service.check_settings(settings)


def serve(names: list[str], settings: Settings) -> None:
    """Runs the services until a signal says stop. Raises what ended a service that died."""
    runner = runner_for(map(service_class, names), settings)
    stopped = eventlet.event.Event()

    def stop(number: int, _frame: object) -> None:
        # A signal handler must not block: the hub takes it from here.
        eventlet.spawn_n(_stop, runner, stopped, signal.Signals(number).name)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if settings.health_address:
        serve_health(settings.health_address)
    runner.start()
    log.info("running", services=names, replica=settings.replica)
    runner.wait()
    stopped.wait()


def _stop(runner: ServiceRunner, stopped: Any, reason: str) -> None:
    log.info("stopping", reason=reason)
    with eventlet.Timeout(GRACE, False):
        # First whoever calls the others, so that what it is answering can still be answered.
        if "gateway" in runner.service_map:
            runner.service_map["gateway"].stop()
        runner.stop()
    stopped.send(True)


def main() -> int:
    """The exit code: 0 after a requested stop, 1 when something was wrong from the start."""
    parser = argparse.ArgumentParser(prog="python -m plumbing.run", description=__doc__)
    parser.add_argument("services", nargs="*", metavar="service", help=", ".join(SERVICES))
    parser.add_argument("--all", action="store_true", help="all services in this process")
    arguments = parser.parse_args()
    names = list(SERVICES) if arguments.all else arguments.services
    if not names or set(names) - set(SERVICES):
        parser.error(f"name one or more of {', '.join(SERVICES)}, or --all")
    try:
        settings = Settings.read()
        check(names, settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    logs.set_up(settings.log_level)
    stand_back(map(service_class, names))
    give_back_large_memory()
    serve(names, settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
