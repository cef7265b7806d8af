"""The key that signs documents: what is wrong with it is said before anything starts, and never its password."""

from __future__ import annotations

import re
import stat
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from plumbing import run
from plumbing.settings import SettingsError
from services.export.key import FILE, SELF_MADE, SigningKey, check, key_for, opened, self_made
from tests.architecture.source import ROOT
from tests.running import settings_for
from tests.signing_keys import (
    NAME,
    PASSWORD,
    SERVERS_ONLY,
    SINCE,
    UNTIL,
    a_key_file,
    a_private_key,
    a_signing_certificate,
    a_signing_key,
)

NOW = SINCE + timedelta(days=100)


def refusal(path: Path, password: str = PASSWORD) -> str:
    with pytest.raises(SettingsError) as caught:
        check(opened(path, password), NOW)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None or PASSWORD not in repr(caught.value.__cause__)
    return str(caught.value)


def test_a_key_is_opened_with_its_certificate(tmp_path: Path) -> None:
    key = opened(a_key_file(tmp_path), PASSWORD)
    check(key, NOW)
    assert (key.name, key.private.public_key()) == (NAME, a_private_key().public_key())
    assert re.fullmatch("[0-9a-f]{64}", key.fingerprint)


def test_a_key_does_not_show_in_its_text(tmp_path: Path) -> None:
    assert "private" not in repr(a_signing_key())


def test_a_wrong_password_is_said_without_it(tmp_path: Path) -> None:
    text = refusal(a_key_file(tmp_path), "another password")
    assert "SIGNING_PASSWORD is not its password" in text
    assert "another password" not in text


@pytest.mark.parametrize("data", [b"", b"no key at all", b"\x30\x82\xff\xff" + bytes(100)])
def test_what_is_no_key_file_is_said_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    assert "no PKCS#12 file" in refusal(tmp_path / FILE)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'nowhere.p12'} cannot be read" in refusal(tmp_path / "nowhere.p12")


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ({"until": NOW - timedelta(days=1)}, "the key ended on"),
        ({"since": NOW + timedelta(days=1)}, "not valid before"),
        ({"usage": ("key_encipherment",)}, "does not allow its key to sign documents"),
        ({"purposes": SERVERS_ONLY}, "does not allow its key to sign documents"),
    ],
)
def test_a_key_that_must_not_sign_now_is_refused(tmp_path: Path, certificate: dict[str, Any], words: str) -> None:
    assert words in refusal(a_key_file(tmp_path, **certificate))


def test_a_certificate_that_says_nothing_of_its_use_may_sign(tmp_path: Path) -> None:
    check(opened(a_key_file(tmp_path, usage=()), PASSWORD), NOW)


def test_a_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="not that of the key"):
        check(SigningKey(a_private_key(1), a_signing_certificate(a_private_key(2))), NOW)


def test_only_keys_whose_signatures_are_always_the_same_are_taken(tmp_path: Path) -> None:
    assert "RSA key" in refusal(a_key_file(tmp_path, ec.generate_private_key(ec.SECP256R1())))
    assert "at least 2048 bits" in refusal(a_key_file(tmp_path, a_private_key(bits=1024)))


def test_a_document_is_not_signed_before_its_key_was_there() -> None:
    key = a_signing_key()
    assert key.time_of(SINCE - timedelta(days=400)) == SINCE
    assert key.time_of(NOW) == NOW
    assert key.left(UNTIL + timedelta(days=1)) == -timedelta(days=1)


def test_a_register_on_servers_does_not_start_without_a_key() -> None:
    with pytest.raises(SettingsError, match=r"SIGNING_KEY is missing.*docs/operations.md"):
        run.check(["export"], settings_for("amqp://broker"))
    run.check(["numbering", "certificates", "search", "gateway"], settings_for("amqp://broker"))


def test_a_register_does_not_start_with_a_wrong_password(tmp_path: Path) -> None:
    settings = settings_for("amqp://broker", signing_key=a_key_file(tmp_path), signing_password="wrong")
    with pytest.raises(SettingsError, match="SIGNING_PASSWORD"):
        run.check(["export"], settings)
    assert "wrong" not in repr(settings)


@pytest.mark.parametrize(
    "surroundings", [{"amqp_uri": "embedded://x"}, {"amqp_uri": "amqp://broker", "demonstration": True}]
)
def test_a_demonstration_makes_its_key_once_and_for_its_owner_alone(
    tmp_path: Path, surroundings: dict[str, Any]
) -> None:
    settings = settings_for(**surroundings, data=tmp_path / "data")
    key = key_for(settings, NOW)
    assert key.name == SELF_MADE
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
    assert key_for(settings, NOW + timedelta(days=1)).fingerprint == key.fingerprint
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]


def test_a_key_that_an_operator_names_is_never_replaced_by_a_self_made_one(tmp_path: Path) -> None:
    settings = settings_for("embedded://x", signing_key=tmp_path / FILE, data=tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        key_for(settings, NOW)


def test_a_self_made_key_says_that_it_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(self_made(NOW))
    key = opened(tmp_path / FILE, "")
    check(key, NOW)
    assert "proves nothing" in key.name


def test_the_lines_of_the_documentation_make_a_key(tmp_path: Path) -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    lines = re.findall(r"^openssl (?:req|pkcs12) .*$", text, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        environment = {"PATH": "/usr/bin:/bin", "SIGNING_PASSWORD": PASSWORD}
        subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment, check=True, capture_output=True)
    key = opened(tmp_path / FILE, PASSWORD)
    check(key, key.certificate.not_valid_before_utc)
    assert key.name == "Register of Ex certificates"
