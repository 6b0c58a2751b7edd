"""The proxy samples of docs/ops, run as they are (names, ports and paths put in) with a self-signed certificate."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.__main__ import cli
from tests.gateway.conftest import XIUYING, Start, new_bot
from tests.gateway.sides import Phone
from tests.ports import free_port

pytestmark = pytest.mark.slow
OPS = Path(__file__).parents[2] / "docs" / "ops"
NAME = "chat.example.cn"
WHERE = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
PROXIES = [name for name in ("nginx", "caddy") if shutil.which(name, path=WHERE)]
VISITOR = "127.0.0.2"  # an address of this machine that is not the proxy's


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "privkey.pem").write_bytes(pem)


def put_in(text: str, old: str, new: str) -> str:
    """The sample holds what is replaced; a sample that changed is noticed."""
    assert old in text, old
    return text.replace(old, new)


def nginx_command(folder: Path, port: int, plain: int, behind: int) -> list[str]:
    sample = (OPS / "nginx.conf").read_text()
    sample = put_in(sample, "listen 80;", f"listen 127.0.0.1:{plain};")
    sample = put_in(sample, "listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    sample = put_in(sample, f"/etc/letsencrypt/live/{NAME}/", f"{folder}/")
    sample = put_in(sample, "/var/log/nginx/error.log", f"{folder}/error.log")
    sample = put_in(sample, "127.0.0.1:8081", f"127.0.0.1:{behind}")
    (folder / "site.conf").write_text(sample)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "main.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    return [str(shutil.which("nginx", path=WHERE)), "-p", str(folder), "-c", str(folder / "main.conf")]


def caddy_command(folder: Path, port: int, plain: int, behind: int) -> list[str]:
    sample = (OPS / "Caddyfile").read_text()
    sample = put_in(
        sample, f"\n{NAME} {{\n", f"\n{NAME}:{port} {{\n\ttls {folder}/fullchain.pem {folder}/privkey.pem\n"
    )
    sample = put_in(sample, "127.0.0.1:8081", f"127.0.0.1:{behind}")
    settings = f"admin off\n\thttp_port {plain}\n\thttps_port {port}\n\tstorage file_system {folder}/caddy\n"
    sample = put_in(sample, "\tgrace_period 5s\n", f"\tgrace_period 1s\n\t{settings}")
    (folder / "Caddyfile").write_text(sample)
    return [
        str(shutil.which("caddy", path=WHERE)),
        "run",
        "--config",
        str(folder / "Caddyfile"),
        "--adapter",
        "caddyfile",
    ]


@contextmanager
def proxy(kind: str, folder: Path, behind: int) -> Iterator[tuple[int, int]]:
    """The proxy as it runs; its port for https and the one for http."""
    port, plain = free_port(), free_port()
    make_certificate(folder)
    command = {"nginx": nginx_command, "caddy": caddy_command}[kind](folder, port, plain, behind)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        until = time.monotonic() + 15
        while not answers(port):
            assert process.poll() is None, (folder / "output").read_text()
            assert time.monotonic() < until, "the proxy does not answer"
        yield port, plain
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(0.2)
        return trial.connect_ex(("127.0.0.1", port)) == 0


class Trusting(httpx.AsyncHTTPTransport):
    """Finds the sample's host name on this machine, trusts its certificate, and calls from another address than the
    proxy's."""

    def __init__(self, folder: Path, port: int) -> None:
        context = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        super().__init__(verify=context, local_address=VISITOR)
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        there = httpx.Request(
            request.method, request.url.copy_with(host="127.0.0.1", port=self._port), headers=request.headers,
            stream=request.stream, extensions={**request.extensions, "sni_hostname": NAME},
        )  # fmt: skip
        return await super().handle_async_request(there)


