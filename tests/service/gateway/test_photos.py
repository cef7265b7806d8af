"""Photos: sent, kept before anybody is told of them, put on a draft, shown to whom the certificate is shown."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from PIL import Image

from contracts.errors import Forbidden
from gateway.api import photos
from gateway.pictures import LARGEST_FILE, prepared
from gateway.sizes import LARGER, LARGEST_BODY, largest_body
from tests.pictures import a_file
from tests.service.gateway.browser import Browser

HERE = "/api/v1/certificates/IECEx-BAS-26.0001X"
PHOTOS, PHOTO = "/api/v1/photos", f"{HERE}/photo"
KEPT = prepared(a_file())


def sent(browser: Browser, data: bytes, **headers: str) -> Any:
    """The answer to a photo that an author sends."""
    media_type = headers.pop("content_type", "image/jpeg")
    return browser.http.post(PHOTOS, data=data, content_type=media_type, headers=browser.as_("author", "BAS"))


def with_a_photo(browser: Browser, **overrides: Any) -> None:
    browser.gateway.blobs.put(f"photos/{KEPT.sha256}.jpg", KEPT.data)
    browser.gateway.certificates.add(photo=KEPT.sha256, **overrides)


def test_a_photo_is_kept_by_its_hash_and_registered_for_who_sent_it(browser: Browser) -> None:
    answer = sent(browser, a_file())
    assert answer.status_code == 201
    assert answer.json == {"photo": KEPT.sha256, "width": 60, "height": 40, "length": len(KEPT.data)}
    stored = browser.gateway.blobs.get(f"photos/{KEPT.sha256}.jpg")
    assert hashlib.sha256(stored).hexdigest() == KEPT.sha256
    identity, method, arguments = browser.gateway.certificates.calls[-1]
    assert (identity and identity.excb, method) == ("BAS", "keep_photo")
    assert arguments == {"sha256": KEPT.sha256, "width": 60, "height": 40, "length": len(KEPT.data)}


def test_the_same_photo_sent_again_is_the_same_photo(browser: Browser) -> None:
    assert sent(browser, a_file()).json == sent(browser, a_file()).json


def test_a_photo_is_in_the_store_before_it_is_registered(browser: Browser) -> None:
    browser.gateway.certificates.faults.append(Forbidden("Not this body."))
    assert sent(browser, a_file()).status_code == 403
    assert browser.gateway.blobs.exists(f"photos/{KEPT.sha256}.jpg")


def test_the_media_type_says_that_it_is_a_picture_and_the_bytes_say_which(browser: Browser) -> None:
    assert sent(browser, a_file(form="PNG"), content_type="image/jpeg").status_code == 201
    for media_type in ("application/json", "multipart/form-data", "application/x-www-form-urlencoded", ""):
        answer = sent(browser, a_file(), content_type=media_type)
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")
        assert "Content-Type: image/jpeg" in answer.json["detail"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<svg/>", a_file()[:-200]])
def test_what_is_no_picture_is_neither_kept_nor_registered(browser: Browser, data: bytes) -> None:
    answer = sent(browser, data)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "photo")
    assert not browser.gateway.certificates.calls


def test_a_photo_is_put_on_the_draft_whose_version_was_read(browser: Browser) -> None:
    browser.gateway.certificates.add(status="draft")
    headers = browser.as_("author", "BAS")
    for if_match, status in ((None, 428), ('"2"', 412), ('"3"', 200)):
        more = headers | ({"If-Match": if_match} if if_match else {})
        answer = browser.http.put(PHOTO, data=a_file(), content_type="image/jpeg", headers=more)
        assert answer.status_code == status, if_match
    assert (answer.headers["ETag"], answer.json["photo"]) == ('"4"', KEPT.sha256)
    assert answer.json["links"]["photo"] == f"{HERE}/issues/0/photo"
    assert browser.gateway.certificates.calls[-1][2]["photo"] == KEPT.sha256


@pytest.mark.parametrize("address", [PHOTO, f"{HERE}/issues/0/photo"])
def test_a_photo_is_shown_as_what_it_is_and_nothing_else(browser: Browser, address: str) -> None:
    with_a_photo(browser)
    answer = browser.http.get(address)
    assert (answer.status_code, answer.data) == (200, KEPT.data)
    assert (answer.content_type, answer.headers["ETag"]) == ("image/jpeg", f'"{KEPT.sha256}"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline; filename=IECEx-BAS-26.0001X.jpg"
    again = browser.http.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_certificate_with_a_photo_leads_to_it(browser: Browser) -> None:
    with_a_photo(browser)
    link = browser.http.get(HERE).json["links"]["photo"]
    assert browser.http.get(link).data == KEPT.data


def test_a_certificate_without_a_photo_has_none(browser: Browser) -> None:
    browser.gateway.certificates.add()
    assert browser.http.get(PHOTO).status_code == 404
    assert "photo" not in browser.http.get(HERE).json["links"]


def test_who_does_not_see_a_draft_does_not_see_its_photo(browser: Browser) -> None:
    with_a_photo(browser, status="draft")
    assert browser.http.get(PHOTO).status_code == 404
    assert browser.http.get(PHOTO, headers=browser.as_("author", "EPS")).status_code == 404
    own = browser.http.get(PHOTO, headers=browser.as_("author", "BAS"))
    assert (own.status_code, own.headers["Cache-Control"]) == (200, "private, no-store")


def test_another_spelling_of_a_number_is_led_to_the_photo_of_this_one(browser: Browser) -> None:
    with_a_photo(browser)
    assert browser.http.get("/api/v1/certificates/iecex bas26.0001x/photo").headers["Location"] == PHOTO
    issue = browser.http.get("/api/v1/certificates/IECEx BAS 26.0001X Issue 0/photo")
    assert (issue.status_code, issue.headers["Location"]) == (301, f"{HERE}/issues/0/photo")


def test_a_photo_that_the_store_has_lost_is_a_fault(browser: Browser) -> None:
    browser.gateway.certificates.add(photo="0" * 64)
    answer = browser.http.get(PHOTO)
    assert (answer.status_code, answer.json["code"]) == (500, "error")


def test_a_photo_may_be_larger_than_other_bodies(browser: Browser) -> None:
    large = a_file(Image.effect_noise((1_200, 1_200), 90), "PNG")
    assert LARGEST_BODY < len(large) < LARGEST_FILE
    assert sent(browser, large).status_code == 201
    answer = sent(browser, bytes(LARGEST_FILE + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")
    assert "5,242,880" in answer.json["detail"]


def test_only_one_picture_at_a_time_is_made_smaller(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, photos.one_at_a_time:
        patched.setitem(browser.application.config, "RPC_TIMEOUT", 0.05)
        answer = sent(browser, a_file())
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert sent(browser, a_file()).status_code == 201


@pytest.mark.parametrize(("method", "pattern"), LARGER)
def test_each_address_that_takes_more_is_one_there_is(browser: Browser, method: str, pattern: str) -> None:
    address = pattern.replace("issues/*", "issues/0").replace("*", "IECEx-BAS-26.0001X")
    assert browser.application.url_map.bind("register").test(address, method)
    assert largest_body(method, address) > LARGEST_BODY


@pytest.mark.parametrize(
    ("method", "path", "size"),
    [
        ("POST", "/api/v1/photos", LARGEST_FILE),
        ("PUT", "/api/v1/certificates/IECEx BAS 26.0001X/photo", LARGEST_FILE),
        ("PUT", "/api/v1/photos", LARGEST_BODY),
        ("POST", "/api/v1/photos/", LARGEST_BODY),
        ("PUT", "/api/v1/certificates/a/b/photo", LARGEST_BODY),
        ("POST", "/api/v1/certificates", LARGEST_BODY),
    ],
)
def test_all_other_addresses_take_what_they_took(method: str, path: str, size: int) -> None:
    assert largest_body(method, path) == size
