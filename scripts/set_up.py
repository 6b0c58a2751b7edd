"""Makes the private environment .venv from a hashed lock, for run and test. Standard library only.

    python scripts/set_up.py run|test RUN_STAMP TEST_STAMP

The stamp .venv/.ready is written last and taken away first, so whatever is interrupted (Ctrl-C, SIGKILL, power) is seen
by the next start, which builds afresh. Two starts at once queue on a file lock, which the kernel releases with its
holder; the installer inherits it, so an orphaned installer still counts as a holder. Exits 0, 1 (a sentence was said)
or 130.
"""

import errno
import fcntl
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
CACHE = ROOT / ".cache"
LOG = CACHE / "set-up.log"

# Measured on Linux x86-64, Python 3.11, with bytecode: 0.29 GB and 0.71 GB; the rest is for downloads in flight.
NEEDED_MB = {"run": 500, "test": 1100}
# The oldest uv that knows every option used here; an older one on PATH is passed over.
OLDEST_UV = (0, 5)
# The packages that are published as source only; setuptools, which builds them, is in every lock with its hash.
SOURCE_ONLY = ("lunar-python", "http-ece")
SILENCE_SECONDS = 5.0


def say(zh: str, en: str) -> None:
    tell(f"{zh}\n{en}")


def tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def refuse(zh: str, en: str) -> NoReturn:
    say(zh, en)
    sys.exit(1)


def refuse_full_disk() -> NoReturn:
    refuse(
        f"磁盘空间不够,没有装成。请腾出空间后再运行一次(文件夹:{ROOT})。",
        f"The disk is full, so the set-up did not finish. Free some space and start again (folder: {ROOT}).",
    )


def refuse_no_write() -> NoReturn:
    refuse(
        f"不能在这个文件夹里写文件:{ROOT}。请换一个有写权限的文件夹,或改好它的权限,再运行一次。",
        f"Cannot write in this folder: {ROOT}. Use a folder you may write in, or change its permissions, and start again.",
    )


def main(kind: str, run_stamp: str, test_stamp: str) -> None:
    stamps = {"run": run_stamp, "test": test_stamp}
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "set-up.lock").open("w") as lock:
        wait_for(lock)
        if is_ready(stamps[kind]):
            return
        free_mb = shutil.disk_usage(ROOT).free // 1_000_000
        if free_mb < NEEDED_MB[kind]:
            refuse(
                f"磁盘空间不够:第一次准备需要 {NEEDED_MB[kind]} MB,现在只剩 {free_mb} MB。请腾出空间后再运行一次。",
                f"Not enough disk space: the set-up needs {NEEDED_MB[kind]} MB, {free_mb} MB are free. Free some and start again.",
            )
        began = time.monotonic()
        say(
            "正在准备运行环境(只在第一次或更新后需要,通常不到一分钟)……",
            "Setting up the private environment (only the first time or after an update; usually under a minute) …",
        )
        make_venv()
        install(kind, lock)
        # The test set holds the run set at the same versions, so it is good for both commands.
        kinds = ("run", "test") if kind == "test" else ("run",)
        READY.write_text("".join(f"{stamps[each]} {python_version()}\n" for each in kinds))
        seconds = time.monotonic() - began
        say(f"运行环境已准备好,用时 {seconds:.1f} 秒。", f"The environment is ready after {seconds:.1f} seconds.")


