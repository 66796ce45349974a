"""Reading a mail that answers one of ours: who wrote it, what is new in it, which files came along. Pure."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr
from typing import Any

from suppliers.threads.files import LARGEST, Upload
from suppliers.threads.plain import text_of_html
from suppliers.threads.reply_address import MARKER

# A mail may be larger than its files: base64 takes a third more.
LARGEST_MAIL = 40 * 1024 * 1024
_LONGEST_TEXT = 100_000

_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
# One line, or two where the mail program broke it, that introduces what is quoted. Each language's own words.
_WROTE = re.compile(
    r"^\W{0,4}(on|am|le|op|el|il|em|den|w dniu|dnia)\b.{4,280}\b"
    r"(wrote|schrieb|a écrit|schreef|escribió|ha scritto|escreveu|skrev|napisał|napisała)\b.{0,80}:\s*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\W{2,}\s{0,4}(original message|ursprüngliche nachricht|message d'origine|oorspronkelijk bericht"
    r"|mensaje original|messaggio originale|forwarded message)\s{0,4}\W{2,}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\W{0,3}(from|von|de|van|da|od|från)\s?\W{0,3}:", re.IGNORECASE)
_SENT = re.compile(
    r"^\W{0,3}(sent|date|gesendet|datum|envoyé|verzonden|enviado|fecha|inviato|data|to|an|à|aan|para|a)\s?\W{0,3}:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{10,}\s*$")


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail, as far as a conversation is concerned."""

    sender: str  # in lower case
    addresses: tuple[str, ...]
    key: str  # the same for the same mail, however often it is delivered
    is_automatic: bool
    text: str
    files: tuple[Upload, ...]


def read_mail(raw: bytes, *, recipient: str = "") -> IncomingMail:
    """Read a mail as a mail server hands it over; *recipient* is the envelope's, where it is known."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what the policy makes
    said = str(mail.get("Message-ID", "")).strip() or raw.decode("latin-1")
    headers = [str(value) for name in _ADDRESSED for value in mail.get_all(name, [])]
    return IncomingMail(
        sender=parseaddr(str(mail.get("From", "")))[1].lower(),
        addresses=tuple(address for _, address in getaddresses([recipient, *headers]) if address),
        key=f"mail:{hashlib.sha256(said.encode()).hexdigest()[:40]}",
        is_automatic=_is_automatic(mail),
        text=without_quotes(_text_of(mail)[:_LONGEST_TEXT]),
        files=tuple(_files_of(mail)),
    )


def without_quotes(text: str) -> str:
    """Return what was written anew: without our own mail below it, and without a signature behind "-- "."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next(
        (number for number, line in enumerate(lines) if _begins_quote(lines, number, line)), len(lines)
    )
    kept = [line for line in lines[:end] if not line.startswith(">")]
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(kept).strip()


def _begins_quote(lines: list[str], number: int, line: str) -> bool:
    """Whether the rest, from this line on, is quoted or a signature."""
    if line in {"-- ", "--"} or MARKER in line or _ORIGINAL.match(line):
        return True
    # No line that introduces a quotation is longer; longer ones would only cost time.
    both = f"{line} {lines[number + 1]}" if number + 1 < len(lines) else line
    if len(both) < 400 and (_WROTE.match(line) or _WROTE.match(both)):
        return True
    following = [after for after in lines[number + 1 : number + 4] if after.strip()]
    if _RULE.match(line):
        return bool(following and _FROM.match(following[0]))
    return bool(_FROM.match(line[:60]) and following and _SENT.match(following[0][:60]))


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = _decoded(body)
    return text if body.get_content_type() == "text/plain" else text_of_html(text)


def _decoded(part: "Message[Any, Any]") -> str:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def _files_of(mail: EmailMessage) -> Iterator[Upload]:
    """Yield what was attached; pictures that stand in the text are logos of signatures nearly always."""
    for part in mail.walk():
        if part.is_multipart() or part.get_content_disposition() != "attachment":
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield Upload(part.get_filename() or "file", data[: LARGEST + 1])


def _is_automatic(mail: EmailMessage) -> bool:
    """Whether a program wrote it: an absence note, a bounce, a mailing list (RFC 3834)."""
    submitted = str(mail.get("Auto-Submitted", "no")).lower().strip()
    if submitted != "no" or str(mail.get("Return-Path", "")).strip() == "<>":
        return True
    if str(mail.get("Precedence", "")).lower().strip() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    return mail.get_content_type() == "multipart/report" or any(
        name in mail for name in ("X-Autoreply", "X-Autorespond", "List-Id")
    )
