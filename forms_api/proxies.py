"""Believes a proxy about who asks, but only where our proxy can stand: on this machine or in a private network.

Who comes from anywhere else speaks for nobody but itself, whatever its headers say. The host is never taken from them.
"""

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# RFC 1918, RFC 4193, loopback and link-local; not the networks of carriers (RFC 6598), where residents come from.
_NEAR = [
    ipaddress.ip_network(each)
    for each in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]


def behind(app: "WSGIApplication", count: int) -> "WSGIApplication":
    """Return `app` as it answers behind `count` proxies of ours, each of which adds whom it heard."""
    believing = ProxyFix(app, x_for=count, x_proto=count)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        chosen = believing if is_near(environ.get("REMOTE_ADDR", "")) else app
        return chosen(environ, start)

    return answer


def unmapped(ip: Address) -> Address:
    """Return the IPv4 address behind ::ffff:192.0.2.1, as a socket for both sorts names it (RFC 4291 §2.5.5.2)."""
    return (ip.ipv4_mapped or ip) if ip.version == 6 else ip


def is_near(address: str) -> bool:
    """Return whether a proxy of ours may have this address."""
    try:
        ip = unmapped(ipaddress.ip_address(address))
    except ValueError:
        return False
    return any(ip in network for network in _NEAR if network.version == ip.version)
