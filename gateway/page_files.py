"""The chat page's own files (`web/`): read once, compressed once, and served under an address that carries the hash of
their content, so that browsers keep them for good and a new version never mixes with an old one.

Addresses: `/web/v/<version>/<name>` is immutable; `/web/<name>` is the same file, asked for anew each time (for people
with a bookmark and for the tests); `/sw.js` is the service worker with the list of files in it; `/web/version` says
which version this server carries. There is no build step: the files go out as they lie in the folder, only without our own comments, which
would be a sixth of what a phone on a village's network has to fetch before it shows anything."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

WEB = Path(__file__).parent / "web"
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
SMALL = frozenset({".js", ".css", ".html", ".svg", ".webmanifest", ".txt"})  # worth compressing
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# `import … from './x.js'` and `export … from './x.js'`; what is loaded by `import('./x.js')` waits until it is needed
STATIC_IMPORT = re.compile(r"^(?:import|export)\s[^;]*?['\"](\./[^'\"]+)['\"]", re.MULTILINE)
# Comments that stand on lines of their own; those at the end of a line stay, for telling them from text takes a parser.
# Other people's files (`vendor/`) keep theirs: they hold the licence. A test compares the syntax trees.
COMMENTS = {
    ".js": re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE),
    ".css": re.compile(r"[ \t]*/\*(?:[^*]|\*(?!/))*\*/"),
}
NOT_FOR_PHONES = frozenset({"sw.js", "vendor/lit.LICENSE.txt"})


@dataclass(frozen=True)
class PageFile:
    content: bytes
    packed: bytes | None  # gzip, where that is smaller
    kind: str
    etag: str


def _file(name: str, content: bytes) -> PageFile:
    suffix = Path(name).suffix
    packed = gzip.compress(content, 9, mtime=0) if suffix in SMALL else None
    return PageFile(
        content,
        packed if packed and len(packed) < len(content) else None,
        KINDS[suffix],
        f'"{hashlib.sha256(content).hexdigest()[:20]}"',
    )


def _bare(name: str, content: bytes) -> bytes:
    comments = COMMENTS.get(Path(name).suffix)
    if comments is None or name.startswith("vendor/"):
        return content
    return comments.sub("", content.decode()).encode()


@dataclass(frozen=True)
class PageFiles:
    version: str
    files: dict[str, PageFile]
    worker: PageFile

    @property
    def base(self) -> str:
        return f"/web/v/{self.version}/"

    @classmethod
    def read(cls, folder: Path) -> "PageFiles":
        """Everything in `folder`, with the addresses inside index.html and offline.html pointing to this version."""
        raw = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in KINDS  # not what an editor or a merge left lying there
        }
        raw = {name: _bare(name, content) for name, content in raw.items()}
        whole = hashlib.sha256()
        for name, content in raw.items():
            whole.update(f"{name} {len(content)}\n".encode() + content)
        version = whole.hexdigest()[:12]
        base = f"/web/v/{version}/"
        needed = _modules(raw, "app.js")
        links = "\n".join(f'  <link rel="modulepreload" href="/web/{name}">' for name in needed)
        for name, content in raw.items():
            if name.endswith(".html"):
                text = content.decode().replace("  <!-- modulepreload -->", links)
                raw[name] = text.replace('="/web/', f'="{base}').encode()
        files = {name: _file(name, content) for name, content in raw.items()}
        keep = {name: one.etag for name, one in files.items() if name not in NOT_FOR_PHONES}
        head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(keep)};\n"
        return cls(version, files, _file("sw.js", head.encode() + raw.get("sw.js", b"")))


def _modules(raw: dict[str, bytes], first: str) -> list[str]:
    """The modules the first view needs, without the entry itself: on a slow network each round trip is a second, so
    they are all asked for at once."""
    found: list[str] = []
    waiting = [first]
    while waiting:
        name = waiting.pop(0)
        folder = Path(name).parent
        for target in STATIC_IMPORT.findall(raw.get(name, b"").decode()):
            module = (folder / target).as_posix()
            if module in raw and module not in found and module != first:
                found.append(module)
                waiting.append(module)
    return found


@cache
def current() -> PageFiles:
    """The files as they were when this process first asked: a folder that is replaced under a running server must not
    be served half old, half new."""
    return PageFiles.read(WEB)


def address(name: str) -> str:
    """Where the page finds `name`, for the pages the server writes itself."""
    return current().base + name


def _answer(request: Request, one: PageFile, caching: str, **headers: str) -> Response:
    about = {"Cache-Control": caching, "ETag": one.etag, "Vary": "Accept-Encoding", **headers}
    if request.headers.get("if-none-match") in (one.etag, f"W/{one.etag}"):
        return Response(status_code=304, headers=about)
    if one.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(one.packed, headers={**about, "Content-Encoding": "gzip", "Content-Type": one.kind})
    return Response(one.content, headers={**about, "Content-Type": one.kind})


async def serve(request: Request) -> Response:
    page, name = current(), request.path_params["path"]
    caching = ASK_AGAIN
    if name.startswith("v/"):
        _, version, name = (*name.split("/", 2), "")[:3]
        if version != page.version:
            raise HTTPException(404)  # an old tab must not get a new module; it has its own kept, or is told to reload
        caching = FOR_GOOD
    one = page.files.get(name)
    if one is None:
        raise HTTPException(404)
    return _answer(request, one, caching)


async def worker(request: Request) -> Response:
    """The service worker at the root, because only there it may look after the whole of this address."""
    return _answer(request, current().worker, ASK_AGAIN)


async def version(request: Request) -> Response:
    return JSONResponse({"version": current().version})


def index(request: Request) -> Response:
    """The chat page. It carries nothing of anybody: what it shows, it asks for."""
    return _answer(request, current().files["index.html"], "no-store")
