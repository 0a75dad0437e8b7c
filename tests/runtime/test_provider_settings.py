"""The settings of the provider of the town's accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_service.errors import OperatorError
from queue_service.runtime.provider_settings import ProviderSettings
from queue_service.runtime.settings import Settings

SET = {
    "QUEUE_PUBLIC_URL": "https://queue.example.dk",
    "QUEUE_OIDC_ISSUER": "https://login.example.dk/realms/town/",
    "QUEUE_OIDC_CLIENT_ID": "queue",
    "QUEUE_OIDC_CLIENT_SECRET": "secret-1",
}


def test_without_an_issuer_there_is_no_provider() -> None:
    assert Settings.from_env({}).provider is None
    others = {name: value for name, value in SET.items() if name != "QUEUE_OIDC_ISSUER"}
    assert Settings.from_env(others).provider is None


def test_a_provider_is_read_as_it_is_written() -> None:
    usual = ProviderSettings("https://login.example.dk/realms/town/", "queue", "secret-1")
    assert Settings.from_env(SET).provider == usual
    more = {
        "QUEUE_OIDC_LABEL": "Log ind med Holbæk-konto",
        "QUEUE_OIDC_ROLES": "https://data.gov.dk/model/core/eid/privilegesIntermediate",
        "QUEUE_OIDC_NAME": "none",
        "QUEUE_OIDC_CVR": "12345678",
    }
    found = Settings.from_env(SET | more).provider
    assert found is not None
    assert (found.label, found.name, found.cvr) == ("Log ind med Holbæk-konto", "", "12345678")
    assert found.roles == more["QUEUE_OIDC_ROLES"]
    assert "secret-1" not in repr(Settings.from_env(SET))


def test_a_provider_on_this_machine_needs_no_encryption() -> None:
    for issuer in ("http://127.0.0.1:8080", "http://localhost:8080/realms/town"):
        found = Settings.from_env(SET | {"QUEUE_OIDC_ISSUER": issuer}).provider
        assert found is not None
        assert found.issuer == issuer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_OIDC_ISSUER", "http://login.example.dk"),
        ("QUEUE_OIDC_ISSUER", "login.example.dk"),
        ("QUEUE_OIDC_ISSUER", "https://login.example.dk/?a=b"),
        ("QUEUE_OIDC_ISSUER", "https://login.example.dk/#a"),
        ("QUEUE_OIDC_ISSUER", "https://"),
        ("QUEUE_OIDC_CLIENT_ID", ""),
        ("QUEUE_OIDC_CLIENT_SECRET", ""),
        ("QUEUE_PUBLIC_URL", ""),
        ("QUEUE_OIDC_ROLES", "two claims"),
        ("QUEUE_OIDC_NAME", 201 * "x"),
        ("QUEUE_OIDC_CVR", "1234567"),
        ("QUEUE_OIDC_CVR", "DK12345678"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(OperatorError, match=name) as refused:
        Settings.from_env(SET | {name: value})
    assert "secret-1" not in str(refused.value)


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "client_secret"
    file.write_text("secret-2\n", encoding="utf-8")
    in_file = {**SET, "QUEUE_OIDC_CLIENT_SECRET": "", "QUEUE_OIDC_CLIENT_SECRET_FILE": str(file)}
    found = Settings.from_env(in_file).provider
    assert found is not None
    assert found.client_secret == "secret-2"
    with pytest.raises(OperatorError, match="both set"):
        Settings.from_env(SET | {"QUEUE_OIDC_CLIENT_SECRET_FILE": str(file)})
