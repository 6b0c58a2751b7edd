"""Which addresses a webhook may point to."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses of the other kind wrapped up in this one (RFC 6052): 64:ff9b::127.0.0.1 is this machine.
NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def forbidden_host(host: str, local: bool) -> bool:
    """Addresses a webhook may not point to. A gateway that allows `local` ones may call this machine and its network;
    link-local addresses (cloud metadata) are never called."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return not local
    try:
        address = ipaddress.ip_address(name.strip("[]").partition("%")[0])
    except ValueError:
        return False  # a name; its addresses are looked at when it is called
    return any(_forbidden(one, local) for one in (address, *_wrapped(address)))


def is_among(host: str, names: tuple[str, ...] | None) -> bool:
    """Is it one of these names or below one of them? None: every name is."""
    name = host.lower().rstrip(".")
    return names is None or any(name == one or name.endswith(f".{one}") for one in names)


def _forbidden(address: Address, local: bool) -> bool:
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return True
    return not local and not address.is_global


def _wrapped(address: Address) -> list[Address]:
    """The addresses inside an IPv6 address: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one]
    found += address.teredo or ()
    if any(address in network for network in NAT64):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found


class GuardedResolver(AbstractResolver):
    """Looks at the addresses behind a name at the moment of the call, and the call goes to just these: a name cannot
    change sides in between. `fixed` is the one address to use instead (setWebhook's ip_address)."""

    def __init__(self, local: bool, fixed: str | None = None) -> None:
        self._local = local
        self._fixed = fixed
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(self._fixed or host, port, family)
        allowed = [{**one, "hostname": host} for one in found if not forbidden_host(one["host"], self._local)]
        if not allowed:
            raise OSError("IP address is reserved")
        return allowed  # type: ignore[return-value]

    async def close(self) -> None:
        await self._resolver.close()
