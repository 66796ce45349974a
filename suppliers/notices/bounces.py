"""Reads what mail servers send back about a mail of ours: delivery status notifications (RFC 3464). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

# A report may enclose the whole mail; what lies beyond this is cut off, and says nothing more.
LARGEST_REPORT = 20_000_000
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says about one recipient of one mail.

    ``message_id`` is that of the mail it is about, ``said`` the words of the server that gave up.
    """

    message_id: str
    recipient: str
    action: str
    status: str
    said: str

    @property
    def is_final(self) -> bool:
        """Whether the mail will not arrive; "delayed" means that somebody is still trying."""
        return self.action == _FAILED

    @property
    def failure(self) -> str:
        """Why, as people are shown it: "5.1.1 550 no such user"."""
        return self.said if self.status in self.said else f"{self.status} {self.said}".strip()


def read_bounces(raw: bytes) -> list[Bounce]:
    """Return what a message reports: one entry for each recipient; none when it is no such report."""
    message = message_from_bytes(raw, policy=policy.default)
    if message.get_content_type() != "multipart/report":
        return []
    message_id = _message_id_of_original(message)
    return [
        Bounce(
            message_id=message_id,
            recipient=_after_type(fields.get("Original-Recipient") or fields.get("Final-Recipient") or ""),
            action=_plain(fields.get("Action")).lower(),
            status=_plain(fields.get("Status")).partition(" ")[0],
            said=_after_type(fields.get("Diagnostic-Code") or ""),
        )
        for fields in _recipients(message)
    ]


def _recipients(message: EmailMessage) -> Iterator[Message]:
    """Yield the fields of each recipient; those before the first blank line are about the report itself."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks if isinstance(block, Message) and block.get("Action"))


def _message_id_of_original(message: EmailMessage) -> str:
    """Return the Message-ID of the mail that came back, which is enclosed whole or with its head alone."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            enclosed = part.get_payload()
            if isinstance(enclosed, list) and enclosed and isinstance(enclosed[0], Message):
                return _plain(enclosed[0].get("Message-ID"))
        if kind == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            if isinstance(head, bytes):
                return _plain(message_from_bytes(head, policy=policy.default).get("Message-ID"))
    return ""


def _after_type(value: object) -> str:
    """Return what stands behind the type of an address or a diagnosis: "rfc822; a@b" → "a@b"."""
    before, semicolon, after = _plain(value).partition(";")
    return (after if semicolon else before).strip()


def _plain(value: object) -> str:
    """Return a header as one line; a folded one has line breaks in it."""
    return " ".join(str(value or "").split())
