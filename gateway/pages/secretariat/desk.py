"""The Secretariat's home: what waits, how much of it and since when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, NotFound
from gateway import paths
from gateway.calls import register
from gateway.pages.secretariat.common import overseers
from gateway.pages.secretariat.requests import ASKED_FOR

NOTICES = 20

blueprint = Blueprint("secretariat", __name__, url_prefix="/secretariat")
blueprint.add_app_template_filter(paths.path_of, "path_of")


@blueprint.get("")
@overseers
def show() -> str:
    """The queues with their counts, and what licences should be looked at."""
    certificates = register().certificates
    waiting, quality, samples = certificates.waiting_requests(), certificates.quality(), certificates.samples()
    return render_template(
        "secretariat/home.html",
        waiting=waiting,
        asked_for=ASKED_FOR,
        quality=_summed(quality),
        unreviewed=[sample for sample in samples["items"] if sample["reviewed"] < sample["size"]],
        more_samples=samples["next"] is not None,
        notices=certificates.notices(after=_after(), limit=NOTICES),
    )


def _after() -> int:
    text = request.args.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _summed(quality: dict[str, Any]) -> dict[str, Any]:
    items = quality["items"]
    names = ("checked", "with_errors", "with_warnings")
    return {"run": quality["run"]} | {name: sum(item[name] for item in items) for name in names}


@blueprint.get("/certificates")
@overseers
def find() -> Response:
    """To the decisions about the certificate whose number was typed, in any spelling."""
    text = request.args.get("number", "").strip()
    try:
        number = paths.path_of(text)
    except InvalidInput as error:
        raise NotFound(f"{text[:100]!r} is no number of a certificate, such as IECEx BAS 26.0001X.") from error
    return paths.led_to(url_for("decisions.show", number=number), 303)
