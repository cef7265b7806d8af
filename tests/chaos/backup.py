"""Backup and restore of a register of five processes as docs/operations.md has an operator do it."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from plumbing.migrations import SCRIPTS
from tests.private import POSTGRES_PROGRAMS, install
from tests.stack import Register


@dataclass
class Backup:
    """The dumps and the files of one register in ``folder``."""

    register: Register
    folder: Path

    def make(self) -> None:
        """While the register goes on; only numbers are not given until what gives them and what bears them is saved."""
        self.folder.mkdir()
        self.register.kill("numbering", signal.SIGTERM)
        self._dump("certificates")
        self._dump("numbering")
        self.register.start("numbering")
        self._dump("gateway")
        self._dump("export")
        # Last, for a database must not tell of a file that is not there.
        shutil.copytree(self.register.folder / "blobs", self.folder / "blobs")

    def restore(self) -> None:
        """Into databases made anew and an emptied folder. The register is stopped."""
        for service in SCRIPTS:
            self._restore(service)
        blobs = self.register.folder / "blobs"
        shutil.rmtree(blobs)
        shutil.copytree(self.folder / "blobs", blobs)

    def _dump(self, service: str) -> None:
        _run("pg_dump", "--format=custom", f"--file={self._file(service)}", self._url(service))

    def _restore(self, service: str) -> None:
        made_anew = ("--clean", "--if-exists", "--create", "--exit-on-error")
        server = _plain(make_url(self._url(service)).set(database="postgres"))
        _run("pg_restore", *made_anew, f"--dbname={server}", str(self._file(service)))

    def _file(self, service: str) -> Path:
        return self.folder / f"register_{service}.dump"

    def _url(self, service: str) -> str:
        return _plain(make_url(self.register.settings.database_of(service)))


def _plain(url: URL) -> str:
    """As PostgreSQL's own programs read it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([_path(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _path(program: str) -> Path:
    """The newest of Debian's versions, since an older one refuses a newer server; else whatever there is."""
    if not (found := _installed(program)):
        install("postgresql-client", f"There is no {program} here.")
        found = _installed(program)
    return found[-1]


def _installed(program: str) -> list[Path]:
    versions = sorted(POSTGRES_PROGRAMS.glob(f"*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    elsewhere = shutil.which(program)
    return versions or ([Path(elsewhere)] if elsewhere else [])
