"""Drafting: the forms of certificates, with the gate's word beside the fields, and what was typed never lost.

One address is the form of one issue. It takes what was typed by a plain form, or from a script that asks for JSON and
saves while its user goes on typing. Who else saved meanwhile is noticed by the version that the form was loaded with.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from contracts.errors import Forbidden, IdempotencyKeyReused, InvalidInput, NotFound, RuleViolation, VersionMismatch
from contracts.schemas import CONTENT_SCHEMAS, EQUIPMENT_KINDS, PRIVATE, PrivateSchema, load, load_content
from gateway import access, files, paths
from gateway.api import photos
from gateway.api.certificates import PDF_SECONDS
from gateway.api.presentation import LAST_ISSUE, links
from gateway.calls import backing, identity, register
from gateway.drafting import merging, notes
from gateway.drafting.flat import Filled, flat
from gateway.drafting.notes import Note
from gateway.drafting.shapes import Form, form_of
from gateway.pages import sheets
from gateway.pages.frame import prefers_json
from gateway.pages.guards import for_roles, signed_in
from gateway.pages.sheets import Sheet

ISSUE = f"/certificates/<number:number>/issues/<int(max={LAST_ISSUE}):issue>"
SCHEME_NAMES = {
    "equipment": "Equipment",
    "service-facility": "Service facility",
    "mark-licence": "Mark licence",
    "person": "Person",
}
# What can be certified: its name, scheme and kind, and what it is about.
CHOICES = (
    ("Equipment", "equipment", "equipment", "A product that is tested and whose maker's quality system is assessed."),
    ("Ex component", "equipment", "component", "A part that is built into equipment; its number gets a U."),
    ("Unit verification", "equipment", "unit-verification", "Single items, named by their serial numbers."),
    ("Service facility", "service-facility", None, "Who repairs, installs or inspects Ex equipment, and where."),
    ("Mark licence", "mark-licence", None, "The right to put the mark on products with certificates of your body."),
    ("Person", "person", None, "The units of competence that a person was found to have."),
)
SAVED_BEFORE = "This form was saved before, with other words in it; save it once more to have a second draft of it."
TIME = re.compile(r"[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
KEEP, THEIRS = "keep.", "theirs"
officers = for_roles("author", "signatory")

blueprint = Blueprint("drafting", __name__, url_prefix="/work")


@blueprint.get("/new")
@officers
def choose() -> str:
    """What kind of certificate is it going to be?"""
    return render_template("drafting/choose.html", choices=CHOICES)


@blueprint.get("/new/<scheme>")
@officers
def begin(scheme: str) -> str:
    """An empty form."""
    form = _form_of_new(scheme, request.args.get("kind"))
    values = flat(form, {"kind": form.kind, "part": "03-5"})
    return _shown(Sheet(form, values), values | {"key": uuid4().hex})


@blueprint.post("/new/<scheme>")
@officers
def create(scheme: str) -> Any:
    """The first save, which gives the number; or only the gate's word."""
    values = sheets.sent()
    form = _form_of_new(scheme, values.get("kind"))
    wish = values.get("do", "save")
    changed = sheets.reshaped(form, values, wish)
    if changed is not None:
        return _shown(Sheet(form, changed), changed)
    filled = sheets.read(form, values)
    try:
        if wish == "photo":
            values |= {"photo": _photo_sent()}
            return _shown(Sheet(form, values), values)
        if wish == "check":
            findings = register().certificates.check_content(body=filled.content)["findings"]
            return _judged(form, values, notes.of_findings(form, filled, findings))
        draft = register().certificates.create_draft(body=filled.content, idempotency_key=values.get("key") or None)
    except InvalidInput as error:
        return _refused(form, values, notes.of_errors(form, filled, error.details["errors"]))
    except IdempotencyKeyReused:
        return _refused(form, values | {"key": uuid4().hex}, [Note("", "", notes.REFUSED, SAVED_BEFORE)])
    return _gone_on(draft)


@blueprint.get(ISSUE)
@officers
@paths.at_its_address
def edit(number: str, issue: int) -> Any:
    """The form of a draft, or of what may still be corrected."""
    stored = Stored(number, issue)
    if not stored.is_open:
        return redirect(links(stored.number, issue)["html"], 303)
    if stored.content.get(PRIVATE):
        access.note(access.PRIVATE_READ, about=f"{stored.number} {issue}")
    findings = register().certificates.check(number=number)["findings"] if stored.is_draft else []
    values = flat(stored.form, stored.content)
    found = notes.of_findings(stored.form, Filled(stored.content), findings)
    return _shown(Sheet(stored.form, values, found), values, stored)


