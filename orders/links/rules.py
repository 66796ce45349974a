"""How often codes and fresh links are sent, what a code looks like, and who only looked. Pure."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
_CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """At most one within ``pause``, and at most so many within each period."""

    pause: timedelta
    most: tuple[tuple[int, timedelta], ...]

    @property
    def memory(self) -> timedelta:
        """How far back one must look to judge."""
        return max((self.pause, *(period for _, period in self.most)))

    def free_at(self, earlier: Sequence[datetime], *, now: datetime) -> datetime:
        """Return when the next one may be sent, given when the earlier ones were: *now* or later."""
        times = sorted(earlier)
        frees = [now]
        if times:
            frees.append(times[-1] + self.pause)
        for most, period in self.most:
            if len(times) >= most:
                frees.append(times[-most] + period)
        return max(frees)


# A mail scanner that presses buttons makes us write one mail in this time, never an answer.
CODES_OF_A_LINK = Limit(timedelta(minutes=2), ((5, timedelta(hours=1)), (10, timedelta(days=1))))
CODES_TO_AN_ADDRESS = Limit(timedelta(0), ((8, timedelta(hours=1)), (20, timedelta(days=1))))
FRESH_LINKS = Limit(timedelta(minutes=10), ((3, timedelta(hours=1)), (6, timedelta(days=1))))


def new_code() -> str:
    """Return a code that is easy to type on a telephone: six digits."""
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}"


def spoken(code: str) -> str:
    """Write a code as people read it: 123 456."""
    return f"{code[:3]} {code[3:]}"


def typed_code(text: str) -> str:
    """Return what was typed without what people put between digits; empty when it cannot be a code."""
    digits = re.sub(r"[\s.\-]", "", text)[:20]
    return digits if re.fullmatch(rf"\d{{{_CODE_DIGITS}}}", digits, re.ASCII) else ""


def masked(email: str) -> str:
    """Write an address so that its owner knows it and nobody else learns it: al•••@acme.example."""
    name, _, host = email.rpartition("@")
    return f"{name[: 2 if len(name) > 3 else 1]}•••@{host}"


class Visitor(Enum):
    """Who opened a link."""

    PERSON = "person"  # on a device that proved to read the mailbox
    UNKNOWN = "unknown"  # somebody or something that has pressed nothing
    MACHINE = "machine"  # says of itself that nobody is looking


_MACHINES = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|urldefense|proofpoint|mimecast|barracuda|safelinks|headless"
    r"|^curl/|^wget/|python-|go-http|okhttp|java/|libwww|facebookexternalhit",
    re.IGNORECASE,
)


def who_looks(method: str, headers: Mapping[str, str], *, knows_device: bool) -> Visitor:
    """Tell people from mail scanners as far as a request tells; *headers* are looked up whatever their case.

    A browser that fetches ahead (``Sec-Purpose: prefetch``) shows nothing to anybody yet.
    """
    purpose = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if method == "HEAD" or re.search("prefetch|preview|prerender", purpose, re.IGNORECASE):
        return Visitor.MACHINE
    if knows_device:
        return Visitor.PERSON
    agent = headers.get("User-Agent", "")
    return Visitor.MACHINE if not agent or _MACHINES.search(agent) else Visitor.UNKNOWN
