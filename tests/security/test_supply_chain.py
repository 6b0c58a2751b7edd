"""What we ship: every part known with its hash, no licence that binds the county, no secret in the repository."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from files import word_templates
from scripts import sbom

pytestmark = pytest.mark.slow  # reads every file of the repository
ROOT = Path(__file__).parents[2]
# Weak copyleft: used unchanged, as separate packages; the terms ask for no more than that they can be exchanged.
LGPL = {"python-telegram-bot", "docxtpl"}
FREE = {"MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0", "CNRI-Python"}
SECRETS = {
    "private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
    "bot token": re.compile(rb"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b"),
    "cloud key": re.compile(rb"\b(?:AKIA|LTAI|AKID)[A-Za-z0-9]{16,32}\b"),
    "forge token": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20})"),
    "our own keys": re.compile(rb'"index":\s*"[A-Za-z0-9+/]{43}="'),
}  # fmt: skip
PEOPLE = re.compile(
    rb"(?<![0-9])(?!620799)(?:11|31|44|51|62)[0-9]{4}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx](?![0-9])"
)
INVENTED = {b"11010519491231002X", b"110105194912310021"}  # the standard's own example


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_shipped_is_under_a_licence_that_binds_the_county() -> None:
    bound, unknown = {}, []
    for name in sbom.locked():
        terms = sbom.licence(name)
        if terms == "unknown":
            unknown.append(name)
        elif "GPL" in terms:
            bound[name] = terms
        else:
            assert set(re.findall(r"[\w.-]+", terms)) - {"AND", "OR"} <= FREE, f"{name}: {terms}"
    assert unknown == []
    assert set(bound) == LGPL and all(terms.startswith("LGPL") for terms in bound.values())


def test_the_bill_of_materials_names_every_part_with_its_hashes_and_no_address() -> None:
    bill = sbom.bill()
    text = json.dumps(bill)
    libraries = [one for one in bill["components"] if one["type"] == "library"]
    assert bill["bomFormat"] == "CycloneDX" and len(libraries) == len(sbom.locked()) > 50
    assert all(one["version"] and one["properties"] for one in libraries)
    assert "http" not in text.replace("httpx", "").replace("httpcore", "").replace("httptools", "").replace(
        "http-ece", ""
    ).replace("aiohttp", "")
    assert text == json.dumps(sbom.bill())


def test_every_line_of_every_lock_has_a_hash() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        assert all(hashes for _, hashes in sbom.locked(lock).values()), lock.name


def test_no_secret_and_no_real_persons_number_is_in_the_repository() -> None:
    found = []
    for path in _tracked():
        content = path.read_bytes()
        found += [f"{path.relative_to(ROOT)}: {name}" for name, known in SECRETS.items() if known.search(content)]
        if path.suffix in (".py", ".md", ".po", ".json", ".toml", ".txt", ".html", ".js"):
            numbers = {one for one in PEOPLE.findall(content) if one not in INVENTED}
            found += [f"{path.relative_to(ROOT)}: an ID number that is not an invented one" for _ in numbers]
    assert found == []


def test_a_template_that_unpacks_to_gigabytes_is_refused() -> None:
    pack = BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("word/document.xml", b" " * (word_templates.MOST_UNPACKED + 1))
    kind = next(iter(word_templates.KINDS))
    assert len(pack.getvalue()) < word_templates.BIGGEST
    assert any("打不开" in fault for fault in word_templates.check(kind, pack.getvalue()))


@pytest.mark.parametrize("name", ["xiaomiao.service", "Containerfile"])
def test_the_program_runs_as_nobody_in_particular_and_writes_only_its_data(name: str) -> None:
    text = (ROOT / "docs" / "ops" / name).read_text()
    wanted = {
        "xiaomiao.service": ("User=xiaomiao", "ProtectSystem=strict", "NoNewPrivileges=true", "CapabilityBoundingSet=\n", "StateDirectory="),
        "Containerfile": ("USER 10001:10001", "--read-only", "--cap-drop=ALL", "VOLUME"),
    }  # fmt: skip
    assert [line for line in wanted[name] if line not in text] == []
