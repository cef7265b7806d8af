"""Made-up requests against every address of the API, as a guest, a body and the Secretariat: no answer is a surprise.

FUZZ_SECONDS says for how long each of the three tries; ``make fuzz`` tries longer than the suite.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import ROOT, Register, running_embedded

SECONDS = os.environ.get("FUZZ_SECONDS", "20")
# Some bodies that the document allows are refused by rules that no schema can say: a state, a scope, a version.
# A change without If-Match is 428 (RFC 6585), where the tool expects one of the older statuses.
UNSAYABLE = "positive_data_acceptance,negative_data_rejection,ensure_resource_availability,missing_required_header"


@pytest.fixture
def fuzzed_register(tmp_path: Path) -> Iterator[Register]:
    """One for each account: what the Secretariat makes up may end the others' accounts and tokens."""
    folder = tmp_path / "register"
    folder.mkdir()
    with running_embedded(folder) as register:
        yield register


@pytest.mark.parametrize("account", [None, "bas-signatory", "secretariat"])
def test_no_request_makes_it_fail_or_answer_what_it_does_not_promise(
    fuzzed_register: Register, account: str | None, tmp_path: Path
) -> None:
    token = fuzzed_register.log_in(account).token if account else None
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis",
            "run",
            f"{fuzzed_register.url}/api/v1/openapi.json",
            f"--max-time={SECONDS}",
            f"--exclude-checks={UNSAYABLE}",
            "--max-failures=10",
            *(["--header", f"Authorization: Bearer {token}"] if token else []),
        ],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.contract.media_types", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    assert fuzzed_register.is_alive("all")
    assert fuzzed_register.is_ready()
