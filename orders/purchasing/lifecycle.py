"""The states of orders, lines and answers, and the groups in which they are asked for."""

from collections import Counter
from collections.abc import Iterable

from django.db import models


class OrderState(models.TextChoices):
    """The order's state in Odoo, seen from the supplier's side. Odoo moves it, the portal mirrors it."""

    QUOTED = "QUOTED", "Request for quotation"
    ORDERED = "ORDERED", "Purchase order"
    LOCKED = "LOCKED", "Locked"
    CANCELLED = "CANCELLED", "Cancelled"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"  # back to draft in Odoo after the supplier had seen it

    @classmethod
    def open(cls) -> list["OrderState"]:
        """The states in which the supplier may answer.

        Locked counts: a company may lock every order at confirmation, and a locked order still wants its
        answer.
        """
        return [cls.QUOTED, cls.ORDERED, cls.LOCKED]


class LineState(models.TextChoices):
    """Who must act on a line.

    ASKED → PROPOSED (deviates) | AGREED;  PROPOSED → AGREED | REFUSED | COUNTERED | ASKED (declined);
    COUNTERED → AGREED | PROPOSED;  AGREED → PROPOSED (the supplier needs a change after all);
    AGREED → DUE (the delivery comes near) → AGREED | PROPOSED;  a proposal that is taken back → as before it;
    a change in Odoo → ASKED;  a cancellation → CANCELLED.
    """

    ASKED = "ASKED", "To confirm"
    PROPOSED = "PROPOSED", "With the buyer"
    COUNTERED = "COUNTERED", "Counter-proposal"
    AGREED = "AGREED", "Agreed"
    DUE = "DUE", "Confirm again"
    REFUSED = "REFUSED", "Will not be delivered"
    CANCELLED = "CANCELLED", "Cancelled"

    @classmethod
    def waiting_for_supplier(cls) -> list["LineState"]:
        """The states in which the supplier must act."""
        return [cls.ASKED, cls.COUNTERED, cls.DUE]

    @classmethod
    def settled(cls) -> list["LineState"]:
        """The states in which both sides hold the same values, confirmed again or not yet."""
        return [cls.AGREED, cls.DUE]

    @classmethod
    def answerable(cls) -> list["LineState"]:
        """The states in which the supplier may say something."""
        return [cls.ASKED, cls.COUNTERED, cls.DUE, cls.AGREED]


class AnswerState(models.TextChoices):
    """What became of one round's answer to a line."""

    PENDING = "PENDING", "Waiting for a decision"
    AGREED = "AGREED", "Agreed"
    DECLINED = "DECLINED", "Declined"
    COUNTERED = "COUNTERED", "Answered with a counter-proposal"
    SUPERSEDED = "SUPERSEDED", "Overtaken by a change of the order"
    WITHDRAWN = "WITHDRAWN", "Taken back"


class Side(models.TextChoices):
    """Who sent a round."""

    SUPPLIER = "SUPPLIER", "Supplier"
    BUYER = "BUYER", "Buyer"


class DateKind(models.TextChoices):
    """The dates of a line whose moves are remembered."""

    REQUESTED = "REQUESTED", "Requested"
    PROMISED = "PROMISED", "Promised"
    EXPECTED = "EXPECTED", "Expected by Odoo"


class OrderSummary(models.TextChoices):
    """Where an order stands as a whole; derived from its lines, never typed."""

    WAITING_FOR_SUPPLIER = "WAITING", "To confirm"
    PARTLY_ANSWERED = "PARTLY", "Partly confirmed"
    WITH_BUYER = "WITH_BUYER", "With the buyer"
    AGREED = "AGREED", "Agreed"
    REFUSED = "REFUSED", "Will not be delivered"
    CLOSED = "CLOSED", "Closed"

    @classmethod
    def waiting_for_supplier(cls) -> list["OrderSummary"]:
        """Where at least one line waits for the supplier."""
        return [cls.WAITING_FOR_SUPPLIER, cls.PARTLY_ANSWERED]


def summarize(order_state: str, line_states: Iterable[str]) -> OrderSummary:
    """Derive where an order stands from its own state and those of its lines.

    The supplier's turn comes first: while any line waits for the supplier, the order does.
    """
    if order_state not in OrderState.open():
        return OrderSummary.CLOSED
    count = Counter(line_states)
    live = count.total() - count[LineState.CANCELLED]
    waiting = sum(count[state] for state in LineState.waiting_for_supplier())
    if live == 0:
        return OrderSummary.CLOSED
    if waiting:
        return OrderSummary.WAITING_FOR_SUPPLIER if waiting == live else OrderSummary.PARTLY_ANSWERED
    if count[LineState.PROPOSED]:
        return OrderSummary.WITH_BUYER
    return OrderSummary.REFUSED if count[LineState.REFUSED] == live else OrderSummary.AGREED
