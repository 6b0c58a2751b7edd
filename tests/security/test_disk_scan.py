"""The whole program at work, then every byte it left on the disk searched for what people told it.

Names, ID numbers, phones and addresses go in by message, by button, by file and by a message that breaks; then the
database, its write-ahead log, the backup, the logs at their most talkative, temporary files and the gateway's store are
searched for them as UTF-8, UTF-16, escaped JSON, base64 and with compression undone.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import xlsxwriter
from PIL import Image

from bot.commands._film import on_its_own
from db.backup import UNFINISHED
from tests.backups import killed
from tests.ports import free_port

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]
PLANTED = {
    "name": "欧阳珈蓝", "id": "620799201703030123", "phone": "10055512345", "address": "镜花水月路八十八号",
    "words": "胳膊上有三道烫伤", "file": "欧阳珈蓝的奶奶.docx",
}  # fmt: skip


def spellings(word: str) -> Iterator[bytes]:
    """Every way these words may lie in a file."""
    raw = word.encode()
    yield raw
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    yield word.encode("gb18030")
    yield json.dumps(word)[1:-1].encode()
    for start in range(3):  # base64 depends on what stands before; its first and last signs on the neighbours
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            inner = code(b"\0" * start + raw)[(0, 4, 4)[start] :].rstrip(b"=")
            yield inner[: len(inner) - 2]
    yield raw.hex().encode()
    yield "".join(f"%{byte:02X}" for byte in raw).encode()


def found_in(content: bytes, words: dict[str, str]) -> list[str]:
    """Which of the planted words stand in these bytes, compressed or not."""
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            content += unpack(content)
        except (OSError, zlib.error, EOFError):
            continue
    return [name for name, word in words.items() if any(one in content for one in set(spellings(word)))]


def test_the_search_finds_what_is_there() -> None:
    """Else a clean disk would prove nothing."""
    name = PLANTED["name"]
    for lying in (
        name.encode(), b"xx" + name.encode("utf-16-le"), json.dumps({"n": name}).encode(), gzip.compress(name.encode()),
        base64.b64encode(b"a" + name.encode() + b"b"), base64.b64encode(b"ab" + name.encode() + b"cde"),
    ):  # fmt: skip
        assert found_in(lying, PLANTED) == ["name"], lying


def test_nothing_anybody_told_it_can_be_read_off_the_disk(tmp_path: Path) -> None:
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    temporary.mkdir()
    port = free_port()
    environment = on_its_own(data) | {"TMPDIR": str(temporary), "LOG_LEVEL": "DEBUG", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "bot", "up", "--children", "100", "--port", str(port)]
    said = tmp_path / "said"
    with said.open("wb") as errors:
        process = subprocess.Popen(command, cwd=REPO, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline()
        _talk(f"http://127.0.0.1:{port}", data)
        backup = subprocess.run(
            [sys.executable, "-m", "bot", "backup", str(tmp_path / "backup.xm")],
            cwd=REPO,
            env=environment,
            capture_output=True,
        )
        assert backup.returncode == 0, backup.stdout + backup.stderr
        _kill_a_backup(data, environment)
        before = _search(tmp_path, PLANTED)  # with the write-ahead logs still there, and what the killed one left
        before += _search(tmp_path, _keys(data), ("xiaomiao.token", "admin.key"))
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert before == [] and _search(tmp_path, PLANTED) == []
    assert (tmp_path / "backup.xm").stat().st_size > 100_000


def _keys(data: Path) -> dict[str, str]:
    """What lets somebody in; addresses of the Bot API have the token in them."""
    gateway = data / "gateway"
    return {"token": _said(gateway / "xiaomiao.token"), "admin": _said(gateway / "admin.key")}


def _said(path: Path) -> str:
    found = path.read_text().strip()
    assert len(found) > 20
    return found


def _kill_a_backup(data: Path, environment: dict[str, str]) -> None:
    """SIGKILL when all is packed: the folder it works in stays behind, with copies of the databases in it."""
    killed("packed", "backup", data.parent / "killed.xm", environment=environment)
    left = [path.name for path in data.glob(f"{UNFINISHED}*/content/*") if path.is_file() and path.stat().st_size]
    assert any(name.endswith(".db") for name in left), left


def _search(folder: Path, words: dict[str, str], but: tuple[str, ...] = ()) -> list[str]:
    assert any(path.name.endswith(".db") for path in folder.rglob("*"))
    return [
        f"{path.relative_to(folder)}: {found}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.name not in but
        and (found := found_in(path.name.encode() + path.read_bytes(), words))
    ]


def _talk(url: str, data: Path) -> None:
    """A director of the demo county tells the bot everything that must not lie there in the clear."""
    admin = {"Authorization": f"Bearer {(data / 'gateway' / 'admin.key').read_text().strip()}"}
    with httpx.Client(base_url=url, timeout=20, follow_redirects=False, headers={"Origin": url}) as http:
        http.get("/demo")
        user, bot = _director(http)
        asked = {"user_id": user, "bot": bot}
        link = http.post("/admin/links", json=asked, headers=admin).raise_for_status().json()["url"]
        base = http.post(link).headers["location"]
        csrf = {"X-CSRF": http.get(f"{base}/api/me").json()["csrf"]}
        p = PLANTED
        for text in (
            "/start", f"今天去了{p['name']}家 {p['address']} {p['words']} 电话{p['phone']}", f"孩子 {p['name']}", f"孩子 {p['id']}",
            "意见反馈", f"{p['name']}的电话{p['phone']}记错了，住{p['address']}，身份证{p['id']}", "确认",
            f"报告 {p['name']} {p['words']} {p['address']}", f"工作日志 {p['name']} {p['phone']}", f"/{p['name']}", p["id"],
            f"隐患 {p['address']}冰面没人管", f"求助 {p['name']} {p['words']}", f"新孩子 {p['name']}", "先说说这家",
        ):  # fmt: skip
            http.post(f"{base}/api/messages", json={"text": text}, headers=csrf).raise_for_status()
        mine = [one for one in http.get(f"{base}/api/messages").json()["messages"] if one.get("text") == "先说说这家"]
        number = mine[0]["message_id"]
        changed = {"text": f"{p['name']}家 {p['address']} {p['phone']}"}
        http.post(f"{base}/api/messages/{number}/edit", json=changed, headers=csrf).raise_for_status()
        for kind, name, content in (
            ("photo", f"{p['name']}.jpg", _photo()),
            ("document", f"{p['address']}.xlsx", _roster()),
        ):
            http.post(
                f"{base}/api/files", data={"kind": kind, "caption": f"{p['name']} {p['words']}"},
                files={"file": (name, content)}, headers=csrf,
            ).raise_for_status()  # fmt: skip
        http.post(
            f"{base}/api/files", data={"kind": "document", "caption": p["address"]},
            files={"file": (p["file"], b"PK\x03\x04" + p["name"].encode() * 9)}, headers=csrf,
        ).raise_for_status()  # fmt: skip
        http.post(f"{base}/api/callback", json={"message_id": 1, "data": f"do:child.open:{p['id']}"}, headers=csrf)
        http.get(f"{base}/api/search", params={"q": p["name"]})
        http.get(f"/{p['name']}")
        for _ in range(4000):  # until the bot has answered the last of it
            answers = http.get(f"{base}/api/messages").json()["messages"]
            if len([one for one in answers if "text" in one]) >= 30 and any(
                "名册" in one.get("text", "") for one in answers
            ):
                return
            http.get("/healthz")
        raise AssertionError("the bot did not answer")


def _photo() -> bytes:
    """A picture whose camera wrote the child's name and the phone's owner into it."""
    noted = Image.Exif()
    noted[0x010E], noted[0x9286] = PLANTED["name"], PLANTED["phone"]  # ImageDescription, UserComment
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(out, "JPEG", exif=noted)
    return out.getvalue()


def _roster() -> bytes:
    """A list with one child that can be taken and one whose row is wrong in every place."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ("姓名", "身份证号", "家庭住址", "监护人姓名", "监护人电话", "备注"))
        sheet.write_row(
            1,
            0,
            (PLANTED["name"], PLANTED["id"], PLANTED["address"], PLANTED["name"], PLANTED["phone"], PLANTED["words"]),
        )
        sheet.write_row(
            2, 0, ("", PLANTED["id"] + "9", PLANTED["address"], "", PLANTED["phone"] + "x", PLANTED["name"])
        )
    return out.getvalue()


def _director(http: httpx.Client) -> tuple[int, str]:
    """The first child director of the demo page."""
    for found in re.finditer(r'value="(\d+)\.(\w+)"><b>([^<]+)', http.get("/demo").text):
        if "儿童主任" in found.group(3):
            return int(found.group(1)), found.group(2)
    raise AssertionError("no director to play")
