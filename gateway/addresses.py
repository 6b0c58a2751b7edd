"""Which addresses a webhook may point to."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


def forbidden_host(host: str, local: bool) -> bool:
    """Addresses a webhook may not point to. `local` gateways (listening to this machine only) may call this machine
    and its network; link-local addresses (cloud metadata) are never called."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return not local
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False  # a name; its addresses are looked at when it is called
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return True
    return not local and not address.is_global


class GuardedResolver(AbstractResolver):
    """Looks at the addresses behind a name at the moment of the call, so that a name cannot change sides later."""

    def __init__(self, local: bool) -> None:
        self._local = local
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [one for one in found if not forbidden_host(one["host"], self._local)]
        if not allowed:
            raise OSError("IP address is reserved")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
