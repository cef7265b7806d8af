"""Settings: read once, refused when something is missing, and never shown."""

from __future__ import annotations

import pytest

from plumbing.settings import Settings, SettingsError, database_url_of

COMPLETE = {
    "AMQP_URI": "amqp://broker",
    "DATABASE_URL": "postgresql://db/register",
    "IDENTITY_KEY": "x" * 32,
    "BLOB_URL": "s3://files",
    "INDEX_PATH": "/index",
}


def read(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Settings:
    for name in (*COMPLETE, "PORT", "WEB_ADDRESS", "MAX_WORKERS", "DEMONSTRATION", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings.read()


def test_the_embedded_mode_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, {})
    assert settings.embedded
    assert settings.web_address == "127.0.0.1:8000"


@pytest.mark.parametrize("missing", [name for name in COMPLETE if name != "AMQP_URI"])
def test_outside_it_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        read(monkeypatch, {name: value for name, value in COMPLETE.items() if name != missing})


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="MAX_WORKERS"):
        read(monkeypatch, COMPLETE | {"MAX_WORKERS": "many"})


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="IDENTITY_KEY"):
        read(monkeypatch, COMPLETE | {"IDENTITY_KEY": "short"})


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = repr(read(monkeypatch, COMPLETE | {"AMQP_URI": "amqp://user:hidden@broker"}))
    assert "hidden" not in text
    assert COMPLETE["IDENTITY_KEY"] not in text


def test_each_service_has_a_database_of_its_own() -> None:
    assert database_url_of("postgresql://u:p@h:1/register", "search") == "postgresql://u:p@h:1/register_search"
    assert database_url_of("sqlite:////d/register.sqlite", "export") == "sqlite:////d/register_export.sqlite"
    assert database_url_of("postgresql://h/", "export") == "postgresql://h/register_export"