def python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def wait_for(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("另一个窗口正在准备运行环境,等它做完……", "Another start is setting up; waiting for it …")
        fcntl.flock(lock, fcntl.LOCK_EX)


def is_ready(stamp: str) -> bool:
    """Whether a start that held the lock before us has done the work already."""
    stamped = READY.is_file() and f"{stamp} {python_version()}" in READY.read_text().splitlines()
    return stamped and works(str(VENV_PYTHON), python_version())


def make_venv() -> None:
    """Leave an environment without a stamp: the present one if it was complete, else a new empty one."""
    if READY.is_file() and works(str(VENV_PYTHON), python_version()):
        READY.unlink()
        return
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    # Without pip, because Debian's Python cannot put it there unless python3-venv is installed.
    venv.EnvBuilder(symlinks=True, with_pip=False).create(VENV)


def works(python: str, version: str) -> bool:
    code = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != {version!r})"
    try:
        return subprocess.run([python, "-I", "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(kind: str, lock: IO[str]) -> None:
    pip = find_pip()
    settings = pip_settings(pip)
    uv = find_uv(pip, settings, lock)
    build, wanted = str(LOCKS / "build.txt"), str(LOCKS / f"{kind}.txt")
    from_source = [part for package in SOURCE_ONLY for part in ("--no-binary", package)]
    wheels = ["--only-binary", ":all:", *from_source, "--no-build-isolation", "--require-hashes"]
    if uv:
        env = uv_environment(settings)
        into = ["--python", str(VENV_PYTHON)]
        steps = [
            [uv, "pip", "install", *into, "--only-binary", ":all:", "--require-hashes", "-r", build],
            [uv, "pip", "sync", *into, *wheels, "--compile-bytecode", wanted],
        ]
    elif pip:
        env = pip_environment(settings)
        into = [*pip, "--python", str(VENV_PYTHON), "install", "--no-input", "--disable-pip-version-check"]
        steps = [
            [*into, "--only-binary", ":all:", "--require-hashes", "-r", build],
            [*into, *wheels, "-r", wanted],
        ]
    else:
        refuse(
            "这台电脑的 Python 没有 pip 和 ensurepip(Debian/Ubuntu 常见)。"
            "请运行 sudo apt install python3-venv,或装好 uv,再运行一次。",
            "This Python has neither pip nor ensurepip (usual on Debian and Ubuntu). "
            "Run sudo apt install python3-venv, or install uv, and start again.",
        )
    total = (LOCKS / f"{kind}.txt").read_text().count("==")
    for step in steps:
        code, said = follow(step, env, lock, total)
        if code:
            explain_failure(said)


def find_pip() -> list[str]:
    """How to call a pip that works, or nothing: this Python's own, or one made by ensurepip in a tiny environment."""
    own = [sys.executable, "-m", "pip"]
    if quiet([*own, "--version"]):
        return own
    home = CACHE / "pip"
    tiny = [str(home / "bin" / "python"), "-m", "pip"]
    if quiet([*tiny, "--version"]):
        return tiny
    # A process of its own, because Debian's venv without ensurepip prints a page and exits.
    quiet([sys.executable, "-I", "-m", "venv", "--clear", str(home)])
    return tiny if quiet([*tiny, "--version"]) else []


def quiet(command: list[str]) -> str:
    """What a command answers, or nothing when it does not work."""
    try:
        return subprocess.run(command, capture_output=True, check=True, text=True, errors="replace").stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def pip_settings(pip: list[str]) -> dict[str, str]:
    """The mirror, certificate and proxy pip is configured with; uv reads none of them by itself.

    Extra indexes and link folders are left out on purpose: the lock says what is wanted.
    """
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # later ones win, as in pip
        for line in quiet([*pip, "config", "list"]).splitlines() if pip else ():
            name, _, value = line.partition("=")
            where, _, key = name.rpartition(".")
            if where == section and key in {"index-url", "cert", "proxy", "trusted-host"}:
                found[key] = value.strip().strip("'\"").replace("\\n", " ").strip()
    return found


def find_uv(pip: list[str], settings: dict[str, str], lock: IO[str]) -> str:
    """A uv that works: the one on PATH, or the locked one, fetched by pip into .cache; nothing if neither can be had."""
    if os.environ.get("XIAOMIAO_INSTALLER") == "pip":
        return ""
    ours = CACHE / "uv" / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(ours)):
        answer = quiet([candidate, "--version"]).split() if candidate else []
        if len(answer) > 1 and tuple(int(part) for part in answer[1].split(".")[:2] if part.isdigit()) >= OLDEST_UV:
            return candidate or ""
    if not pip:
        return ""
    fresh = CACHE / "uv.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fetch = [*pip, "install", "--no-input", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    fetch += ["--require-hashes", "--target", str(fresh), "-r", str(LOCKS / "uv.txt")]
    code, said = follow(fetch, pip_environment(settings), lock, total=0)
    if code and ("Retrying (" in said or "No space left" in said):
        explain_failure(said)
    if code:
        return ""  # no wheel for this machine: pip itself will do
    shutil.rmtree(CACHE / "uv", ignore_errors=True)
    fresh.rename(CACHE / "uv")
    return str(ours)


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))}


