"""What people are told about: each event's kind, and whether it asks its reader for an answer. Pure."""

from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    """Kinds of events, as people choose how to be told of them."""

    ORDERS = "ORDERS", "New and changed orders"
    DECISIONS = "DECISIONS", "Decisions and counter-proposals on what we proposed"
    PROPOSALS = "PROPOSALS", "Proposals of suppliers"
    REMINDERS = "REMINDERS", "Reminders of deadlines"
    ESCALATIONS = "ESCALATIONS", "Suppliers that do not answer"
    MESSAGES = "MESSAGES", "Messages and notes that concern me"
    OTHER = "OTHER", "Everything else"
    ACCOUNT = "ACCOUNT", "My account and my access"


@dataclass(frozen=True, slots=True)
class Event:
    """What is known of an event. ``asks``: its reader's side is to answer, so a clock may run on it."""

    kind: Kind
    asks: bool = False
    in_app: bool = True  # whether it is of use in the portal too

    @property
    def is_work(self) -> bool:
        """Whether an answer may follow from it."""
        return self.kind in {Kind.ORDERS, Kind.DECISIONS}

    @property
    def is_about_deadline(self) -> bool:
        """Whether somebody must get it, whatever people have chosen."""
        return self.kind in {Kind.REMINDERS, Kind.ESCALATIONS}


_EVENTS = {
    "order_new": Event(Kind.ORDERS, asks=True),
    "order_changed": Event(Kind.ORDERS, asks=True),
    "order_countered": Event(Kind.DECISIONS, asks=True),
    # Only a decline asks again; who tells of it says so.
    "order_decided": Event(Kind.DECISIONS),
    # A word that what was agreed still holds, asked for before goods are due.
    "order_reconfirm": Event(Kind.ORDERS, asks=True),
    "order_forwarded": Event(Kind.ORDERS),
    "order_reminder": Event(Kind.REMINDERS),
    "order_silent": Event(Kind.ESCALATIONS),
    "order_link": Event(Kind.ORDERS),
    # Whoever asked for a code waits for it: like all mail about one's own access it cannot be turned off.
    "link_code": Event(Kind.ACCOUNT, in_app=False),
    "order_proposed": Event(Kind.PROPOSALS),
    "message_new": Event(Kind.MESSAGES),
    "order_withdrawn": Event(Kind.PROPOSALS),
    "order_arrived": Event(Kind.PROPOSALS),
    "invitation": Event(Kind.ACCOUNT),
    "role_changed": Event(Kind.ACCOUNT),
    "access_removed": Event(Kind.ACCOUNT),
}
_UNKNOWN = Event(Kind.OTHER)


def event_of(name: str) -> Event:
    """Return what is known of an event; one that is not listed is of the kind OTHER."""
    return _EVENTS.get(name, _UNKNOWN)
