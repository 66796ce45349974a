"""HTTP to one server: time-outs, connections kept alive, a time limit for each call, no key in any log."""

import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from integrations.correlation import current_correlation_id
from integrations.deadline import within_deadline
from integrations.odoo import faults
from integrations.transactions import refuse_in_transaction

# Calls go to a handful of addresses: a path per model and method over JSON-2, one over XML-RPC.
_MOST_ADDRESSES = 500


class Traffic(Protocol):
    """What stands around each call: may it be made now, and how did it go."""

    def call(self, verb: str) -> AbstractContextManager[None]:
        """Return the block in which one call of *verb* is made; it may raise TryLater before it begins."""


class FreeTraffic:
    """No limits and nothing counted: for a server that is no stored connection."""

    def call(self, verb: str) -> AbstractContextManager[None]:
        """See Traffic."""
        return nullcontext()


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context of all servers: reading the certificates takes as long as several calls."""
    return httpx.create_ssl_context()


class Wire:
    """HTTP to one server: one pool of connections for all calls, from any thread.

    It speaks to httpx's transport and not through its client, whose redirects, cookies and log-ins take as
    long as the call itself: Odoo identifies by key, a cookie would only tie us to one of its workers, and a
    redirect is a wrong address.
    """

    def __init__(
        self, url: str, *, connect_seconds: float, read_seconds: float, traffic: Traffic | None = None
    ) -> None:
        self._traffic = traffic or FreeTraffic()
        self.base = url.rstrip("/")
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._addresses: dict[str, httpx.URL] = {}
        self._http: httpx.HTTPTransport | None = None
        self.answered_at: datetime | None = None

    @contextmanager
    def call(self, verb: str) -> Iterator[None]:
        """Make one call in the block, when it may be made; what it came to is counted.

        Raises RuntimeError inside a transaction, and TryLater when the connection is known to be away, its
        calls are used up, or the delivery's time is over.
        """
        refuse_in_transaction()
        within_deadline(self._read_seconds)
        with self._traffic.call(verb):
            yield

    def get(self, path: str) -> httpx.Response:
        """GET without logging in."""
        return self._send("GET", f"{self.base}{path}", b"", {})

    def post(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """POST; raises TryLater or NeedsAttention when no whole answer comes back.

        Raises RuntimeError inside a database transaction. No call lasts longer than the delivery it is for.
        """
        return self._send("POST", url, content, headers)

    def close(self) -> None:
        """Close the pool."""
        if self._http is not None:
            self._http.close()

    def _send(self, method: str, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        refuse_in_transaction()
        try:
            reply = self._transport().handle_request(self._request(method, url, content, headers))
            try:
                reply.read()
            finally:
                reply.close()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise faults.from_transport(error) from error
        if date := reply.headers.get("date"):
            self.answered_at = parsedate_to_datetime(date).astimezone(UTC)
        return reply

    def _request(self, method: str, url: str, content: bytes, headers: dict[str, str]) -> httpx.Request:
        address = self._address(url)
        sent = {
            "Host": address.netloc.decode("ascii"),
            "User-Agent": "Quayside",
            "Accept-Encoding": "gzip, deflate",
            "Content-Length": str(len(content)),
            **headers,
        }
        if correlation_id := current_correlation_id():
            sent["X-Correlation-ID"] = correlation_id
        read, connect = within_deadline(self._read_seconds), within_deadline(self._connect_seconds)
        timeout = {"connect": connect, "read": read, "write": read, "pool": read}
        return httpx.Request(
            method, address, headers=sent, stream=httpx.ByteStream(content), extensions={"timeout": timeout}
        )

    def _address(self, url: str) -> httpx.URL:
        if url not in self._addresses:
            if len(self._addresses) >= _MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[url] = httpx.URL(url)
        return self._addresses[url]

    def _transport(self) -> httpx.HTTPTransport:
        if self._http is None:
            self._http = httpx.HTTPTransport(
                # Without TLS there is nothing to verify, and no certificates to read.
                verify=_tls() if self.base.startswith("https:") else False,
                limits=httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=15),
                proxy=_proxy_to(self.base),
            )
        return self._http


def _proxy_to(url: str) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, NO_PROXY, …)."""
    address = urlsplit(url)
    if not address.hostname or proxy_bypass(address.hostname):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("all")
