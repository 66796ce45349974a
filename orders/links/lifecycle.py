"""What a link may open: derived from the link, its order and its reader each time, never stored. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import models


class LinkState(Enum):
    """What whoever holds the link may do with it."""

    LIVE = "works"  # the order may be answered
    LOOK_ONLY = "may look only"  # its reader's role does not answer orders
    OLD = "older revision"  # the order was changed since
    EXPIRED = "expired"
    CLOSED = "order closed"
    REVOKED = "withdrawn"
    LEFT = "reader left"  # no longer works for the supplier

    @property
    def is_live(self) -> bool:
        """Whether the order may be answered through the link."""
        return self is LinkState.LIVE

    @property
    def shows_the_order(self) -> bool:
        """Whether the page shows the order in full."""
        return self in {LinkState.LIVE, LinkState.LOOK_ONLY}

    @property
    def tells_how_it_stands(self) -> bool:
        """Whether the page says, in a few words, what the order is now."""
        return self in {LinkState.OLD, LinkState.EXPIRED, LinkState.CLOSED}

    @property
    def may_be_renewed(self) -> bool:
        """Whether its holder may have a fresh link sent to the address on file."""
        return self in {LinkState.OLD, LinkState.EXPIRED}


class Cause(models.TextChoices):
    """Why a link was sent."""

    NEWS = "NEWS", "With a mail about the order"
    BUYER = "BUYER", "Sent again by the buyer"
    READER = "READER", "Asked for with an old link"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state of a link follows from."""

    revision: int
    expires_at: datetime
    is_revoked: bool
    order_revision: int
    order_is_open: bool
    reader_may_look: bool
    reader_may_answer: bool


def state_of(facts: Facts, *, at: datetime) -> LinkState:
    """Return what a link may open at that time.

    Who may no longer see the order comes first, so that such a link tells nothing about it.
    """
    if facts.is_revoked:
        return LinkState.REVOKED
    if not facts.reader_may_look:
        return LinkState.LEFT
    if not facts.order_is_open:
        return LinkState.CLOSED
    if facts.revision != facts.order_revision:
        return LinkState.OLD
    if at >= facts.expires_at:
        return LinkState.EXPIRED
    return LinkState.LIVE if facts.reader_may_answer else LinkState.LOOK_ONLY
