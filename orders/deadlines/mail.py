"""The mails of the steps: to the supplier's contacts what waits, to the buyer's side who is silent."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from orders.deadlines.contacts import Contact, People, told_at
from orders.deadlines.lifecycle import StepCode, StepState
from orders.deadlines.models import Deadline, Step
from orders.deadlines.wording import moment_text
from orders.purchasing.mail import order_facts
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.private_links import private_link_to
from orders.purchasing.wording import date_text
from suppliers.notices.actions import notify, notify_address
from suppliers.people.models import User


def tell(step: Step, deadline: Deadline, to: Sequence[Contact], people: People, *, at: datetime) -> None:
    """Write the mail of a step to each of these people, with moments in their own time zones.

    Somebody who is only invited reads them in the zone of the order's dates.
    """
    event = "order_reminder" if step.code in StepCode.to_supplier() else "order_silent"
    facts = order_facts(deadline.order) | {
        "step": step.code,
        "kind": deadline.kind,
        "hours": deadline.hours,
        "delivery_on": date_text(deadline.delivery_on) if deadline.delivery_on else "",
    }
    first = people.first(deadline.contact_id)
    # Only who answers is let in without logging in; buyers are not.
    make_link = private_link_to(deadline.order, at=at) if event == "order_reminder" else None
    for person in to:
        context = facts | _moments(step, deadline, people, person) | {"first": str(first or "nobody")}
        told: dict[str, Any] = {"event": event, "context": context, "at": at, "key": step.key}
        if isinstance(person, User):
            notify(deadline.order, to=[person], private_link_for=make_link, **told)
        elif make_link is not None:
            link = partial(make_link, person.invitation)
            notify_address(deadline.order, email=person.email, private_link=link, **told)


def _moments(step: Step, deadline: Deadline, people: People, reader: Contact) -> dict[str, Any]:
    """Return the deadline and what comes next, in words for this reader."""
    zone = reader.time_zone if isinstance(reader, User) else deadline.order.company.time_zone
    later = deadline.steps.filter(state=StepState.PLANNED, due_at__gt=step.due_at).first()
    following = [str(person) for person in told_at(later.code, deadline, people)] if later else []
    return {
        "asked": moment_text(deadline.started_at, zone),
        "due": moment_text(deadline.due_at, zone),
        "next_at": moment_text(later.due_at, zone) if later else "",
        "next_to": " and ".join(following),
        "next_is_reader": following == [str(reader)],
    }


def tell_another_contact(
    order: PurchaseOrder, deadline: Deadline | None, to: User, *, by: User, at: datetime
) -> None:
    """Ask somebody else at the supplier; without a running clock their mail starts one."""
    due = moment_text(deadline.due_at, to.time_zone) if deadline else ""
    # Pressed twice within a minute it is one mail.
    key = f"order-{order.pk}-to-{to.pk}-{at:%Y%m%d%H%M}"
    context = order_facts(order) | {"by": str(by), "due": due}
    notify(
        order,
        event="order_forwarded",
        to=[to],
        context=context,
        at=at,
        key=key,
        asks=deadline is None,
        private_link_for=private_link_to(order, at=at),
    )
