"""Which addresses are on the public internet. Never imports odoo.

By a table of our own, after IANA's registries of special-purpose addresses (RFC 6890
and what was added since): what the interpreter's `is_global` says differs by version,
and it leaves some of these out. No partner is at a special-purpose address, so those
that are anycast services of the internet itself are in the table as well.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SPECIAL_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, with the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# Only here does IANA give out addresses that are reached from everywhere. Outside are
# loopback, link-local, site-local, unique local, multicast, discard-only, SRv6, and all
# that embeds an IPv4 address but for the prefixes below.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SPECIAL_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: benchmarks, ORCHID, AMT, AS112, …
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
]
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LAST_32 = 0xFFFFFFFF
# The beginning of an interface's identifier, by RFC 5214; the second bit of the first
# byte says whether the IPv4 address in it is unique.
_ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: Address) -> bool:
    """Return whether an address is reached over the public internet.

    One that embeds IPv4 addresses is as public as those: that is where packets go.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    if address.scope_id:
        return False
    if not all(map(is_public, _get_embedded(address))):
        return False
    if address in _MAPPED or address in _NAT64 or address in _TEREDO:
        return True
    if address not in _GLOBAL_V6:
        return False
    return not any(address in network for network in _SPECIAL_V6)


def _get_embedded(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        yield ipaddress.IPv4Address(number & _LAST_32)
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if number >> 32 & _LAST_32 in _ISATAP:
        yield ipaddress.IPv4Address(number & _LAST_32)