def pip_environment(settings: dict[str, str]) -> dict[str, str]:
    env = clean_environment() | {"PIP_CONFIG_FILE": os.devnull, "PIP_DEFAULT_TIMEOUT": "60"}
    return env | {f"PIP_{key.upper().replace('-', '_')}": value for key, value in settings.items()}


def uv_environment(settings: dict[str, str]) -> dict[str, str]:
    """What the user told uv comes first, then what they told pip."""
    env = {"UV_HTTP_TIMEOUT": "120", "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"} | clean_environment()
    if settings.get("cert"):
        env.setdefault("SSL_CERT_FILE", settings["cert"])
    if settings.get("proxy"):
        env.setdefault("HTTPS_PROXY", settings["proxy"])
    if settings.get("trusted-host"):
        env.setdefault("UV_INSECURE_HOST", settings["trusted-host"])
    if settings.get("index-url") and not env.keys() & {"UV_INDEX_URL", "UV_INDEX"}:
        env.setdefault("UV_DEFAULT_INDEX", settings["index-url"])
    cache = Path(env.get("XDG_CACHE_HOME") or Path(env.get("HOME") or "/") / ".cache")
    while not cache.exists():
        cache = cache.parent
    if not os.access(cache, os.W_OK):  # a service user without a home
        env.setdefault("UV_CACHE_DIR", str(CACHE / "uv-cache"))
    return env


def follow(command: list[str], env: dict[str, str], lock: IO[str], total: int) -> tuple[int, str]:
    """Run an installer, pass on its steps as they happen, and say every few seconds that it still works."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[lock.fileno()],
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=drain, args=(process.stdout, lines), daemon=True).start()
    began = time.monotonic()
    said: list[str] = []
    try:
        with LOG.open("a") as log:
            while True:
                try:
                    line = lines.get(timeout=SILENCE_SECONDS)
                except queue.Empty:
                    done = len(list(VENV.glob("lib/python*/site-packages/*.dist-info"))) if total else 0
                    count = f" · {done}/{total}" if total else ""
                    tell(f"  …… {time.monotonic() - began:.0f} s{count}")
                    continue
                if line is None:
                    return process.wait(), "".join(said)
                said.append(line)
                log.write(line)
                if line.split()[:1] and line.split()[0] in {"Downloading", "Building", "Prepared", "Installed"}:
                    tell(f"  {line.strip()[:100]}")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def drain(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def explain_failure(said: str) -> NoReturn:
    if "No space left on device" in said or "Disk quota exceeded" in said:
        refuse_full_disk()
    if any(
        sign in said for sign in ("Retrying (", "error sending request", "dns error", "Failed to fetch", "timed out")
    ):
        refuse(
            "下载软件包时网络不通。请检查网络;在内地可先用 pip config set global.index-url 设一个国内镜像,再运行一次。"
            f"细节见 {LOG}。",
            "The packages could not be downloaded. Check the network; a mirror near you can be named with "
            f"pip config set global.index-url. Then start again. Details: {LOG}.",
        )
    refuse(
        f"软件包没有装成,细节见 {LOG}。再运行一次会从头来过。",
        f"The packages could not be installed; details: {LOG}. Starting again begins afresh.",
    )


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except KeyboardInterrupt:
        say("已停下。下次启动会接着准备。", "Stopped. The next start will take it up again.")
        sys.exit(130)
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            refuse_full_disk()
        if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            refuse_no_write()
        refuse(f"准备运行环境时出错:{problem}", f"The set-up failed: {problem}")
