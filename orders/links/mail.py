"""The two mails of this room: a code, and a link that was asked for."""

from collections.abc import Callable
from datetime import datetime

from orders.links.models import AnswerLink, LinkCode
from orders.links.rules import CODE_LIFE, spoken
from orders.purchasing.mail import line_facts, order_facts
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.actions import notify, notify_address
from suppliers.people.models import User


def send_code_mail(code: LinkCode, digits: str, *, to: User) -> None:
    """Tell the reader the code, to type where the link was opened.

    There is no link in this mail: a scanner that presses buttons ends here. The code is kept out of the
    stored text as private links are.
    """
    order = code.link.order
    context = order_facts(order) | {"minutes": int(CODE_LIFE.total_seconds() // 60)}
    key = f"link-code-{code.pk}"
    if to.pk is None:
        notify_address(
            order,
            event="link_code",
            email=to.email,
            context=context,
            at=code.sent_at,
            key=key,
            private_link=spoken(digits),
        )
        return
    notify(
        order,
        event="link_code",
        to=[to],
        context=context,
        at=code.sent_at,
        key=key,
        private_link_for=lambda _: spoken(digits),
    )


def send_link_mail(
    order: PurchaseOrder, *, to: User, by: User | None, at: datetime, make_link: Callable[[], str]
) -> None:
    """Send somebody the link to an order as it is now; ``by`` is the buyer who sends it, None: they asked."""
    lines = list(order.lines.order_by("sequence", "pk"))
    context = order_facts(order) | line_facts(lines) | {"by": str(by or "")}
    key = f"order-{order.pk}-link-{at.isoformat()}"
    if to.pk is None:
        notify_address(
            order,
            event="order_link",
            email=to.email,
            context=context,
            at=at,
            key=key,
            private_link=make_link(),
        )
        return
    notify(
        order,
        event="order_link",
        to=[to],
        context=context,
        at=at,
        key=key,
        private_link_for=lambda _: make_link(),
    )


def reader_name(link: AnswerLink, reader: User | None) -> str:
    """Return how the journal names the reader of a link."""
    return str(reader) if reader is not None and reader.name else link.email
