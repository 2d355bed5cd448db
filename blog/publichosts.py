"""Which addresses of the network are public, and what a name of strangers leads to.

A list of our own: `is_global` of the standard library lets multicast, the translators into IPv4
networks and some clouds' own services through, and differs between versions of Python.
"""

import ipaddress
import queue
import socket
import threading

# IANA's special-purpose registries for IPv4, as far as no site of strangers can live there.
NOT_PUBLIC_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' translators, and the metadata of one cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # the metadata of Azure: a public number, asked from inside
        "169.254.0.0/16",  # link-local: the metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation, as two below
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
# Of IPv6 only global unicast is public; without these parts of it.
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocols: Teredo among them, which holds an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
]
# A network without IPv4 reaches IPv4 sites by this prefix (RFC 6052), and private ones as well.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NoSuchHost(Exception):
    """A name that leads nowhere. `is_sure`: its servers say so, rather than do not answer."""

    def __init__(self, words: str, *, is_sure: bool) -> None:
        super().__init__(words)
        self.is_sure = is_sure


def is_public(address: str) -> bool:
    """Whether a numeric address can be a site on the internet, and nothing behind our own doors."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        if ip not in NAT64:
            return ip in PUBLIC_V6 and not any(ip in network for network in NOT_PUBLIC_V6)
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return not any(ip in network for network in NOT_PUBLIC_V4)


def addresses_of(host: str, port: int, *, seconds: float) -> list[str]:
    """Return the numeric addresses of a name, or raise NoSuchHost or TimeoutError.

    In a thread of its own, as the system's resolver knows no end in time.
    """
    found: queue.Queue[list[str] | Exception] = queue.Queue()

    def look_up():
        try:
            found.put(_looked_up(host, port))
        except Exception as error:  # raised by whoever waits
            found.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


def _looked_up(host, port):
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        is_sure = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)}
        raise NoSuchHost(str(error.strerror), is_sure=is_sure) from error
    except UnicodeError as error:
        raise NoSuchHost("not a name of a host", is_sure=True) from error
    return list(dict.fromkeys(str(row[4][0]) for row in rows))
