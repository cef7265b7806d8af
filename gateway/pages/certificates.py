"""A certificate, one issue of it, and how two issues differ. Open to everybody; a draft to its body."""

from __future__ import annotations

from typing import Any, cast

import segno
from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from marshmallow import EXCLUDE

from contracts import markings
from contracts.errors import InvalidInput, NotFound
from contracts.schemas import load
from gateway import paths
from gateway.api.issues import DiffParameters
from gateway.api.presentation import LAST_ISSUE, links
from gateway.calls import backing, identity, register
from gateway.pages import errors, reference, ways, words
from gateway.pages.frame import prefers_json
from gateway.pages.guards import open_to_all

REPORTS = ("test_reports", "quality_reports", "facility_reports", "assessment_reports")

blueprint = Blueprint("certificate_pages", __name__)


@blueprint.get("/certificates/<number:number>")
@open_to_all
@paths.at_its_address
def show(number: str) -> str | Response | tuple[str, int]:
    """The latest issue, or what the register told on the day of ``as_of``; to a program, where its JSON is."""
    day = request.args.get("as_of", "").strip()
    if prefers_json():
        return paths.led_to_json("certificates.latest", number, **({"as_of": day} if day else {}))
    certificate = register().certificates.get(number=number)
    return _as_told(certificate, day) if day else _page(certificate)


def _as_told(certificate: dict[str, Any], day: str) -> str | tuple[str, int]:
    """What was told at the end of ``day``; the page of today, with what is wrong, where there is no such answer."""
    try:
        told = register().certificates.get(number=certificate["number"], as_of=day)
    except InvalidInput as error:
        return _page(certificate, wrong=errors.by_field(error)), 422
    except NotFound as error:
        return _page(certificate, wrong={"as_of": error.message}), 404
    return _page(told, now=certificate)


@blueprint.get(f"/certificates/<number:number>/issues/<int(max={LAST_ISSUE}):issue>")
@open_to_all
@paths.at_its_address
def issue(number: str, issue: int) -> str:
    """One issue, as it stands or stood."""
    return _page(register().certificates.get_issue(number=number, issue=issue))


@blueprint.get("/certificates/<number:number>/differences")
@open_to_all
@paths.at_its_address
def differences(number: str) -> str:
    """How two issues differ, what matters for safety first."""
    asked = load(DiffParameters(unknown=EXCLUDE), request.args.to_dict())
    found = register().certificates.diff(number=number, **asked)
    return render_template("certificates/differences.html", found=found, path=paths.path_of(number))


def _page(
    certificate: dict[str, Any], *, now: dict[str, Any] | None = None, wrong: dict[str, str] | None = None
) -> str:
    """The certificate as it stands; or as it was told on a day, where ``now`` is how it stands today."""
    history = register().certificates.history(number=certificate["number"])
    path = paths.path_of(certificate["number"])
    return render_template(
        "certificates/show.html",
        c=certificate,
        path=path,
        links=links(certificate["number"], certificate["issue"]),
        files=_files(certificate),
        ways=[] if now else _ways(certificate),
        issued_now=not now and _is_issued_now(certificate),
        history=_until(history, certificate) if now else history,
        now=now,
        wrong=wrong or {},
        today=backing().clock().date(),
        in_force=certificate.get("latest_issue", certificate["issue"]),
        body=reference.names_of_bodies().get(certificate["excb"], ""),
        titles=reference.titles_of_standards(),
        units=reference.titles_of_units() if certificate["scheme"] == "person" else {},
        markings=[_explained(line) for line in certificate.get("marking", ())],
        reports=[(words.FIELDS[name], certificate[name]) for name in REPORTS if certificate.get(name)],
        registered=_registered(certificate),
        qr=_qr(url_for("verify_pages.show", q=certificate["number"])),
        one=words.one(certificate),
    )


def _registered(certificate: dict[str, Any]) -> list[str]:
    """Which of its reports are in the register, so that no link leads nowhere."""
    named = [number for name in REPORTS for number in certificate.get(name, ())]
    return cast(list[str], register().certificates.registered_reports(numbers=named)) if named else []


def _until(history: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What of the history was told by the end of the day that ``told`` is of."""
    return {
        "issues": [row for row in history["issues"] if row["issue"] <= told["issue"]],
        "events": [row for row in history["events"] if row["at"][:10] <= told["as_of"]],
    }


def _files(certificate: dict[str, Any]) -> str:
    """Below which address its PDF, photo and annexes are: those of a draft where the session opens them."""
    if certificate["status"] != "draft":
        return links(certificate["number"], certificate["issue"])["issue"]
    return url_for("drafting.edit", number=paths.path_of(certificate["number"]), issue=certificate["issue"])


def _ways(certificate: dict[str, Any]) -> list[ways.Shown]:
    """What who is logged in can do with it."""
    if not ways.concerns(identity(), certificate["excb"]):
        return []
    told = register().certificates.consequences(number=certificate["number"])
    return ways.shown(identity().role, ways.state_of(told, backing().clock().date()))


def _is_issued_now(certificate: dict[str, Any]) -> bool:
    """Whether an officer of its body comes from issuing it: then it says that it worked."""
    of_its_body = identity().excb == certificate["excb"] and request.args.get("done") == "issued"
    issued_today = certificate["date_of_issue"] == backing().clock().date().isoformat()
    return of_its_body and issued_today and certificate["status"] == "current"


def _explained(line: str) -> dict[str, Any]:
    """A line of marking, with what each of its parts means."""
    read = markings.parse(line)
    return {"line": line, "parts": markings.explain(read), "zones": read.zones}


def _qr(path: str) -> Markup:
    """A picture of the address at which this register says how the certificate stands."""
    code = segno.make(backing().settings.public_url + path, error="m", micro=False)
    picture = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff")
    return Markup(picture)  # noqa: S704 - made of squares alone
