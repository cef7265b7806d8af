"""Runs one service of the bench on plumbing, as ``plumbing.run`` runs those of the register."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plumbing import logs
from plumbing.run import runner_for
from plumbing.settings import Settings


def serve(service: Any, port: str, workers: int | None = None) -> None:
    """Until the process is ended. It takes its orders at ``port``."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    runner = runner_for([service], replace(settings, max_workers=workers or settings.max_workers))
    for container in runner.service_map.values():
        container.config["remote_port"] = port
    runner.start()
    runner.wait()
