"""Opening a link: the signature first, then the tenant wall around its one supplier, then the row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from orders.links.lifecycle import Facts, LinkState, state_of
from orders.links.models import AnswerLink
from orders.links.readers import reader_of
from orders.links.tokens import Claim, read_token
from orders.purchasing.models import PurchaseOrder
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.people.models import User
from suppliers.tenancy import wall


@dataclass(slots=True)
class Visit:
    """A link that was opened: what it is for and what it may open now."""

    token: str
    link: AnswerLink
    reader: User | None  # None: they left
    state: LinkState
    at: datetime
    is_proven: bool = False  # whether whoever opened it has shown to be the reader
    may_join: bool = False  # has shown to read the mailbox of somebody who was only invited

    @property
    def order(self) -> PurchaseOrder:
        """The order it is about, with supplier and company."""
        return self.link.order

    @property
    def may_answer(self) -> bool:
        """Whether the order may be answered here and now."""
        return self.is_proven and self.state is LinkState.LIVE


@contextmanager
def opened(token: str, *, at: datetime) -> Iterator[Visit | None]:
    """Run a block behind the wall of the one supplier that a link names; None for a link we did not make."""
    claim = read_token(token)
    if claim is None:
        yield None
        return
    with wall(suppliers=claim.supplier_ids, companies=claim.company_ids):
        yield _read(claim, token, at)


def facts_of(link: AnswerLink, reader: User | None) -> Facts:
    """Return what a link's state follows from; *link* comes with its order."""
    order = link.order
    return Facts(
        revision=link.revision,
        expires_at=link.expires_at,
        is_revoked=link.revoked_at is not None,
        order_revision=order.revision,
        order_is_open=order.is_open,
        reader_may_look=reader is not None,
        reader_may_answer=reader is not None and may(reader, order, ANSWER_ORDERS),
    )


def _read(claim: Claim, token: str, at: datetime) -> Visit | None:
    link = (
        AnswerLink.objects.visible_to(claim)
        .select_related("order__company", "order__supplier", "invitation")
        .filter(digest=claim.digest)
        .first()
    )
    if link is None:
        return None
    reader = reader_of(link, at=at)
    return Visit(token, link, reader, state_of(facts_of(link, reader), at=at), at)
