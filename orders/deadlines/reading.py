"""Why an order has no answer yet: what was sent to whom, whether it arrived, and what happens next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Subquery

from orders.deadlines.contacts import People, people_of, told_at
from orders.deadlines.lifecycle import Ending, StepCode, StepState
from orders.deadlines.models import Deadline, Step
from orders.deadlines.querysets import answers_since_asked
from orders.purchasing.badges import Badge
from orders.purchasing.lifecycle import OrderSummary
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.notices.reading import states_of
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, may
from suppliers.people.models import User

_SHOWN = 40
_TONES = {
    NoticeState.WAITING: "theirs",
    NoticeState.SENDING: "theirs",
    NoticeState.SENT: "done",
    NoticeState.REFUSED: "wrong",
    NoticeState.BOUNCED: "wrong",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail about the order, and what became of it."""

    notice: Notice
    badge: Badge
    trouble: str = ""  # what the other mail server said, or what keeps it from leaving


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next when nobody answers."""

    step: Step
    to: str


@dataclass(frozen=True, slots=True)
class SentPage:
    """What was sent about an order."""

    order: PurchaseOrder
    deadline: Deadline | None  # the one that runs
    former: Deadline | None  # without one that runs: the last that ran
    silence: str  # why no clock runs on what waits, empty when one does or nothing waits
    following: Next | None
    mails: list[Mail]
    people: People
    may_reroute: bool
    now: datetime

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline.due_at <= self.now


def sent_page(order: PurchaseOrder, user: User, *, now: datetime) -> SentPage:
    """Read what was sent about an order, newest first, to whoever may see the order."""
    # The one that runs, of two the one that ends first; without any the last that ran.
    place = (F("ended_at").desc(nulls_first=True), "due_at", "-pk")
    deadlines = Deadline.objects.visible_to(user).filter(order=order).order_by(*place)
    newest = deadlines.annotate(answered_at=Subquery(answers_since_asked().values("at")[:1])).first()
    if newest is not None and newest.ended_at is None and newest.answered_at:
        # The clock is stopped within a minute; whoever has just answered sees it stopped already.
        newest.ended_at, newest.ending = newest.answered_at, Ending.ANSWERED
    waits = order.is_open and order.summary in OrderSummary.waiting_for_supplier()
    runs = newest is not None and newest.ended_at is None
    people = people_of([newest or Deadline(supplier=order.supplier, company=order.company)], at=now)
    mails = _mails(order, user)
    own = next(iter(people.values()))
    return SentPage(
        order=order,
        deadline=newest if runs else None,
        former=None if runs else newest,
        silence=_silence(order, newest, mails, own) if waits and not runs else "",
        following=_next(newest, order, user, own, mails) if newest and runs else None,
        mails=mails,
        people=own,
        may_reroute=waits and may(user, order, ANSWER_ORDERS | DECIDE_PROPOSALS),
        now=now,
    )


def _mails(order: PurchaseOrder, user: User) -> list[Mail]:
    rows = Notice.objects.visible_to(user).filter(subject_type=order._meta.model_name, subject_id=order.pk)
    notices = list(rows.order_by("-pk")[:_SHOWN])
    return [
        Mail(
            notice,
            Badge(_TONES.get(NoticeState(notice.state), "gone"), notice.get_state_display()),
            words if words != notice.get_state_display() else "",
        )
        for notice, words in zip(notices, states_of(notices), strict=True)
    ]


def _next(
    deadline: Deadline, order: PurchaseOrder, user: User, people: People, mails: list[Mail]
) -> Next | None:
    step = Step.objects.visible_to(user).filter(deadline=deadline, state=StepState.PLANNED).first()
    if step is None:
        return None
    deadline.order = order
    names = " and ".join(str(person) for person in told_at(step.code, deadline, people))
    if not names and step.code in (StepCode.HALF, StepCode.NEARLY, StepCode.OVERDUE):
        # Whom the supplier invited itself is hidden from its buyer; that a mail went there is not.
        names = next(iter(_to_guests(mails)), "")
    return Next(step, names or "nobody: there is no such contact")


def _to_guests(mails: list[Mail]) -> list[str]:
    """Return the addresses of those who were told and have no account here."""
    notices = (mail.notice for mail in mails)
    return [one.to_email for one in notices if one.to_user_id is None and not one.to_name]


def _silence(order: PurchaseOrder, last: Deadline | None, mails: list[Mail], people: People) -> str:
    """Say why no clock runs although something waits for the supplier."""
    if not people.contacts and not people.guests and not _to_guests(mails):
        return f"Nobody at {order.supplier} can answer orders here yet: nobody was told, no deadline runs."
    states = {mail.notice.state for mail in mails}
    on_its_way = {NoticeState.WAITING, NoticeState.SENDING}
    if any(mail.notice.wants_clock and mail.notice.state in on_its_way for mail in mails):
        return "The mail is on its way. The deadline begins when the mail server has taken it."
    if last is not None and last.ending == Ending.UNDELIVERED:
        return "No mail reached anybody, so no deadline runs. Ask another contact."
    if last is not None and last.ending == Ending.ANSWERED:
        return "A part was answered, which ended the deadline; the rest is still open."
    if states & on_its_way:
        return "The mail is on its way. The deadline begins when the mail server has taken it."
    if mails and not states & {NoticeState.SENT}:
        return "No mail reached anybody, so no deadline runs. Ask another contact."
    return "Nobody was asked by mail, for the order was there before the portal. Ask a contact to begin."
