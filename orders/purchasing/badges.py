"""The words and colours of states, as each side reads them: blue waits for me, grey for somebody else."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary, Side


@dataclass(frozen=True, slots=True)
class Badge:
    """A state for the page: ``tone`` is a CSS class of quayside.css, which adds colour and icon."""

    tone: str
    words: str

    @property
    def html(self) -> SafeString:
        """The badge as it stands on the page."""
        return _badge_html(self.tone, self.words)


_LINE = {
    Side.SUPPLIER: {
        LineState.ASKED: Badge("mine", "To confirm"),
        LineState.PROPOSED: Badge("theirs", "With the buyer"),
        LineState.COUNTERED: Badge("mine", "Counter-proposal"),
        LineState.DUE: Badge("mine", "Confirm again"),
    },
    Side.BUYER: {
        LineState.ASKED: Badge("theirs", "With the supplier"),
        LineState.PROPOSED: Badge("mine", "To decide"),
        LineState.COUNTERED: Badge("theirs", "Counter-proposal sent"),
        LineState.DUE: Badge("theirs", "To be confirmed again"),
    },
}
_LINE_BOTH = {
    LineState.AGREED: Badge("done", "Agreed"),
    LineState.REFUSED: Badge("wrong", "Will not be delivered"),
    LineState.CANCELLED: Badge("gone", "Cancelled"),
}
_ORDER = {
    Side.SUPPLIER: {
        OrderSummary.WAITING_FOR_SUPPLIER: Badge("mine", "To confirm"),
        OrderSummary.PARTLY_ANSWERED: Badge("mine", "Partly confirmed"),
        OrderSummary.WITH_BUYER: Badge("theirs", "With the buyer"),
    },
    Side.BUYER: {
        OrderSummary.WAITING_FOR_SUPPLIER: Badge("theirs", "With the supplier"),
        OrderSummary.PARTLY_ANSWERED: Badge("theirs", "Partly confirmed"),
        OrderSummary.WITH_BUYER: Badge("mine", "To decide"),
    },
}
_ORDER_BOTH = {
    OrderSummary.AGREED: Badge("done", "Agreed"),
    OrderSummary.REFUSED: Badge("wrong", "Will not be delivered"),
    OrderSummary.CLOSED: Badge("gone", "Closed"),
}
_CLOSED = {
    OrderState.CANCELLED: Badge("gone", "Cancelled"),
    OrderState.WITHDRAWN: Badge("gone", "Withdrawn"),
}


_AWAITED = {
    Side.SUPPLIER: Badge("theirs", "Agreed, waits to be changed in Odoo"),
    Side.BUYER: Badge("mine", "Agreed, to be changed in Odoo"),
}


def line_badge(state: str, side: Side, *, awaits_change: bool = False) -> Badge:
    """Return a line's state in the words of one side.

    *awaits_change*: another product or unit was agreed, and Odoo's line does not hold it yet.
    """
    known = LineState(state)
    if awaits_change and known == LineState.AGREED:
        return _AWAITED[side]
    return _LINE[side].get(known) or _LINE_BOTH[known]


def order_badge(state: str, summary: str, side: Side) -> Badge:
    """Return where an order stands in the words of one side."""
    if closed := _CLOSED.get(OrderState(state)):
        return closed
    known = OrderSummary(summary)
    return _ORDER[side].get(known) or _ORDER_BOTH[known]


def words_to_confirm(state: str) -> str:
    """Return what a supplier says who takes a line as it is: the words of the button."""
    return "Still as agreed" if state == LineState.DUE else "Confirm"


@lru_cache(maxsize=64)
def _badge_html(tone: str, words: str) -> SafeString:
    return format_html('<span class="state state-{}">{}</span>', tone, words)
