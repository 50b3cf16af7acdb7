"""Which addresses a connection reaches that may reach public ones only.

The samples are the first and last address, and their neighbours, of each block in
IANA's registries of special-purpose addresses. Nothing here connects anywhere.
"""

import ipaddress

import pytest

from odoo.addons.logistics_core.tools.public_addresses import is_public

SPECIAL = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001:1::/32",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
# {a block: addresses beside it that are public}
BESIDE = {
    "10.0.0.0/8": ["9.255.255.255", "11.0.0.0"],
    "100.64.0.0/10": ["100.63.255.255", "100.128.0.0"],
    "127.0.0.0/8": ["126.255.255.255", "128.0.0.0"],
    "172.16.0.0/12": ["172.15.255.255", "172.32.0.0"],
    "192.0.0.0/24": ["191.255.255.255", "192.0.1.0"],
    "192.88.99.0/24": ["192.88.98.255", "192.88.100.0"],
    "198.18.0.0/15": ["198.17.255.255", "198.20.0.0"],
    "224.0.0.0/4": ["223.255.255.255"],
    "2001::/23": ["2001:200::"],
    "2001:db8::/32": ["2001:db7:ffff::", "2001:db9::"],
    "3fff::/20": ["3fff:1000::"],
}
# Each form of IPv6 that embeds an IPv4 address, given as text.
EMBEDDING = {
    "mapped": "::ffff:{ip}",
    "NAT64": "64:ff9b::{ip}",
    "6to4": "2002:{hex}::1",
    "Teredo, its server": "2001:0:{hex}::f7f7:f7f7",
    "Teredo, its client": "2001:0:808:808::{flipped}",
    "ISATAP": "2606:4700::5efe:{hex}",
    "ISATAP, unique": "2606:4700::200:5efe:{hex}",
}
NEVER = {
    "compatible": "::{ip}",
    "translated": "::ffff:0:{ip}",
    "NAT64 of a network": "64:ff9b:1::{ip}",
}


def embed(form: str, ip: str) -> ipaddress.IPv6Address:
    """Return the IPv6 address of this form that embeds an IPv4 address."""
    number = int(ipaddress.IPv4Address(ip))
    flipped = number ^ 0xFFFFFFFF
    text = form.format(
        ip=ip,
        hex=f"{number >> 16:x}:{number & 0xFFFF:x}",
        flipped=f"{flipped >> 16:x}:{flipped & 0xFFFF:x}",
    )
    return ipaddress.IPv6Address(text)


@pytest.mark.parametrize("block", SPECIAL)
def test_no_address_of_a_special_block_is_public(block) -> None:
    network = ipaddress.ip_network(block)
    middle = network[network.num_addresses // 2]
    assert not any(map(is_public, (network[0], middle, network[-1])))


@pytest.mark.parametrize("address", [a for found in BESIDE.values() for a in found])
def test_what_is_beside_a_special_block_is_public(address) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_a_common_address_is_public(address) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("form", EMBEDDING.values(), ids=EMBEDDING)
def test_an_embedded_address_decides(form) -> None:
    for inside in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.0.8"):
        assert not is_public(embed(form, inside))
    assert is_public(embed(form, "8.8.8.8"))


@pytest.mark.parametrize("form", NEVER.values(), ids=NEVER)
def test_a_form_that_only_a_network_itself_translates_is_not_public(form) -> None:
    assert not is_public(embed(form, "8.8.8.8"))


@pytest.mark.parametrize("address", ["fe80::1%lo", "2606:4700::1111%lo"])
def test_an_address_of_one_interface_is_not_public(address) -> None:
    assert not is_public(ipaddress.ip_address(address))
