"""What no source file may do or be."""

import ast
import re

import pytest

from tests.architecture.source import ROOT, files, tree

PAGES = sorted(str(path.relative_to(ROOT)) for pattern in ("*.md", "docs/*.md") for path in ROOT.glob(pattern))
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}
# The last four run beside the register, or build the surroundings in which it runs.
MAY_READ_THE_ENVIRONMENT = (
    "plumbing/settings.py",
    "plumbing/green.py",
    "demonstration/",
    "tests/",
    "bench/",
    "examples/",
)


def lines_of(file: str) -> int:
    return len((ROOT / file).read_text(encoding="utf-8").splitlines())


def functions(file: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_file_is_too_long_to_read() -> None:
    assert not {file: lines_of(file) for file in files() if lines_of(file) > LONGEST_FILE}


def test_no_function_is_too_long_to_read() -> None:
    lengths = {
        f"{file}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file in files()
        if "/migrations/versions/" not in file
        for node in functions(file)
    }
    assert not {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION}


def test_every_module_says_what_it_is_for() -> None:
    assert not [file for file in files() if tree(file).body and not ast.get_docstring(tree(file))]


def test_nobody_requeues_on_error() -> None:
    """It is a hot loop: hundreds of runs a second of a handler that fails."""
    forbidden = "requeue_on" + "_error"
    assert not [file for file in files() if forbidden in (ROOT / file).read_text(encoding="utf-8")]


def reads_the_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and bool(ENVIRONMENT & {alias.name for alias in node.names})
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id == "os" and node.attr in ENVIRONMENT
    return False


def test_only_the_settings_read_the_environment() -> None:
    checked = [file for file in files() if not file.startswith(MAY_READ_THE_ENVIRONMENT)]
    assert not [file for file in checked if any(reads_the_environment(node) for node in ast.walk(tree(file)))]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_has_a_hash_for_each_package_and_names_no_place(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    packages = [line for line in lock.splitlines() if "==" in line]
    assert packages
    assert all(line.endswith("\\") for line in packages), "a package without a hash"
    assert not [word for word in ("://", "--index", "--find-links", "--extra-index", "/opt/") if word in lock]


def test_both_lock_files_agree() -> None:
    def pins(name: str) -> set[str]:
        return {line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "==" in line}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_the_documentation_leads_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert not [target for target in targets if not (ROOT / page).parent.joinpath(target).exists()]
