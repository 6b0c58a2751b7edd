"""The tests' own PostgreSQL: real, shared by the workers, gone with the last of them."""

import multiprocessing
import os
import shutil
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.postgres import Server, shared_server, wheel_binaries

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


async def test_asyncpg_reads_what_it_wrote_in_a_database_of_its_own(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute("CREATE TABLE contacts (kind text)")
        await connection.execute("INSERT INTO contacts VALUES ('走访')")
        assert await connection.fetchval("SELECT kind FROM contacts FOR UPDATE SKIP LOCKED") == "走访"
    finally:
        await connection.close()


def test_each_database_is_a_copy_of_its_template_and_no_other_sees_its_rows(postgres_server: Server) -> None:
    built: list[str] = []

    def build(url: str) -> None:
        built.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE children (id int)")

    # Twice, as two workers would: built once.
    template = postgres_server.template("children", build)
    assert postgres_server.template("children", build) == template
    assert len(built) == 1
    with postgres_server.fresh_database(template) as one, postgres_server.fresh_database(template) as other:
        with psycopg.connect(one) as connection:
            connection.execute("INSERT INTO children VALUES (1)")
        with psycopg.connect(other) as connection:
            assert connection.execute("SELECT count(*) FROM children").fetchone() == (0,)


def _use(meeting_place: Path, wire: Connection) -> None:
    with shared_server(meeting_place) as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT pg_postmaster_start_time()::text, inet_server_addr()::text").fetchone()
        directory = connection.execute("SHOW unix_socket_directories").fetchone()
        wire.send((row, directory))
        wire.recv()


@pytest.mark.usefixtures("without_a_given_server")
def test_two_workers_share_one_server_and_killing_both_leaves_nothing_behind(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers, seen = [], []
    for _ in range(2):
        ours, theirs = spawn.Pipe()
        worker = spawn.Process(target=_use, args=(tmp_path, theirs))
        worker.start()
        seen.append(ours.recv())
        workers.append((worker, ours))
    assert seen[0] == seen[1]
    (_, address), (home,) = seen[0]
    assert address is None  # a Unix socket: nobody else on the network or the machine gets at it
    gone = os.open(home, os.O_RDONLY)
    for worker, _ in workers:
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
    try:
        while os.fstat(gone).st_nlink:  # the test's own time limit ends a wait in vain
            os.sched_yield()
    finally:
        os.close(gone)
    assert not Path(home).exists()


@pytest.mark.usefixtures("without_a_given_server")
def test_the_binaries_of_the_wheel_serve_too_where_the_servers_user_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below /root: pytest's folders are closed to others as well."""
    found = wheel_binaries()
    assert found is not None
    package = found.parents[1]
    closed = tmp_path / package.name / found.parent.name
    shutil.copytree(found.parent, closed, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, tmp_path / libraries.name)
    monkeypatch.setattr("tests.postgres.server_binaries", lambda: closed / "bin")
    with shared_server(tmp_path) as server, server.fresh_database() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT '小苗'").fetchone() == ("小苗",)


@pytest.fixture
def without_a_given_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
