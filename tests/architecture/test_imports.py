"""Who may import whom. A rule that no machine checks is a wish."""

import re
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import PACKAGES, ROOT, files, imports, top

SERVICES = ("numbering", "certificates", "search", "export")
BROKER_LIBRARIES = {"nameko", "kombu", "amqp", "eventlet"}


def offences(belongs: Callable[[str], bool], may: Callable[[str], bool]) -> list[str]:
    """Imports of the files for which ``belongs`` that are not what they may import."""
    found = [(file, module) for file in files() if belongs(file) for module in imports(file)]
    return [f"{file} imports {module}" for file, module in found if not may(module)]


def is_standard(module: str) -> bool:
    return top(module) in sys.stdlib_module_names


def is_domain(file: str) -> bool:
    return file.startswith(("services/", "gateway/")) and (file.endswith("/domain.py") or "/domain/" in file)


def test_contracts_need_nothing_but_the_standard_library_and_marshmallow() -> None:
    assert not offences(
        lambda file: file.startswith("contracts/"),
        lambda module: is_standard(module) or top(module) in {"contracts", "marshmallow"},
    )


@pytest.mark.parametrize("owner", [*(f"services.{name}" for name in SERVICES), "gateway"])
def test_rules_need_nothing_but_the_standard_library_and_contracts(owner: str) -> None:
    folder = owner.replace(".", "/") + "/"
    assert not offences(
        lambda file: is_domain(file) and file.startswith(folder),
        lambda module: is_standard(module) or top(module) == "contracts" or module.startswith(f"{owner}.domain"),
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other_service_and_not_the_gateway(service: str) -> None:
    assert not offences(
        lambda file: file.startswith(f"services/{service}/"),
        lambda module: (
            top(module) not in {"gateway", "demonstration", "verification", "bench", "tests"}
            and (top(module) != "services" or module.startswith(f"services.{service}."))
        ),
    )


@pytest.mark.parametrize("folder", ["plumbing/", "gateway/"])
def test_plumbing_and_gateway_import_no_service(folder: str) -> None:
    assert not offences(
        lambda file: file.startswith(folder),
        lambda module: (
            top(module) not in {"services", "demonstration", "verification", "bench", "tests"}
            and (folder == "gateway/" or top(module) != "gateway")
        ),
    )


def test_only_plumbing_and_the_service_classes_know_the_broker_libraries() -> None:
    assert not offences(
        lambda file: file.startswith(("contracts/", "services/", "gateway/")) and not file.endswith("/service.py"),
        lambda module: top(module) not in BROKER_LIBRARIES,
    )


def test_the_verification_knows_tables_and_rules_but_runs_no_service() -> None:
    """It reads several services' databases on purpose, by tables; what it knows of their code is rules."""
    ours = ("contracts.", "plumbing.green", "plumbing.settings", "services.certificates.domain.", "verification.")
    tables = re.compile(r"services\.\w+\.tables\.")
    assert not offences(
        lambda file: file.startswith("verification/"),
        lambda module: top(module) not in PACKAGES or module.startswith(ours) or bool(tables.match(module)),
    )


def test_the_statements_of_the_verification_stand_in_one_file() -> None:
    assert not offences(
        lambda file: file.startswith("verification/") and not file.endswith(("/queries.py", "/databases.py")),
        lambda module: top(module) != "sqlalchemy" and ".tables" not in module,
    )


def test_a_batch_job_needs_nothing_of_the_register() -> None:
    assert not offences(
        lambda file: file.startswith("examples/"),
        lambda module: top(module) not in {"contracts", "plumbing", "services", "gateway", "verification"},
    )


def declared(*groups: list[str]) -> set[str]:
    """The names of the libraries in these lists of requirements, as their own metadata spell them."""
    return {re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-") for group in groups for requirement in group}


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed, to_test = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    owners = packages_distributions()

    def is_declared(module: str, libraries: set[str]) -> bool:
        names = {name.lower().replace("_", "-") for name in owners.get(top(module), [])}
        return is_standard(module) or top(module) in PACKAGES or bool(names & libraries)

    runs = ("contracts/", "plumbing/", "services/", "gateway/", "demonstration/", "verification/")
    assert not offences(lambda file: file.startswith(runs), lambda module: is_declared(module, declared(needed)))
    assert not offences(lambda _file: True, lambda module: is_declared(module, declared(needed, to_test)))
