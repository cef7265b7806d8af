"""Annexes on the whole register: sent with a draft, published with it, had by anybody, printed on the certificate."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf
import requests

from demonstration.client import Client, in_path
from tests.e2e.test_life_cycle import draft, found
from tests.pdfs import SCRIPT, a_pdf
from tests.stack import Register
from tests.waiting import until

NAME, PDF = "Annexe für Ausgabe 0.pdf", a_pdf(2)


def put(client: Client, number: str, tag: str, data: bytes = PDF) -> requests.Response:
    return client.call(
        "PUT",
        f"/certificates/{in_path(number)}/annexes/{NAME}",
        data=data,
        headers={"Content-Type": "application/pdf", "If-Match": tag},
    )


def test_an_annex_is_published_with_its_issue_and_had_by_anybody(register: Register) -> None:
    signatory, public = register.log_in("bas-signatory"), Client(register.url)
    drafted = draft(signatory, schedule="See the annexe.")
    number = drafted.json()["number"]
    sent = put(signatory, number, drafted.headers["ETag"])
    address = f"{register.url}/api/v1/certificates/{in_path(number)}/annexes/{NAME}"
    assert requests.get(address, timeout=20).status_code == 404
    issued: dict[str, Any] = signatory.issue(number, sent.headers["ETag"]).json()
    assert issued["annexes"] == sent.json()["annexes"]
    had = requests.get(address, timeout=20)
    assert (had.status_code, had.content) == (200, PDF)
    assert "filename*=UTF-8''Annexe%20f%C3%BCr" in had.headers["Content-Disposition"]
    printed = public.call("GET", f"/certificates/{in_path(number)}/pdf").content
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(printed)).pages)
    assert NAME in text
    name = f'"{NAME.removesuffix(".pdf")}"'
    until(lambda: number in [hit["number"] for hit in found(register, name)], 20, "its annex is found by name")


def test_a_pdf_with_a_script_is_refused_with_what_to_do(register: Register) -> None:
    author = register.log_in("bas-author")
    drafted = draft(author)
    address = f"{register.url}/api/v1/certificates/{in_path(drafted.json()['number'])}/annexes/a.pdf"
    headers = {"Authorization": f"Bearer {author.token}", "If-Match": drafted.headers["ETag"]}
    headers["Content-Type"] = "application/pdf"
    refused = requests.put(address, a_pdf(OpenAction=SCRIPT), headers=headers, timeout=30)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "annex")
    assert "print it anew as PDF" in refused.json()["detail"]
