"""What is in what we ship, as CycloneDX 1.5 JSON: `python scripts/sbom.py > sbom.json`.

Names, versions and hashes come from locks/run.txt, which set-up installs from; licences from what is installed. The same
lock gives the same bytes: no clock, no address of a package index.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "locks" / "run.txt"
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# what is not a package of the lock and lies in the repository
OURS = (("Noto Sans CJK SC (subset)", "OFL-1.1"),)
# long names of licences, as older packages give them → SPDX
_SPDX = {
    "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0", "MIT License": "MIT", "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause", "Python Software Foundation License": "PSF-2.0", "MIT License, Apache Software License": "MIT OR Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Apache Software License, MIT License": "MIT OR Apache-2.0",
}  # fmt: skip


def locked(lock: Path = LOCK) -> dict[str, tuple[str, list[str]]]:
    """Every package of the lock: its version and the hashes of its files."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if pinned := _PINNED.match(line):
            name = pinned.group(1)
            found[name] = (pinned.group(2), [])
        if name:
            found[name][1].extend(_HASH.findall(line))
    return found


def licence(name: str) -> str:
    """The licence a package gives itself, as SPDX; 'unknown' where it gives none or is not installed here."""
    try:
        known = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
    said = known.get("License-Expression")
    if not said:
        short = (known.get("License") or "").strip()
        kinds = [
            one.rsplit("::", 1)[-1].strip() for one in known.get_all("Classifier") or () if one.startswith("License")
        ]
        said = short if short and len(short) < 40 and "\n" not in short else ", ".join(kinds)
    return _SPDX.get(said, said) or "unknown"


def bill() -> dict[str, Any]:
    """The bill of materials."""
    packages = locked()
    components = [
        {
            "type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
            "purl": f"pkg:pypi/{name}@{version}", "licenses": [{"expression": licence(name)}],
            # one for each file the lock allows: wheels for several machines, the source
            "properties": [{"name": "sha256", "value": one} for one in hashes],
        }
        for name, (version, hashes) in sorted(packages.items())
    ]  # fmt: skip
    components += [{"type": "file", "name": name, "licenses": [{"expression": terms}]} for name, terms in OURS]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, LOCK.read_text())}",
        "metadata": {"component": {"type": "application", "name": "xiaomiao", "licenses": [{"expression": "MIT"}]}},
        "components": components,
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
