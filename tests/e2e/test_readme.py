"""The README's commands, pasted into a shell one after the other, unedited."""

import os
import re
import subprocess
from pathlib import Path
from zipfile import is_zipfile

from tests.stack import PASSWORD, ROOT, Register


def commands() -> str:
    """All lines that the README marks as for a shell, in order."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```bash\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL))


def paste(folder: Path, register: Register) -> str:
    """Runs the commands as a user would in a clone of the project; what they print."""
    (folder / "examples").symlink_to(ROOT / "examples")
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands()],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PORT": str(register.port), "DEMO_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert pasted.returncode == 0, pasted.stdout + pasted.stderr
    return pasted.stdout


def test_the_readme_leads_from_a_token_to_a_document(register: Register, tmp_path: Path) -> None:
    printed = paste(tmp_path, register)
    assert re.search(r"/api/v1/certificates/IECEx-BAS-\d\d\.\d{4}\S* is at version \"", printed)
    assert re.search(r'"status": ?"current"', printed)
    assert "PX-200" in printed
    assert is_zipfile(tmp_path / "certificates.xlsx")
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert re.search(r'"verdict": ?"genuine"', printed)


def test_pasting_it_twice_makes_no_second_certificate(register: Register, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    first, second = (re.findall(r"\S+ is at version", paste(folder, register)) for folder in folders)
    assert first == second
