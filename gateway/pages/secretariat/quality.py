"""How good the register is: what the rules of the day say of all that is Current, and samples that people look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from contracts.errors import InvalidInput, NotFound
from contracts.schemas import SCHEMES, USUAL_PERCENT
from gateway import paths
from gateway.api.quality import LAST_POSITION
from gateway.calls import register
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import SCHEME_NAMES, overseers, secretariat, today, typed, year_of

DRAWING = ("year", "excb", "scheme", "percent")
ANSWERS = [("yes", "Yes"), ("no", "No: something is wrong"), ("not-applicable", "Does not apply")]

blueprint = Blueprint("register_quality", __name__, url_prefix="/secretariat/quality")


@blueprint.get("")
@overseers
def show() -> Any:
    """By body and year: how much was judged, how much breaks a rule, which rules most often."""
    given = {name: request.args.get(name, "").strip() for name in ("year", "excb")}
    errors: dict[str, str] = {}
    found: dict[str, Any] = {"run": None, "items": [], "reviewed": []}
    try:
        year = year_of(given["year"]) if given["year"] else None
        found = register().certificates.quality(year=year, excb=given["excb"] or None)
    except InvalidInput as refusal:
        errors = by_field(refusal)
    page = render_template("secretariat/quality.html", found=found, given=given, errors=errors)
    return (page, 422) if errors else page


@blueprint.get("/findings")
@overseers
def findings() -> str:
    """The certificates of a body and year that break one rule."""
    given: dict[str, Any] = {name: request.args.get(name, "").strip() for name in ("excb", "year", "rule")}
    cursor = request.args.get("cursor") or None
    asked = given | {"year": year_of(given["year"])}
    found = register().certificates.quality_findings(**asked, cursor=cursor)
    return render_template(
        "secretariat/findings.html",
        found=found,
        given=given,
        next=found["next"] and url_for(".findings", **given, cursor=found["next"]),
        first=url_for(".findings", **given) if cursor else None,
    )


@blueprint.get("/samples")
@overseers
def samples() -> str:
    return _samples(dict.fromkeys(DRAWING, "") | {"year": str(today().year), "percent": str(USUAL_PERCENT)}, {})


@blueprint.post("/samples")
@secretariat
def draw() -> Any:
    """A new sample, by a seed that the register draws and tells."""
    given = typed(DRAWING)
    try:
        sample = register().certificates.draw_sample(
            year=year_of(given["year"]),
            excb=given["excb"] or None,
            scheme=given["scheme"] or None,
            percent=_percent(given["percent"]),
        )
    except InvalidInput as refusal:
        return _samples(given, by_field(refusal)), 422
    except NotFound as refusal:
        return _samples(given, {"year": refusal.message}), 422
    return paths.led_to(url_for(".sample", sample_id=sample["id"]), 303)


def _percent(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100):
        raise InvalidInput.field("percent", "Must be a whole number from 1 to 100.")
    return int(text)


def _samples(given: dict[str, str], errors: dict[str, str]) -> str:
    cursor = request.args.get("cursor") or None
    found = register().certificates.samples(cursor=cursor)
    return render_template(
        "secretariat/samples.html",
        found=found,
        given=given,
        errors=errors,
        schemes=[("", "all")] + [(scheme, SCHEME_NAMES[scheme]) for scheme in SCHEMES],
        next=found["next"] and url_for(".samples", cursor=found["next"]),
        first=url_for(".samples") if cursor else None,
    )


@blueprint.get("/samples/<uuid:sample_id>")
@overseers
def sample(sample_id: UUID) -> str:
    """The certificates of a sample, and what was found of each."""
    found = register().certificates.sample(id=str(sample_id))
    return render_template("secretariat/sample.html", sample=found, scheme_names=SCHEME_NAMES)


@blueprint.get(f"/samples/<uuid:sample_id>/<int(min=1,max={LAST_POSITION}):position>")
@secretariat
def look_at(sample_id: UUID, position: int) -> str:
    """The checklist about one certificate of a sample."""
    return _review(sample_id, position, {})


@blueprint.post(f"/samples/<uuid:sample_id>/<int(min=1,max={LAST_POSITION}):position>")
@secretariat
def review(sample_id: UUID, position: int) -> Any:
    """What was found; then the next certificate that nobody looked at yet, or the sample."""
    answers = {
        name.removeprefix("answers."): text for name, text in request.form.items() if name.startswith("answers.")
    }
    given = {"answers": answers, "remark": request.form.get("remark", "").strip()}
    try:
        register().certificates.review(sample_id=str(sample_id), position=position, **given)
    except InvalidInput as refusal:
        return _review(sample_id, position, by_field(refusal), given), 422
    items = register().certificates.sample(id=str(sample_id))["items"]
    ahead = [item["position"] for item in items if item["reviewed_at"] is None]
    if not ahead:
        return paths.led_to(url_for(".sample", sample_id=sample_id), 303)
    following = next((place for place in ahead if place > position), ahead[0])
    return paths.led_to(url_for(".look_at", sample_id=sample_id, position=following), 303)


def _review(sample_id: UUID, position: int, errors: dict[str, str], given: dict[str, Any] | None = None) -> str:
    found = register().certificates.sample(id=str(sample_id))
    item = next((item for item in found["items"] if item["position"] == position), None)
    if item is None:
        raise NotFound("There is no such certificate in this sample.")
    return render_template(
        "secretariat/review.html",
        sample=found,
        item=item,
        questions=found["checklists"][item["scheme"]],
        answers=ANSWERS,
        given=given or {"answers": item["answers"] or {}, "remark": item["remark"] or ""},
        errors=errors,
    )