@blueprint.post(ISSUE)
@officers
@paths.at_its_address
def save(number: str, issue: int) -> Any:
    """What was typed: saved, checked, or the form with a record more or less."""
    stored, values = Stored(number, issue), sheets.sent()
    form = stored.form if values.get("kind") not in EQUIPMENT_KINDS else _form_of_new(stored.scheme, values["kind"])
    wish = values.get("do", "save")
    changed = sheets.reshaped(form, values, wish)
    if changed is not None:
        return _shown(Sheet(form, changed), changed, stored)
    filled = sheets.read(form, values)
    try:
        if wish == "photo":
            values |= {"photo": _photo_sent()}
            filled = sheets.read(form, values)
        return _checked(stored, form, values, filled) if wish == "check" else _saved(stored, form, values, filled)
    except InvalidInput as error:
        return _refused(form, values, notes.of_errors(form, filled, error.details["errors"]), stored)
    except VersionMismatch:
        return _both_shown(stored, form, values, filled)
    except RuleViolation as error:
        found = notes.of_findings(form, filled, error.details.get("findings") or ())
        return _refused(form, values, found or [Note("", "", notes.ERROR, error.message)], stored)


def _checked(stored: Stored, form: Form, values: dict[str, str], filled: Filled) -> Any:
    body = stored.to_send(filled, values)
    findings = register().certificates.check_content(body=body, number=stored.number)["findings"]
    return _judged(form, values, notes.of_findings(form, filled, findings), stored)


def _saved(stored: Stored, form: Form, values: dict[str, str], filled: Filled) -> Any:
    body, where = stored.to_send(filled, values), {"number": stored.number, "issue": stored.issue}
    saved = register().certificates.edit(**where, body=body, version=values.get("version"))
    if prefers_json():
        return _told(form, filled, saved)
    return _gone_on(saved, review=values.get("do") == "review")


class Stored:
    """An issue of a certificate of the own body as it is stored now. Raises NotFound, Forbidden."""

    def __init__(self, number: str, issue: int) -> None:
        self.certificate: dict[str, Any] = register().certificates.get_issue(number=number, issue=issue)
        if self.certificate["excb"] != identity().excb:
            raise Forbidden("A certification body changes only the certificates that it created.")
        self.number, self.issue = str(self.certificate["number"]), issue
        self.scheme, self.kind = str(self.certificate["scheme"]), self.certificate.get("kind")
        self.is_draft = self.certificate["status"] == "draft"
        self.form = form_of(self.scheme, self.kind)
        self.content = _content_of(self.certificate)
        if self.scheme == "person" and self.is_open:
            self.content[PRIVATE] = _private(number, issue)

    @property
    def is_open(self) -> bool:
        """Whether the visitor may write it at all: a draft, or a signatory what is published; until when, is said
        behind."""
        is_latest, status = "latest_issue" not in self.certificate, self.certificate["status"]
        return self.is_draft or (is_latest and status == "current" and identity().role == "signatory")

    @property
    def version(self) -> str:
        return str(self.certificate["version"])

    def to_send(self, filled: Filled, values: dict[str, str]) -> dict[str, Any]:
        """What was typed, with the choices of a conflict made; private data only where they were changed."""
        body = dict(filled.content)
        if values.get("version") == self.version:
            kept = {name.removeprefix(KEEP): text for name, text in values.items() if name.startswith(KEEP)}
            chosen = [name for name, text in kept.items() if text == THEIRS]
            body = merging.with_theirs(body, self.content, chosen)
        if PRIVATE in body and merging.is_unchanged(values.get("loaded", ""), PRIVATE, body[PRIVATE]):
            del body[PRIVATE]
        return body


def _content_of(certificate: dict[str, Any]) -> dict[str, Any]:
    """What the body wrote."""
    names = CONTENT_SCHEMAS[certificate["scheme"]]().fields
    return {name: certificate[name] for name in names if name in certificate}


def _private(number: str, issue: int) -> dict[str, Any] | None:
    """What is kept of the person; None where it is nothing."""
    kept: dict[str, Any] = register().certificates.private(number=number, issue=issue)
    return kept if any(kept.values()) else None


def _both_shown(stored: Stored, form: Form, values: dict[str, str], filled: Filled) -> Any:
    """Somebody else saved: what they changed is taken over, what both changed is left to choose."""
    if not stored.is_open:
        gone = f"{stored.number} was issued meanwhile; it is corrected, not drafted, from now on."
        return _refused(form, values, [Note("", "", notes.REFUSED, gone)])
    merged = merging.merged(values.get("loaded", ""), stored.content, _as_stored(filled.content))
    if not merged.theirs and not merged.both:
        # What stands there is what was typed, saved by the same hand a moment ago.
        return _saved(stored, form, values | {"version": stored.version}, filled)
    if prefers_json():
        return jsonify({"conflict": True}), 409
    told = {
        "theirs": [(name, stored.content[name]) for name in merged.theirs],
        "both": [(name, stored.content[name], merged.content[name]) for name in merged.both],
    }
    return _shown(Sheet(form, flat(form, merged.content)), values, stored, conflict=told), 409


