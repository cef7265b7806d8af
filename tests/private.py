"""Private servers for the tests: a RabbitMQ node and a PostgreSQL cluster on free ports, in folders of their own.

Started where no server is at the default address, and by the tests that stop and start a broker, since nobody's
own server may be stopped. Only Debian's places for the programs are known; as root they are installed when missing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from eventlet import patcher

from tests.waiting import until

unpatched = patcher.original("subprocess")
RABBITMQ_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
POSTGRES_PROGRAMS = Path("/usr/lib/postgresql")


class ServerMissing(Exception):
    """The tests need a server that is neither running nor can be started here."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_listening(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def install(package: str, why: str) -> None:
    """Installs a Debian package as root; otherwise says what is missing. Raises ServerMissing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ServerMissing(f"{why} Install Debian's package {package}.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "register-tests-install").open("w") as turn:
        # The other half of the suite may lack something, too.
        fcntl.flock(turn, fcntl.LOCK_EX)
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", package]):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ServerMissing(f"{why} {' '.join(command)} failed: {done.stderr.strip()[-2000:]}")


def run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """The command's output; its errors in the exception, since a bare exit code helps nobody.

    The whole process waits for it: what a test left behind in the hub must not meddle with the command's pipes.
    """
    done = unpatched.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return str(done.stdout)


class PrivateRabbitMQ:
    """One RabbitMQ node of our own, which may be stopped, killed and started again; its queues stay on the disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="register-rabbitmq-"))
        self.process: subprocess.Popen[bytes] | None = None
        self._environment = {
            "PATH": os.environ["PATH"],
            # The Erlang cookie lies in HOME; one of our own keeps this node apart from any other.
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "no-environment-file"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_NODENAME": f"register-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }
        (self.folder / "rabbitmq.conf").write_text("vm_memory_high_watermark.absolute = 1GB\n")

    @property
    def uri(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        program = RABBITMQ_PROGRAMS / "rabbitmq-server"
        if not program.exists():
            install("rabbitmq-server", "There is no RabbitMQ here, and AMQP_URI names none.")
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [program], env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        until(lambda: is_listening("127.0.0.1", self.port), 60, f"RabbitMQ starts; see {self.folder}")
        self.control("await_startup")

    def control(self, *arguments: str) -> str:
        return run([str(RABBITMQ_PROGRAMS / "rabbitmqctl"), "-q", *arguments], self._environment)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends the whole process group: the start script, the Erlang machine, its helpers."""
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait(60)
            until(lambda: not is_listening("127.0.0.1", self.port), 60, "the broker's port is free")
            self.process = None

    def restart(self) -> None:
        self.kill(signal.SIGTERM)
        self.start()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PrivatePostgres:
    """One PostgreSQL cluster of our own; without fsync, since nothing in it outlives the tests.

    ``settings``: those that are not to be the default, by their names in postgresql.conf.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"} | settings
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="register-postgres-"))

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        if not list(POSTGRES_PROGRAMS.glob("*/bin/initdb")):
            install("postgresql", "There is no PostgreSQL here, and DATABASE_URL names none.")
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        settings = (f"-c {name}={value}" for name, value in self._settings.items())
        options = " ".join((f"-p {self.port}", *settings))
        self._run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def remove(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        path = max(POSTGRES_PROGRAMS.glob(f"*/bin/{program}"))
        # PostgreSQL refuses to run as root; Debian's package made the user for it.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(self.folder, "postgres")
        run([*user, str(path), "-D", str(self.folder / "data"), *arguments])
