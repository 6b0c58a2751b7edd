"""run, test and .ci/run: the real scripts in a folder of their own. Only the installer is played, at the outer edge."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each makes a real environment or two.
pytestmark = pytest.mark.slow

TOOLS = ("sh", "dirname", "readlink", "cat", "cksum", "grep", "id", "sed")

# Answers as uv does, notes how it was called, and then does what the test asks: fail, or wait to be released.
UV = """#!/bin/sh
case $1 in
    --version) echo 'uv 99.0.0'; exit ;;
    python) exit 2 ;;
esac
echo "$*" >> "$UV_CALLS"
if [ -n "${UV_GATE-}" ]; then read -r _ < "$UV_GATE"; fi
if [ -n "${UV_FAILS-}" ]; then echo "$UV_FAILS"; exit 2; fi
"""

ECHO = "import sys; print('|'.join(sys.argv[1:]))\n"
# Answers what the set-up asks of pip, its version and its settings, without loading it: half a second each time.
PIP = "import sys; print('pip 99' * (sys.argv[1:] == ['--version']), end='')\n"


@dataclass
class Checkout:
    """A copy of the scripts with a program that only repeats its arguments, and a PATH with nothing but what is put there."""

    root: Path
    bin: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        return {"PATH": str(self.bin), "HOME": str(home), "UV_CALLS": str(self.bin / "calls"), **self.extra}

    def __call__(self, *command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        words: Sequence[str] = [str(self.root / command[0]), *command[1:]]
        return subprocess.run(
            words, env=self.environment, cwd=cwd or self.root, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def installer_calls(self) -> list[str]:
        calls = self.bin / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root, binaries = tmp_path / "小苗 the copy", tmp_path / "bin"
    for name in ("run", "test"):
        root.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "locks", root / "locks")
    (root / "bot").mkdir()
    (root / "bot" / "__init__.py").touch()
    (root / "bot" / "__main__.py").write_text(ECHO)
    (root / "pytest.py").write_text(ECHO)
    (root / "pip.py").write_text(PIP)
    binaries.mkdir()
    for name in TOOLS:
        (binaries / name).symlink_to(shutil.which(name) or name)
    (binaries / "python3").symlink_to(Path(sys.executable).resolve())
    executable(binaries / "uv", UV)
    return Checkout(root, binaries)


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_the_first_start_installs_the_hashed_lock_and_the_second_calls_no_installer(checkout: Checkout) -> None:
    first = checkout("run", "units")
    assert (first.returncode, first.stdout) == (0, "units\n")
    assert "正在准备运行环境" in first.stderr
    build, packages = checkout.installer_calls()
    assert build.endswith(f"--require-hashes -r {checkout.root}/locks/build.txt")
    assert "--require-hashes" in packages
    assert packages.endswith(f"{checkout.root}/locks/run.txt")

    second = checkout("run", "units")
    assert (second.returncode, second.stdout, second.stderr) == (0, "units\n", "")
    assert len(checkout.installer_calls()) == 2


def test_run_alone_means_up_and_arguments_arrive_as_they_were_typed(checkout: Checkout) -> None:
    assert checkout("run").stdout == "up\n"
    assert checkout("run", "invite", "--name", "王 老师", "*", "").stdout == "invite|--name|王 老师|*|\n"


def test_it_works_from_another_folder_and_through_a_link_and_no_file_there_shadows_ours(
    checkout: Checkout, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "bot").mkdir(parents=True)
    (elsewhere / "bot" / "__main__.py").write_text("print('the wrong one')")
    (elsewhere / "deep").symlink_to(checkout.root / "run")
    (elsewhere / "link").symlink_to("deep")
    ran = subprocess.run(
        ["./link", "due"], cwd=elsewhere, env=checkout.environment, capture_output=True, text=True, check=False
    )
    assert ran.stdout == "due\n", ran.stderr


def test_python_runs_a_file_named_from_where_the_caller_stands(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import sys, bot\nprint(sys.argv[1:], sys.prefix)")
    ran = checkout("run", "python", "one.py", "--json", cwd=tmp_path)
    assert ran.stdout == f"['--json'] {checkout.root / '.venv'}\n"
    missing = checkout("run", "python", "two.py", cwd=tmp_path)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "没有这个文件:two.py" in missing.stderr


@pytest.mark.parametrize("half_made", ["no stamp", "stamp of another lock", "python is gone"])
def test_what_was_left_half_made_or_old_is_repaired(checkout: Checkout, half_made: str) -> None:
    checkout("run")
    stamp = checkout.root / ".venv" / ".ready"
    junk = checkout.root / ".venv" / "half-written"
    if half_made == "no stamp":
        stamp.unlink()
        junk.touch()
    elif half_made == "python is gone":
        (checkout.root / ".venv" / "bin" / "python").unlink()
        junk.touch()
    else:
        with (checkout.root / "locks" / "run.txt").open("a") as lock:
            lock.write("# changed\n")
    again = checkout("run", "units")
    assert again.stdout == "units\n"
    assert len(checkout.installer_calls()) == 4
    assert not junk.exists()
    assert checkout("run").stderr == ""


def test_the_test_set_serves_both_commands_and_the_run_set_only_one(checkout: Checkout) -> None:
    checkout("run")
    checkout("test", "--fast")
    assert [call.rpartition("/")[2] for call in checkout.installer_calls()] == [
        "build.txt", "run.txt", "build.txt", "test.txt"
    ]  # fmt: skip
    assert checkout("run").stderr == ""
    assert len(checkout.installer_calls()) == 4


def test_the_test_lock_holds_the_run_lock_at_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / "locks" / name).read_text().splitlines()
        return {line.removesuffix("\\").strip() for line in lines if "==" in line}

    assert pins("build.txt") <= pins("run.txt") <= pins("test.txt")


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "build.txt", "uv.txt"])
def test_a_lock_holds_names_versions_and_hashes_only(name: str) -> None:
    text = (ROOT / "locks" / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    for block in text.replace("\\\n", " ").splitlines():
        assert "==" in block
        assert "--hash=sha256:" in block


def test_a_killed_set_up_whose_installer_lives_on_is_waited_for_and_then_made_afresh(
    checkout: Checkout, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    checkout.extra["UV_GATE"] = str(gate)
    first = subprocess.Popen(
        [str(checkout.root / "run")], env=checkout.environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    with gate.open("w") as release:  # opens once the installer waits at its other end
        set_up = subprocess.run(
            ["pgrep", "-g", str(first.pid), "-f", "set_up.py"], capture_output=True, text=True, check=True
        )
        os.kill(int(set_up.stdout.split()[0]), signal.SIGKILL)
        first.wait()
        del checkout.extra["UV_GATE"]
        second = subprocess.Popen(
            [str(checkout.root / "run"), "units"],
            env=checkout.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert second.stderr is not None
        assert "另一个窗口正在准备运行环境" in second.stderr.readline()
        assert len(checkout.installer_calls()) == 1
        release.write("\n")
    out, _ = second.communicate()
    assert (second.returncode, out) == (0, "units\n")
    assert len(checkout.installer_calls()) == 3


def test_a_python_that_exists_but_fails_is_passed_over(checkout: Checkout) -> None:
    real = (checkout.bin / "python3").readlink()
    (checkout.bin / "python3").unlink()
    executable(checkout.bin / "python3", "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n")
    executable(checkout.bin / "python3.13", "#!/bin/sh\nexit 127\n")
    (checkout.bin / "python3.11").symlink_to(real)
    ran = checkout("run", "units")
    assert ran.stdout == "units\n"
    assert "pyenv" not in ran.stderr


def test_without_python_there_is_a_sentence_in_both_languages(checkout: Checkout) -> None:
    (checkout.bin / "python3").unlink()
    ran = checkout("run")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "没有找到可用的 Python" in ran.stderr
    assert "No usable Python here" in ran.stderr


@pytest.mark.parametrize(
    ("installer_says", "zh", "en"),
    [
        ("error: No space left on device (os error 28)", "磁盘空间不够", "The disk is full"),
        ("error: Failed to fetch: dns error", "网络不通", "could not be downloaded"),
        ("error: Hash mismatch for one==1", "软件包没有装成", "could not be installed"),
    ],
)
def test_a_failed_installation_is_a_sentence_and_the_next_start_tries_again(
    checkout: Checkout, installer_says: str, zh: str, en: str
) -> None:
    checkout.extra["UV_FAILS"] = installer_says
    ran = checkout("run")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert zh in ran.stderr
    assert en in ran.stderr
    assert "Traceback" not in ran.stderr
    del checkout.extra["UV_FAILS"]
    assert checkout("run").stdout == "up\n"


def test_a_folder_that_cannot_be_written_is_a_sentence(checkout: Checkout) -> None:
    checkout.root.chmod(0o555)
    try:
        # Root may write anywhere, unless it has laid its privileges down.
        lay_down = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
        ran = subprocess.run(
            [*lay_down, str(checkout.root / "run")],
            env=checkout.environment | {"PATH": f"{checkout.bin}:/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        checkout.root.chmod(0o755)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "不能在这个文件夹里写文件" in ran.stderr
    assert "Cannot write in this folder" in ran.stderr


def test_fast_leaves_out_the_slow_and_hands_the_rest_to_pytest(checkout: Checkout) -> None:
    ran = checkout("test", "--fast", "-k", "a visit")
    assert ran.stdout == "-n|2|--dist|loadfile|--no-loadscope-reorder|-m|not slow and not browser|-k|a visit\n"


def test_with_chromium_everything_runs(checkout: Checkout) -> None:
    executable(checkout.bin / "chromium", "#!/bin/sh\necho Chromium 140\n")
    ran = checkout("test", "tests/domain")
    assert ran.stdout == "-n|2|--dist|loadfile|--no-loadscope-reorder|tests/domain\n"


def test_without_chromium_the_page_tests_are_left_out_aloud_and_on_ci_it_is_a_failure(checkout: Checkout) -> None:
    ran = checkout("test")
    assert ran.stdout == "-n|2|--dist|loadfile|--no-loadscope-reorder|-m|not browser\n"
    assert "没有找到 Chromium" in ran.stderr
    checkout.extra["CI"] = "true"
    ran = checkout("test")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "在 CI 上这算失败" in ran.stderr


@pytest.mark.parametrize(
    ("tests", "lint", "code"), [("0", "0", 0), ("1", "0", 1), ("0", "1", 1)], ids=["fine", "tests fail", "lint fails"]
)
def test_ci_runs_the_tests_and_the_linters_whatever_fails(tmp_path: Path, tests: str, lint: str, code: int) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    executable(
        tmp_path / "test",
        f'#!/bin/sh\necho "test $*" >> calls\n[ "$1" = --lint ] && exit {lint}\nexit {tests}\n',
    )
    ran = subprocess.run([str(tmp_path / ".ci" / "run")], cwd="/", capture_output=True, check=False)
    assert ran.returncode == code
    assert (tmp_path / "calls").read_text() == "test \ntest --postgresql\ntest --lint\n"


@pytest.mark.parametrize("name", ["run", "test", ".ci/run", "locks/make"])
def test_the_commands_can_be_executed(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
