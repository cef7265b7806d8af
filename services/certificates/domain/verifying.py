"""Is it genuine, and does the nameplate say what the certificate says? The answer to a number or a pasted nameplate.

The record in the register is the original: what is not in it does not exist, whatever a sheet of paper says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.errors import InvalidInput
from contracts.markings import LONGEST_NAMEPLATE, closest, compare, explain, parse, split_nameplate
from contracts.numbers import CertificateNumber, parse_or_none
from services.certificates.domain import snapshot
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import CANCELLED, SUSPENDED

MOST_VERIFIED = 200
MOST_MARKINGS = 10
SHOWN = (
    "number", "base_number", "scheme", "kind", "excb", "issue", "status", "status_date", "status_reason",
    "supplied_affected", "verification", "date_of_issue", "first_issued", "valid_until", "superseded_by", "listed",
    "applicant", "manufacturer", "holder", "equipment", "marking", "ambient", "conditions_of_use", "serial_numbers",
    "units", "demonstration", "change_no",
)  # fmt: skip
WHY_SUSPENDED = "The number may not be applied or claimed at present; what was supplied before is not thereby wrong."
ENDED = "The validity of this certificate of a person has ended."


def asked(text: object) -> tuple[CertificateNumber | None, list[str]]:
    """The number in ``text``, whose issue may be named, and the markings. Raises InvalidInput for what is no text."""
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput.field("q", "Must be a certificate's number or the text of a nameplate.")
    if len(text) > LONGEST_NAMEPLATE:
        raise InvalidInput.field(
            "q", f"Is {len(text):,} characters long; a nameplate has at most {LONGEST_NAMEPLATE:,}."
        )
    number, markings = split_nameplate(text)
    parsed = parse_or_none(number)
    lines = markings.splitlines()[:MOST_MARKINGS]
    return (parsed if isinstance(parsed, CertificateNumber) else None), lines


def asked_at_once(questions: object) -> list[tuple[CertificateNumber | None, list[str]]]:
    """The number and the markings of each question. Raises InvalidInput unless all are texts that may be asked."""
    if not isinstance(questions, list) or len(questions) > MOST_VERIFIED:
        raise InvalidInput.field("questions", f"Must be a list of up to {MOST_VERIFIED} questions.")
    found = []
    for place, question in enumerate(questions):
        texts = [question.get(name) for name in ("number", "marking")] if isinstance(question, dict) else []
        if not texts or not all(isinstance(text, str) and len(text) <= LONGEST_NAMEPLATE for text in texts):
            text = f"Must be a number and a marking, each a text of up to {LONGEST_NAMEPLATE:,} characters."
            raise InvalidInput.field(f"questions.{place}", text)
        parsed = parse_or_none(texts[0])
        found.append((parsed if isinstance(parsed, CertificateNumber) else None, _lines_of(str(texts[1]))))
    return found


def _lines_of(marking: str) -> list[str]:
    """What is known to be a marking is compared as it is, even where nobody would recognise it as one."""
    _, markings = split_nameplate(marking)
    return (markings or " ".join(marking.split())).splitlines()[:MOST_MARKINGS]


def unknown(number: CertificateNumber | None, markings: Sequence[str]) -> dict[str, Any]:
    """The answer where the register has nothing under that number, or was given none."""
    if number is None:
        text = "No certificate's number was found in this text; without it nothing can be verified."
    else:
        text = f"There is no certificate {number.number} in the register. What is not in the register does not exist."
    return {"found": False, "number": number and number.number, "text": text, "markings": _alone(markings)}


def deleted(certificate: Certificate, markings: Sequence[str]) -> dict[str, Any]:
    """The answer for what the Secretariat deleted."""
    text = f"{certificate.base_number} was deleted by the Secretariat and certifies nothing."
    return {
        "found": True,
        "number": certificate.base_number,
        "text": text,
        "certificate": {"number": certificate.base_number, "status": "deleted", "reason": certificate.deletion_reason},
        "markings": _alone(markings),
    }


def found(
    certificate: Certificate, latest: Certificate, number: CertificateNumber, markings: Sequence[str], today: date
) -> dict[str, Any]:
    """The answer for ``certificate``: the issue that the number names, or the latest, which is ``latest``."""
    told = snapshot.answer_of_older(certificate, latest, today)
    shown = {name: told[name] for name in SHOWN if name in told}
    shown |= {"latest_issue": latest.issue, "validity_ended": latest.ended(today)}
    compared = [_compared(marking, told.get("marking", [])) for marking in markings]
    return {
        "found": True,
        "number": told["number"],
        "text": " ".join(_sentences(certificate, latest, number, compared, today)),
        "certificate": shown,
        "markings": compared,
    }


def _sentences(
    certificate: Certificate,
    latest: Certificate,
    number: CertificateNumber,
    compared: Sequence[dict[str, Any]],
    today: date,
) -> list[str]:
    texts = [f"{latest.number} is in the register; it is {latest.status}."]
    if latest.status == SUSPENDED:
        texts += [f"Since {latest.status_date}: {latest.status_reason}", WHY_SUSPENDED]
    if latest.status == CANCELLED:
        affected = "is" if latest.supplied_affected else "is not"
        texts.append(
            f"Since {latest.status_date}; what was supplied before {affected} affected. {latest.status_reason}"
        )
    if latest.ended(today):
        texts.append(f"{ENDED} The last day was {latest.valid_until}.")
    if certificate.issue != latest.issue:
        texts.append(f"Issue {certificate.issue} was followed by issue {latest.issue}.")
    if number.suffix and number.suffix != certificate.suffix:
        texts.append(f"Its number is {certificate.number}, not {number.number}.")
    if compared:
        agrees = all(row["agrees"] for row in compared)
        texts.append(
            "The marking agrees." if agrees else "The marking is not that of the certificate: see what differs."
        )
    return texts


def _compared(marking: str, lines: Sequence[str]) -> dict[str, Any]:
    """``marking`` of a nameplate beside the line of the certificate that is most like it."""
    line = closest(marking, lines)
    if line is None:
        text = "The certificate has no marking that this one could be compared with."
        return _read(marking) | {"line": None, "certificate": None, "agrees": False, "differences": [], "text": text}
    differences = [difference._asdict() for difference in compare(lines[line], marking)]
    agrees = not any(difference["grade"] == "safety" for difference in differences)
    return _read(marking) | {
        "line": line,
        "certificate": lines[line],
        "agrees": agrees,
        "differences": differences,
        "text": "It says what the certificate says." if agrees else "It does not say what the certificate says.",
    }


def _alone(markings: Sequence[str]) -> list[dict[str, Any]]:
    return [_read(marking) for marking in markings]


def _read(marking: str) -> dict[str, Any]:
    """What a marking means, part by part, whoever it belongs to."""
    parsed = parse(marking)
    return {
        "nameplate": marking,
        "status": parsed.status,
        "zones": list(parsed.zones),
        "explanation": [{"part": part, "text": text} for part, text in explain(parsed)],
        "problems": [problem._asdict() for problem in parsed.problems],
    }