def _as_stored(content: dict[str, Any]) -> dict[str, Any]:
    """What was typed in the very form in which it would be stored."""
    private = content.get(PRIVATE)
    read = load_content({name: value for name, value in content.items() if name != PRIVATE}, as_read=True)
    if PRIVATE in content:
        read[PRIVATE] = load(PrivateSchema(), private) if private else None
    return read


def _told(form: Form, filled: Filled, saved: dict[str, Any]) -> Response:
    """To the script: that it was saved, when, and what the gate says."""
    findings = saved.get("findings")
    if findings is None:
        findings = register().certificates.check(number=saved["number"])["findings"]
    stored = _content_of(saved)
    if PRIVATE in filled.content:
        stored[PRIVATE] = _as_stored(filled.content)[PRIVATE]
    return jsonify(
        {
            "saved": f"{_now():%H:%M:%S}",
            "version": saved["version"],
            "loaded": merging.marks(stored),
            "number": saved["number"],
            "notes": [note.to_json() for note in notes.of_findings(form, filled, findings)],
        }
    )


def _judged(form: Form, values: dict[str, str], found: list[Note], stored: Stored | None = None) -> Any:
    """Nothing saved; only what the gate says."""
    if prefers_json():
        return jsonify({"notes": [note.to_json() for note in found]})
    return _shown(Sheet(form, values, found), values, stored, checked=True)


def _refused(form: Form, values: dict[str, str], found: list[Note], stored: Stored | None = None) -> Any:
    """The form as it was typed, with what is wrong beside each field."""
    if prefers_json():
        return jsonify({"notes": [note.to_json() for note in found]}), 422
    return _shown(Sheet(form, values, found), values, stored), 422


def _gone_on(certificate: dict[str, Any], *, review: bool = False) -> Response:
    """To the form of what was saved, or to the page that issues it."""
    where = {"number": paths.path_of(certificate["number"]), "issue": certificate["issue"]}
    if review:
        return paths.led_to(url_for("issuing.review", **where), 303)
    return paths.led_to(url_for("drafting.edit", **where, saved=f"{_now():%H:%M:%S}"), 303)


def _shown(sheet: Sheet, values: dict[str, str], stored: Stored | None = None, **more: Any) -> str:
    """The page of the form. ``values`` also hold what the form was loaded with, if it was sent."""
    conflict = more.get("conflict")
    fresh = stored is not None and (conflict or "version" not in values)
    return render_template(
        "drafting/edit.html",
        sheet=sheet,
        items={item.path: item for item in sheet.form.items},
        stored=stored,
        scheme=SCHEME_NAMES[sheet.form.scheme],
        version=stored.version if fresh and stored else values.get("version", ""),
        loaded=merging.marks(stored.content) if fresh and stored else values.get("loaded", ""),
        key=values.get("key", ""),
        standards=sheets.with_editions(register().certificates.standards()),
        units=register().certificates.units() if sheet.form.scheme == "person" else [],
        saved_at=_saved_at(),
        **{"conflict": None, "checked": False} | more,
    )


def _form_of_new(scheme: str, kind: str | None) -> Form:
    if scheme not in CONTENT_SCHEMAS:
        raise NotFound(f"There is no scheme {scheme[:40]!r}; there are {', '.join(CONTENT_SCHEMAS)}.")
    if scheme != "equipment":
        return form_of(scheme)
    return form_of(scheme, kind if kind in EQUIPMENT_KINDS else EQUIPMENT_KINDS[0])


def _saved_at() -> str:
    """When the form was saved, as its address says it; an address can be made up, so that it is a time or nothing."""
    text = request.args.get("saved", "")
    return text if TIME.fullmatch(text) else ""


def _now() -> datetime:
    return backing().clock()


def _photo_sent() -> str:
    """The mark of the photo in the form, which is kept now. Raises InvalidInput."""
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        raise InvalidInput.field("photo", "Choose a picture first: JPEG, PNG or WebP.")
    return photos.keep(sent.read()).sha256


@blueprint.post("/photos")
@officers
def photo() -> tuple[Response, int]:
    """A photo on its own, sent by a script that shows how far it is."""
    return jsonify({"photo": _photo_sent()}), 201


@blueprint.get(f"{ISSUE}/photo")
@signed_in
@paths.at_its_address
def photo_of(number: str, issue: int) -> Response:
    """The photo on a draft, for whom the draft exists."""
    return photos.shown(register().certificates.get_issue(number=number, issue=issue))


@blueprint.get(f"{ISSUE}/pdf")
@signed_in
@paths.at_its_address
def preview(number: str, issue: int) -> Response:
    """How it would be printed, for whom the draft exists; on every page it says that it is a draft."""
    file = register(PDF_SECONDS).export.certificate_pdf(number=number, issue=issue)
    response = files.send(file, file["etag"], "inline")
    response.headers["Cache-Control"] = "private, no-store"
    return response
