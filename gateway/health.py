"""Whether the gateway lives, what of the register answers, and the figures for Prometheus. At the root, for operators.

``/healthz``: this process serves requests. ``/readyz``: everything that the register needs answers within a second;
one missing part makes it 503 and is named, while what does not need that part goes on being served.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from flask import Blueprint, Response, g, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from contracts.errors import Unavailable
from contracts.identity import GUEST
from gateway.calls import Backing, backing

WITHIN = 1.0
SERVICES = ("numbering", "certificates")

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """This process is up."""
    return jsonify({"status": "up"})


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Each part of the register: whether it answers, and else why not."""
    services = backing()
    questions: dict[str, Callable[[], object]] = {"database": partial(_ask_database, services)}
    questions |= {name: partial(_ping, services, name, g.call_id) for name in SERVICES}
    index: dict[str, object] = {}
    key: dict[str, object] = {}
    questions["export"] = partial(_ask_export, services, g.call_id, key)
    questions["search"] = partial(_ask_search, services, g.call_id, index)
    faults = dict(zip(questions, services.ask_all(WITHIN, list(questions.values())), strict=True))
    parts = {name: {"ready": fault is None, **({"detail": fault} if fault else {})} for name, fault in faults.items()}
    parts["search"] |= index
    parts["export"] |= key
    missing = [name for name, fault in faults.items() if fault is not None]
    return jsonify({"ready": not missing, "missing": missing, "parts": parts}), 503 if missing else 200


def _ask_database(services: Backing) -> None:
    with services.db.read() as session:
        session.execute(sa.text("SELECT 1"))


def _ping(services: Backing, name: str, call_id: str) -> None:
    getattr(services, name).acting_for(GUEST, deadline_seconds=WITHIN, call_id=call_id).ping()


def _ask_export(services: Backing, call_id: str, key: dict[str, object]) -> None:
    """Not ready when its key may not sign any more. Until when the key is valid goes to ``key``."""
    status = services.export.acting_for(GUEST, deadline_seconds=WITHIN, call_id=call_id).signing_status()
    key |= {"signing_key_valid_until": status["valid_until"], "signing_key_days_left": status["days_left"]}


def _ask_search(services: Backing, call_id: str, index: dict[str, object]) -> None:
    """A replica that builds its index anew, for another log, says how far it is. Its name and lag go to ``index``."""
    status = services.search.acting_for(GUEST, deadline_seconds=WITHIN, call_id=call_id).status()
    index |= {name: status[name] for name in ("replica", "lag") if name in status}
    if not status["ready"]:
        raise Unavailable(f"The index is being built: {status['change_no']} of {status['log_change_no']} changes done.")


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures of this process, in Prometheus' text form."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
