"""Files of people, shown to the county's virus scanner before anybody else gets them (`GATEWAY_SCANNER`).

It speaks the protocol of ClamAV's clamd (INSTREAM), which other scanners offer as well, over a socket of this machine or
its network. A scanner that was asked for and does not answer stops files, never words: the page tries again later.
"""

import asyncio
import struct

from gateway import words
from gateway.context import log
from gateway.errors import PageRefused

TIMEOUT_SECONDS = 30
CHUNK = 64 * 1024
LONGEST_ANSWER = 1024  # a longer one is no scanner's, and is not read to its end
UNIX = "unix:"


async def refuse_when_infected(address: str | None, content: bytes) -> None:
    """Raises PageRefused where the scanner at `address` knows this content as harmful, or says nothing. Without an
    address nothing is looked at."""
    if address is None:
        return
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            said = await _asked(address, content)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as failed:
        log.error("the scanner does not answer: %s", type(failed).__name__)
        raise PageRefused(503, "no_scan", words.NOT_SCANNED, 60) from None
    if said.endswith("OK"):
        return
    if said.endswith("FOUND"):
        log.warning("an upload was refused by the scanner")
        raise PageRefused(415, "infected", words.INFECTED)
    log.error("the scanner could not look")
    raise PageRefused(503, "no_scan", words.NOT_SCANNED, 60)


async def _asked(address: str, content: bytes) -> str:
    if address.startswith(UNIX):
        reader, writer = await asyncio.open_unix_connection(address.removeprefix(UNIX), limit=LONGEST_ANSWER)
    else:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), limit=LONGEST_ANSWER)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            writer.write(struct.pack("!I", len(part)) + part)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        await writer.drain()
        said = await reader.readuntil(b"\0")
    finally:
        writer.close()
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
