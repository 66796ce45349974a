"""The words of the exception queue: classes of trouble, states, and what will happen next and when."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from integrations.errors import FaultClass
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.badges import Badge

CLASSES: dict[str, str] = {
    FaultClass.DATA: "Data",
    FaultClass.PERMISSION: "Permission",
    FaultClass.CONNECTION: "Connection",
    FaultClass.CONFLICT: "Conflict",
    FaultClass.BUG: "Bug",
}
# What usually helps, for the person who reads a class for the first time.
ADVICE: dict[str, str] = {
    FaultClass.DATA: "Odoo refused it. Put it right there or change the message, then send it again.",
    FaultClass.PERMISSION: "The portal's user in Odoo may not do this. Give it the right, then send again.",
    FaultClass.CONNECTION: "Odoo could not be reached. Nothing has to be done unless it lasts.",
    FaultClass.CONFLICT: "Somebody changed the same thing in Odoo. It goes on as soon as that was read.",
    FaultClass.BUG: "The portal made a mistake. Sending again is safe; tell whoever looks after it.",
}
_TOPICS = {
    "order.message": "Message to Odoo",
    "purchase_order.agreement": "Agreement to Odoo",
    "purchase_order.change_over": "Closed activity to Odoo",
}
_BADGES: dict[str, Badge] = {
    Status.PARKED: Badge("wrong", "Needs attention"),
    Status.PENDING: Badge("warn", "Will be tried again"),
    Status.SENDING: Badge("theirs", "Being sent"),
    Status.DELIVERED: Badge("done", "Solved"),
    Status.OBSOLETE: Badge("gone", "Not sent"),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What will happen next, and when (None: when somebody does something, or it has happened)."""

    words: str
    at: datetime | None = None


def topic_words(topic: str) -> str:
    """Return a topic as people read it."""
    return _TOPICS.get(topic, topic.replace(".", ": ").replace("_", " ").capitalize())


def class_words(fault: str) -> str:
    """Return a class of trouble as people read it."""
    return CLASSES.get(fault, fault.capitalize() or "–")


def badge_of(message: OutboxMessage, now: datetime) -> Badge:
    """Return where a message stands."""
    if message.status in {Status.PARKED, Status.PENDING} and message.proposed_edit:
        return Badge("mine", "Change to approve")
    if message.status == Status.PARKED and is_put_off(message, now):
        return Badge("theirs", "Put off")
    return _BADGES[message.status]


def is_put_off(message: OutboxMessage, now: datetime) -> bool:
    """Whether somebody has put a message off until later than *now*."""
    return message.snoozed_until is not None and message.snoozed_until > now


def outlook_of(message: OutboxMessage, now: datetime) -> Outlook:
    """Return what will happen next with a message, and when."""
    match message.status:
        case Status.DELIVERED:
            return Outlook("Odoo has taken it", message.delivered_at)
        case Status.OBSOLETE:
            return Outlook(message.reason or "It will not be sent")
        case Status.SENDING:
            return Outlook(
                "Is being sent; if the worker is lost, another one takes it up", message.leased_until
            )
        case Status.PENDING:
            return _waiting(message, now)
    return _parked(message, now)


def _waiting(message: OutboxMessage, now: datetime) -> Outlook:
    if message.due_at is None or message.due_at <= now:
        return Outlook("Is sent as soon as a worker is free and what stands before it is done")
    place = f"attempt {message.attempts + 1} of {settings.OUTBOX_MAX_ATTEMPTS}"
    return Outlook(f"Is tried again by itself, {place}", message.due_at)


def _parked(message: OutboxMessage, now: datetime) -> Outlook:
    if message.proposed_edit:
        return Outlook(f"A change by {message.proposed_edit['by']} waits for a second person")
    if is_put_off(message, now):
        return Outlook("Is shown again among the open ones", message.snoozed_until)
    if message.fault_class == FaultClass.CONFLICT:
        return Outlook("Goes on by itself when the change in Odoo has been read, or send it again")
    return Outlook("Nothing by itself: send it again, change it, or give it up")
