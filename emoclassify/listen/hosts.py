"""Names and addresses: which reach only this machine, and under which a program may be called."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

_EVERY_ADDRESS = ("0.0.0.0", "::")

_IPV6_OF_ONE_BITS = 64
"""The part of an IPv6 address that is given to a house; who lives there has as many addresses as they like."""


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def url_host(host: str) -> str:
    """A host as it stands in an address to open: localhost for all addresses of this machine, IPv6 in brackets."""
    if host in _EVERY_ADDRESS:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def visitor_of(address: str) -> str:
    """Who calls, as far as an address tells: the address itself, of IPv6 the network of a house, 2001:db8::/64."""
    plain = _address(address)
    if not isinstance(plain, ipaddress.IPv6Address):
        return str(plain or address)
    return str(ipaddress.ip_network((int(plain), _IPV6_OF_ONE_BITS), strict=False))


class HostNames:
    """The names under which a program may be called.

    Under any other name, a page of another site could reach it: that page's name would be made to point here (DNS
    rebinding). An address of this machine cannot be pointed elsewhere, so the one that a call came in at is taken.
    """

    def __init__(self, host: str, allowed_hosts: Iterable[str] = ()) -> None:
        """From the address that the program is bound to, and the names that its operator allows, in any case."""
        names = {*THIS_MACHINE, host, *allowed_hosts} - {*_EVERY_ADDRESS}
        self._names = {_plain(name) for name in names}

    def know(self, host_header: str, local_address: str = "") -> bool:
        """Whether a call may have this `Host` header, with or without a port.

        Args:
            host_header: the header as it was sent; empty where there was none.
            local_address: the address of this machine at which the call came in; empty where it is not known.
        """
        name = host_name(host_header)
        if not name:
            return False
        address = _address(name)
        return name in self._names or (address is not None and address == _address(local_address))


def host_name(host_header: str) -> str:
    """The name in a `Host` header, in small letters; empty where there is none that can be read."""
    try:
        parts = urlsplit(f"//{host_header}")
        has_more = parts.username is not None or parts.path or parts.query or parts.fragment
        _ = parts.port  # raises where it is no number
        return "" if has_more else _plain(parts.hostname or "")
    except ValueError:
        return ""


def _plain(name: str) -> str:
    return name.strip().lower().rstrip(".")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An IP address; one of IPv4 that is written as IPv6, as a socket for both gives it, is the former."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
