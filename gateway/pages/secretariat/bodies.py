"""The certification bodies: accepting one, changing what is known of it, ending it, and what it may certify when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from contracts.errors import InvalidInput, VersionMismatch
from contracts.schemas import ALL_STANDARDS, SCHEMES
from gateway import countries, paths
from gateway.calls import register
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import SCHEME_NAMES, of_the_row, overseers, secretariat, today, typed

FIELDS = ("name", "country", "version")
SCOPE = ("scheme", "standard", "valid_from", "valid_until")
MOST_ROWS, SPARE_ROWS = 2_000, 2
CHANGED = (
    "Somebody else changed this body after this page was made, so nothing was saved. "
    "What you typed is still here, and what is so now stands beside it: save it again if it is still right."
)

blueprint = Blueprint("bodies_kept", __name__, url_prefix="/secretariat/bodies")


@blueprint.get("")
@overseers
def show() -> str:
    """All bodies with the schemes that they may work in today."""
    bodies = register().certificates.excbs()
    rows = [body | {"schemes": _schemes_today(body)} for body in bodies]
    return render_template("secretariat/bodies.html", bodies=rows, scheme_names=SCHEME_NAMES)


@blueprint.get("/new")
@secretariat
def begin() -> str:
    return render_template("secretariat/body_new.html", given={"code": "", "name": "", "country": ""}, errors={})


@blueprint.post("/new")
@secretariat
def accept() -> Any:
    """A new body; one that is there already is not overwritten."""
    given = typed(("code", "name", "country"))
    row = given | {"country": countries.code_of(given["country"])}
    try:
        register().certificates.put_excbs(rows=[row], version="")
    except InvalidInput as refusal:
        errors = {{"excb": "code"}.get(field, field): text for field, text in of_the_row(refusal).items()}
        return render_template("secretariat/body_new.html", given=given, errors=errors), 422
    except VersionMismatch:
        errors = {"code": f"There is a body {given['code'].upper()} already."}
        return render_template("secretariat/body_new.html", given=given, errors=errors), 409
    return _to(given["code"])


@blueprint.get("/<excb>")
@overseers
def one(excb: str) -> str:
    """What is known of a body, and what it may certify."""
    return _one(excb, {}, {})


@blueprint.post("/<excb>")
@secretariat
def change(excb: str) -> Any:
    """Another name or country."""
    given = typed(FIELDS)
    return _put(excb, given, {"name": given["name"], "country": countries.code_of(given["country"])})


@blueprint.get("/<excb>/end")
@secretariat
def ask_to_end(excb: str) -> str:
    """What it means that a body ends, before it does."""
    certificates = register().certificates
    body = certificates.excb(code=excb)
    counts = certificates.statistics(excb=body["code"])["totals"]
    return render_template("secretariat/body_end.html", body=body, counts=counts)


@blueprint.post("/<excb>/end")
@secretariat
def end(excb: str) -> Any:
    """From now on it drafts and issues nothing; what it issued stays."""
    return _put(excb, {"version": request.form.get("version", "")}, {"active": False})


@blueprint.post("/<excb>/resume")
@secretariat
def resume(excb: str) -> Any:
    """It works again."""
    return _put(excb, {"version": request.form.get("version", "")}, {"active": True})


def _put(excb: str, given: dict[str, str], changes: dict[str, Any]) -> Any:
    certificates = register().certificates
    body = certificates.excb(code=excb)
    row = {name: body[name] for name in ("code", "name", "country", "active")} | changes
    try:
        certificates.put_excbs(rows=[row], version=given["version"])
    except InvalidInput as refusal:
        return _one(excb, given, of_the_row(refusal)), 422
    except VersionMismatch:
        return _one(excb, given | {"version": ""}, {"form": CHANGED}), 412
    return _to(body["code"])


def _to(excb: str) -> Any:
    return paths.led_to(url_for(".one", excb=excb), 303)


def _one(excb: str, given: dict[str, str], errors: dict[str, str]) -> str:
    body = register().certificates.excb(code=excb)
    shown = {name: body[name] for name in FIELDS} | {name: text for name, text in given.items() if text}
    return render_template(
        "secretariat/body.html",
        body=body,
        given=shown,
        errors=errors,
        scheme_names=SCHEME_NAMES,
        today=today().isoformat(),
    )


@blueprint.get("/<excb>/scopes")
@secretariat
def scopes(excb: str) -> str:
    """All scopes of a body in one form."""
    body = register().certificates.excb(code=excb)
    rows = [{name: scope[name] or "" for name in SCOPE} for scope in body["scopes"]]
    return _scopes(body, rows, body["version"], {})


@blueprint.post("/<excb>/scopes")
@secretariat
def put_scopes(excb: str) -> Any:
    """What stands in the form holds from now on; an empty row says nothing."""
    rows, version = _typed_rows(), request.form.get("version", "")
    body = register().certificates.excb(code=excb)
    if request.form.get("do") == "add":
        return _scopes(body, rows, version, {}, spare=SPARE_ROWS + 5)
    said = [place for place, row in enumerate(rows) if row["valid_from"] or row["standard"] or row["valid_until"]]
    sent = [_scope(rows[place]) for place in said]
    try:
        register().certificates.put_scopes(excb=excb, rows=sent, version=version)
    except InvalidInput as refusal:
        return _scopes(body, rows, version, _by_place(refusal, said)), 422
    except VersionMismatch:
        return _scopes(body, rows, body["version"], {"form": CHANGED}), 412
    return _to(body["code"])


def _typed_rows() -> list[dict[str, str]]:
    """The rows of the form in their order, without those that are to go."""
    columns = {name: request.form.getlist(name) for name in SCOPE}
    count = min(MOST_ROWS, *(len(values) for values in columns.values()))
    gone = set(request.form.getlist("gone"))
    places = [place for place in range(count) if str(place) not in gone]
    return [{name: columns[name][place].strip() for name in SCOPE} for place in places]


def _scope(row: dict[str, str]) -> dict[str, Any]:
    return row | {"standard": row["standard"] or ALL_STANDARDS, "valid_until": row["valid_until"] or None}


def _scopes(
    body: dict[str, Any], rows: list[dict[str, str]], version: str, errors: dict[str, str], spare: int = SPARE_ROWS
) -> str:
    blank = dict.fromkeys(SCOPE, "") | {"scheme": SCHEMES[0]}
    filled = [row for row in rows if any(row[name] for name in SCOPE[1:])] if not errors else rows
    return render_template(
        "secretariat/scopes.html",
        body=body,
        rows=filled + [blank] * spare,
        version=version,
        errors=errors,
        schemes=list(SCHEME_NAMES.items()),
        standards=register().certificates.standards(),
    )


def _by_place(refusal: InvalidInput, said: list[int]) -> dict[str, str]:
    """``rows.1.valid_from`` of what was sent → ``valid_from.4``, the place that it has in the form."""
    found = {}
    for field, text in by_field(refusal).items():
        _, _, rest = field.partition("rows.")
        place, _, name = rest.partition(".")
        found[f"{name}.{said[int(place)]}" if place.isdigit() and name else field] = text
    return found


def _schemes_today(body: dict[str, Any]) -> list[str]:
    """The schemes in which a body may certify anything today."""
    day = today().isoformat()
    now = {
        scope["scheme"]
        for scope in body["scopes"]
        if scope["valid_from"] <= day and (scope["valid_until"] is None or scope["valid_until"] >= day)
    }
    return [scheme for scheme in SCHEMES if scheme in now]
