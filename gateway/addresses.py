"""Where a request comes from: the address of the other end, or what a trusted proxy says of it.

Pure: no input, no output.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
UNKNOWN = ""
# A customer's line has all addresses of such a network, and may change among them as it likes.
OF_ONE_LINE = 64


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The last address of the way here that no trusted proxy has; ``forwarded`` is the X-Forwarded-For header.

    What stands further to the left was written by nobody we trust. Something that is no address ends the search.
    """
    way = [part.strip() for part in forwarded.split(",")] if forwarded else []
    here = _plain(peer)
    while way and here and _is_in(here, trusted):
        before = _plain(way.pop())
        if not before:
            break
        here = before
    return here


def line_of(address: str) -> str:
    """What stands for everybody on one line: an IPv4 address, or the network of an IPv6 address."""
    if ":" not in address:
        return address
    return str(ip_network((address, OF_ONE_LINE), strict=False))


def _plain(text: str) -> str:
    """An address in its one spelling, without zone; an IPv4 address inside an IPv6 one is itself. Else UNKNOWN."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    read = ip_address(address)
    return any(read.version == network.version and read in network for network in networks)
