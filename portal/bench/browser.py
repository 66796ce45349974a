"""A quick HTTP client with a session: the measuring must cost little beside what is measured."""

import re
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

_EDGE = "quayside-bench-edge"
_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """One kept connection to the portal, logged in as one person."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._port = port
        self.cookies: dict[str, str] = {}

    def log_in(self, email: str, password: str) -> None:
        """Log in through the login page. Raises RuntimeError when the portal does not let us in."""
        page = self.get("/accounts/login/")
        self.post("/accounts/login/", {"login": email, "password": password}, page=page)
        if "quayside_session" not in self.cookies:
            raise RuntimeError(f"{email} was not let in.")

    def get(self, path: str, *, fragment: bool = False) -> str:
        """Return a page, or what htmx asks for of it. Raises RuntimeError unless it is answered with 200."""
        body, response = self._ask("GET", path, fragment=fragment)
        if response.status != 200:
            raise RuntimeError(f"GET {path} was answered with {response.status}.")
        return body.decode()

    def post(self, path: str, fields: dict[str, str], *, page: str) -> str:
        """Send a form that was on *page* and return where it leads. Raises RuntimeError if refused."""
        token = _FIELD.search(page)
        if token is None:
            raise RuntimeError(f"The page before {path} has no form.")
        form = urlencode({**fields, "csrfmiddlewaretoken": token[1]})
        _, response = self._ask("POST", path, form)
        if response.status not in (302, 303):
            raise RuntimeError(f"POST {path} was answered with {response.status}.")
        return response.headers["Location"]

    def file(self, path: str) -> bytes:
        """Return a file. Raises RuntimeError unless it is answered with 200."""
        body, response = self._ask("GET", path)
        if response.status != 200:
            raise RuntimeError(f"GET {path} was answered with {response.status}.")
        return body

    def upload(self, path: str, field: str, name: str, data: bytes, *, page: str) -> str:
        """Send a file with a form that was on *page* and return where it leads. Raises RuntimeError."""
        token = _FIELD.search(page)
        if token is None:
            raise RuntimeError(f"The page before {path} has no form.")
        head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="'
        body = (
            f'{head}csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n'
            f'{head}{field}"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        ).encode() + data
        kind = f"multipart/form-data; boundary={_EDGE}"
        _, response = self._ask("POST", path, body + f"\r\n--{_EDGE}--\r\n".encode(), kind)
        if response.status not in (302, 303):
            raise RuntimeError(f"POST {path} was answered with {response.status}.")
        return response.headers["Location"]

    def timed(self, path: str) -> float:
        """Return how many milliseconds a page took, from the request's first byte to the answer's last."""
        began = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - began) * 1000

    def _ask(
        self,
        method: str,
        path: str,
        form: str | bytes = "",
        kind: str = "application/x-www-form-urlencoded",
        *,
        fragment: bool = False,
    ) -> tuple[bytes, HTTPResponse]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fragment:
            headers["HX-Request"] = "true"
        if form:
            headers["Content-Type"] = kind
        self._connection.request(method, path, form or None, headers)
        response = self._connection.getresponse()
        body = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return body, response
