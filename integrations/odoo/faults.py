"""Whatever goes wrong towards Odoo, as one of our two errors: a sentence for a person, the rest folded."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from integrations.errors import DeliveryError, FaultClass, NeedsAttention, TryLater

DETAIL_LENGTH = 8000
_SENTENCE_LENGTH = 500

# Odoo (or its PostgreSQL) is busy or away for a moment: nothing was written, the same call may succeed.
_WEATHER_NAMES = (
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "psycopg2.errors.QueryCanceled",
    "psycopg2.errors.AdminShutdown",
    "psycopg2.OperationalError",
    "psycopg2.InterfaceError",
    "psycopg2.pool.PoolError",
    "odoo.sql_db.PoolError",
    "odoo.exceptions.ConcurrencyError",
    "odoo.exceptions.LockError",
)
_WEATHER_TEXT = re.compile(
    r"could not serialize access|deadlock detected|could not obtain lock|canceling statement due to"
    r"|connection pool is full|server closed the connection|too many clients|the database system is",
    re.IGNORECASE,
)
_NO_DATABASE = re.compile(r'database "[^"]*" does not exist|No database is selected', re.IGNORECASE)
# XML-RPC carries neither None nor record sets: the method ran and was committed, only its answer is lost.
_UNSPEAKABLE = "cannot marshal"
_WARNING = re.compile(r"warning -- (\w+)\s*(.*)", re.DOTALL)
# The last line of a traceback; the message may run on over several lines, as PostgreSQL's do.
_RAISED = re.compile(r"^(?!Traceback|LINE|HINT|DETAIL)([A-Za-z_][\w.]*)(?::.*)?$")


@dataclass(frozen=True, slots=True)
class OdooError:
    """What Odoo itself said went wrong: the class's dotted name where known, its message, the traceback."""

    name: str
    message: str
    debug: str = ""

    @property
    def short_name(self) -> str:
        """``AccessError`` of ``odoo.exceptions.AccessError``."""
        return self.name.rpartition(".")[2]

    @property
    def detail(self) -> str:
        """The technical text; of a long traceback its end, where the reason is."""
        return f"{self.name}: {self.message}\n{self.debug}".strip()[-DETAIL_LENGTH:]


def is_unspeakable_answer(code: str, text: str) -> bool:
    """Whether a fault says that the method ran and only its answer (None, records) could not be sent."""
    return _UNSPEAKABLE in code or f"TypeError: {_UNSPEAKABLE}" in text


def read_xmlrpc_fault(code: object, text: str) -> OdooError:
    """Read a fault of /xmlrpc/object, whose code is a text that names the class of Odoo's own errors.

    Everything else comes with a traceback, and its last line names the class.
    """
    spoken = str(code)
    if spoken == "AccessDenied":
        return OdooError("odoo.exceptions.AccessDenied", text)
    if warning := _WARNING.match(spoken):
        return OdooError(f"odoo.exceptions.{warning[1]}", warning[2].strip())
    for line in reversed(text.strip().splitlines()):
        if named := _RAISED.match(line):
            name = named[1] if "." in named[1] else f"builtins.{named[1]}"
            return OdooError(name, spoken.strip(), text)
    return OdooError("", spoken.strip() or text.strip(), text)


def from_odoo(error: OdooError) -> DeliveryError:
    """Return TryLater for weather, NeedsAttention for refusals."""
    told = f"{error.message}\n{error.debug[-2000:]}"
    if _NO_DATABASE.search(told):
        return NeedsAttention(
            "This Odoo server has no database of that name: correct it in the connection.",
            detail=error.detail,
        )
    if error.name in _WEATHER_NAMES or _WEATHER_TEXT.search(error.message):
        return TryLater(
            "Odoo was busy with the same data and asked to try again.",
            detail=error.detail,
            fault=FaultClass.CONFLICT if "serialize" in told else FaultClass.CONNECTION,
        )
    return _refusal(error)


def _refusal(error: OdooError) -> NeedsAttention:
    first = _first_line(error.message)
    match error.short_name:
        case "AccessDenied" | "Unauthorized":
            sentence = "Odoo does not accept our login or API key: it is wrong, withdrawn or expired."
            fault = FaultClass.PERMISSION
        case "AccessError" | "Forbidden":
            sentence = f"Our user in Odoo may not do this: {first}"
            fault = FaultClass.PERMISSION
        case "MissingError":
            sentence = "A record this needs is gone in Odoo."
            fault = FaultClass.DATA
        case "UserError" | "ValidationError" | "RedirectWarning":
            sentence = f"Odoo refused: {first}"
            fault = FaultClass.DATA
        case "NotFound" | "AttributeError":
            sentence = f"This Odoo lacks something we call: {first}"
            fault = FaultClass.BUG
        case "KeyError" | "ValueError" | "TypeError" | "UnprocessableEntity":
            sentence = f"Odoo does not understand what we sent: {first}"
            fault = FaultClass.BUG
        case _:
            sentence = f"Odoo failed on this: {first}"
            fault = FaultClass.BUG
    return NeedsAttention(sentence, detail=error.detail, fault=fault)


def from_status(status: int, text: str, *, location: str = "") -> DeliveryError:
    """Return what an HTTP answer that is not Odoo's own (a proxy's page, an HTML error) means."""
    detail = f"HTTP {status}\n{text}"[:DETAIL_LENGTH]
    if status in (301, 302, 303, 307, 308):
        return NeedsAttention(
            f"The address answers with a redirection to {location}: enter that address in the connection.",
            detail=detail,
        )
    if status in (401, 403, 407):
        return NeedsAttention(
            "The server, or a proxy before it, does not let us in.",
            detail=detail,
            fault=FaultClass.PERMISSION,
        )
    if status == 404:
        return NeedsAttention(
            "There is no Odoo database of that name at this address: correct the connection.", detail=detail
        )
    if status == 429:
        return TryLater("Odoo asks for fewer calls.", detail=detail)
    if status >= 500 or status == 408:
        return TryLater("Odoo, or a proxy before it, is out of order for the moment.", detail=detail)
    if status == 200:
        return TryLater("The answer was cut off or is not Odoo's.", detail=detail)
    return NeedsAttention(
        f"The server refuses to handle our call (HTTP {status}).", detail=detail, fault=FaultClass.BUG
    )


def from_transport(error: httpx.HTTPError | httpx.InvalidURL | httpx.StreamError) -> DeliveryError:
    """Return what a failure below HTTP means: nobody there, too slow, cut off, a certificate."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return NeedsAttention("The address in the connection is no web address.", detail=detail)
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in detail:
        return NeedsAttention(
            "The server's certificate is not trusted here.", detail=detail, fault=FaultClass.PERMISSION
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return TryLater("Odoo cannot be reached.", detail=detail)
    if isinstance(error, httpx.TimeoutException):
        return TryLater("Odoo did not answer in time; it may have done it nevertheless.", detail=detail)
    return TryLater("The connection to Odoo broke off; it may have done it nevertheless.", detail=detail)


def from_load(messages: Sequence[Mapping[str, object]]) -> DeliveryError:
    """Return what the messages of a ``load()`` mean: errors in an answer that says 200."""
    said = "; ".join(str(message.get("message", "")).strip() for message in messages) or "no reason given"
    name = "psycopg2.errors.SerializationFailure" if "could not serialize access" in said else "UserError"
    return from_odoo(OdooError(name, said, repr(messages)))


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[0][:_SENTENCE_LENGTH] if lines else "no reason given"
