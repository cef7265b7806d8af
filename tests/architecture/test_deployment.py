"""docker-compose.yml and what stands beside it, checked as files: no container engine is needed."""

import ast
import json
import re
from typing import Any

import pytest
import yaml

from tests.architecture.source import ROOT, tree

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("numbering", "certificates", "search", "export", "gateway")
WITH_A_DATABASE = ("numbering", "certificates", "export", "gateway")
JOBS = tuple(name for name in SERVICES if name.startswith("migrate-") or name == "demonstration")
# What the demonstration reads, which is no part of the system.
DEMONSTRATION_VARIABLES = {"DEMO_PASSWORD", "REGISTER_URL"}


def environment(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in SERVICES[name].get("environment", {}).items()}


def variables_of_settings() -> set[str]:
    """Every name in capitals that plumbing/settings.py mentions as a string."""
    words = {node.value for node in ast.walk(tree("plumbing/settings.py")) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"[A-Z][A-Z_]+", word)}


def test_all_five_services_are_there() -> None:
    assert set(OURS) <= set(SERVICES)
    assert {f"migrate-{name}" for name in WITH_A_DATABASE} <= set(SERVICES)


@pytest.mark.parametrize("name", [*SERVICES])
def test_nothing_runs_as_root(name: str) -> None:
    assert SERVICES[name].get("user") not in (None, "root", "0")


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert users == ["register"]


def test_the_image_installs_only_what_the_lock_file_names() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"pip install (.*)", dockerfile) == ["--require-hashes -r requirements.lock"]


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in JOBS])
def test_everything_that_keeps_running_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", [*OURS, *JOBS])
def test_our_containers_have_no_rights_that_they_do_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", [*SERVICES])
def test_no_secret_has_a_default(name: str) -> None:
    for variable, value in environment(name).items():
        secrets = [*re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\w*)([^}]*)\}", value)]
        assert all(rest.startswith(":?") or (secret == "DEMO_PASSWORD" and rest == ":-") for secret, rest in secrets)
        # What stands in a file that is shown to one container is named by its path there.
        if re.search(r"PASSWORD|KEY", variable) and not value.startswith("/run/secrets/"):
            assert secrets, f"{variable} is written down"


def test_no_secret_stands_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    secrets = [line for line in lines if re.match(r"\w*(PASSWORD|KEY)\w*=", line)]
    assert secrets
    assert all(line.endswith("=") for line in secrets)


def test_the_example_names_every_variable_that_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    named = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked <= named


@pytest.mark.parametrize("name", OURS)
def test_each_service_has_a_broker_user_of_its_own(name: str) -> None:
    assert environment(name)["AMQP_URI"].startswith(f"amqp://{name}:${{{name.upper()}_BROKER_PASSWORD:?")


@pytest.mark.parametrize("name", WITH_A_DATABASE)
def test_each_service_has_a_database_role_of_its_own(name: str) -> None:
    expected = f"postgresql://register_{name}:${{{name.upper()}_DATABASE_PASSWORD:?"
    assert environment(name)["DATABASE_URL"].startswith(expected)
    assert environment(f"migrate-{name}")["DATABASE_URL"] == environment(name)["DATABASE_URL"]
    assert name in (ROOT / "deploy/postgres/databases.sh").read_text(encoding="utf-8")


def test_the_broker_has_a_user_with_rights_for_each_service_and_no_guest() -> None:
    definitions = json.loads((ROOT / "deploy/rabbitmq/definitions.json").read_text(encoding="utf-8"))
    users = {user["name"]: user for user in definitions["users"]}
    assert set(OURS) <= set(users)
    assert "guest" not in users
    assert all(user["password"] == f"@{name.upper()}_BROKER_PASSWORD@" for name, user in users.items())
    for permission in definitions["permissions"]:
        assert not [right for right in ("configure", "write", "read") if permission[right] in (".*", "^.*$")]


def test_only_the_gateway_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["gateway"]
    assert [name for name, service in SERVICES.items() if "outside" in service["networks"]] == ["gateway"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_the_key_that_signs_documents_is_shown_to_export_alone() -> None:
    assert [name for name, service in SERVICES.items() if "secrets" in service] == ["export"]
    assert environment("export")["SIGNING_KEY"] == f"/run/secrets/{SERVICES['export']['secrets'][0]}"
    assert COMPOSE["secrets"]["signing-key"]["file"].startswith("${SIGNING_KEY:?")


@pytest.mark.parametrize("name", ["search", "export"])
def test_search_and_export_can_have_many_replicas(name: str) -> None:
    service = SERVICES[name]
    assert not {"container_name", "hostname", "ports"} & set(service)
    assert "REPLICA" not in environment(name), "each replica's name is the host name of its container"


def test_the_index_is_each_replica_s_own() -> None:
    (volume,) = SERVICES["search"]["volumes"]
    assert volume == environment("search")["INDEX_PATH"], "a volume with a name would be shared"


@pytest.mark.parametrize("name", [*OURS, *JOBS])
def test_the_settings_know_every_variable(name: str) -> None:
    assert set(environment(name)) <= variables_of_settings() | DEMONSTRATION_VARIABLES


def test_the_settings_are_described_for_operators() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert not [name for name in variables_of_settings() if f"`{name}`" not in text]