def written_down(folder: Path, words: str) -> list[str]:
    """The files of the proxy (logs, kept bodies) that hold these words."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix in ("", ".log"))
    return [path.name for path in files if words.encode() in path.read_bytes()]


if PROXIES:

    @pytest.mark.parametrize("kind", PROXIES)
    async def test_the_sample_carries_the_page(
        kind: str, start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        base = f"https://{NAME}"
        gateway = await start(base_url=base)
        bot = await new_bot(gateway)
        user_id = await gateway.person("王秀英", bot)
        link = await gateway.link(user_id, bot)
        assert link.startswith(f"{base}/l/")
        behind = int(gateway.url.rpartition(":")[2])
        with proxy(kind, tmp_path, behind) as (port, plain):
            phone = Phone(base)
            phone.http = httpx.AsyncClient(base_url=base, timeout=20, transport=Trusting(tmp_path, port))
            signed_in = await phone.http.post(link, headers={"Origin": base})
            cookie = signed_in.headers["set-cookie"].lower()
            assert "secure" in cookie
            assert "httponly" in cookie
            assert "samesite=strict" in cookie
            assert signed_in.headers["strict-transport-security"]
            phone.base = signed_in.headers["location"]
            await phone.me()
            async with phone.listen() as stream:
                for text in ("一", "二"):  # each is there before the next is sent: nothing is held back
                    await bot.call("sendMessage", chat_id=XIUYING, text=text)
                    assert (await stream.next()).data["message"]["text"] == text
            content = os.urandom(5_000_000)
            sent = await phone.send_file("报告.bin", content, "document")
            file_id = sent.raise_for_status().json()["message"]["document"]["file_id"]
            assert (await phone.http.get(f"{phone.base}/file/{file_id}")).content == content
            too_big = await phone.send_file("a.bin", bytes(26_000_000), "document")
            assert (too_big.status_code, too_big.json()["error"]["code"]) == (413, "too_big")
            # who asks is known by the address the proxy saw, whatever the client claims
            await phone.http.get("/l/wrong", headers={"X-Forwarded-For": "203.0.113.9"})
            assert f"a link that opens nothing, from {VISITOR}" in caplog.text
            for path in ("/metrics", "/healthz", "/admin/groups", f"/bot{bot.token}/getMe", f"/file/bot{bot.token}/a"):
                answer = await phone.http.get(path, headers={"Authorization": f"Bearer {gateway.gateway.admin_key}"})
                assert answer.status_code == 404, path
            assert (await phone.http.get("/sw.js")).status_code == 200
            async with httpx.AsyncClient() as http:
                moved = await http.get(f"http://127.0.0.1:{plain}/l/x", headers={"Host": NAME})
            assert moved.status_code in (301, 308)
            assert moved.headers["location"].startswith("https://")
        assert written_down(tmp_path, link.rpartition("/")[2]) == []


def test_the_samples_agree_with_the_gateway() -> None:
    nginx, caddy = (OPS / "nginx.conf").read_text(), (OPS / "Caddyfile").read_text()
    for inside in ("/admin", "/metrics", "/health", "/demo", "/bot", "/file/bot"):
        assert inside in caddy
        assert inside.strip("/") in nginx
    port = next(str(option.default) for option in cli.params if option.name == "port")
    for sample in (nginx, caddy, (OPS / "xiaomiao-gateway.service").read_text()):
        assert port in sample
        assert f"https://{NAME}" in sample


def test_the_service_may_write_only_its_data() -> None:
    text = re.sub(r"\\\n\s*", "", (OPS / "xiaomiao-gateway.service").read_text())
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(text)
    service = unit["Service"]
    assert service["User"] not in ("", "root")
    hardened = {
        "ProtectSystem": "strict",
        "ProtectHome": "true",
        "NoNewPrivileges": "true",
        "CapabilityBoundingSet": "",
    }
    assert {name: service[name] for name in hardened} == hardened
    command = service["ExecStart"].split()
    assert f"PYTHONPATH={service['WorkingDirectory']}" in service["Environment"]  # -P keeps the folder itself away
    assert command[command.index("--data") + 1] == f"/var/lib/{service['StateDirectory'].split()[0]}"  # the second is for keys
    arguments = command[command.index("gateway") + 1 :]
    known = {name for option in cli.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in arguments if word.startswith("--")} <= known
