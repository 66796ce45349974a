"""The page of proposals: everything it shows, in a fixed number of queries whatever there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from orders.decisions.asides import set_aside_by
from orders.decisions.effects import Asked, add_up, delays
from orders.decisions.filters import GROUPS, KINDS, Filters
from orders.decisions.history import MONTHS, history_of
from orders.decisions.likeness import Decided, similar_to, similar_words, size_of
from orders.decisions.offers import Offer, offers_of
from orders.decisions.queue import Cut, Totals, Waiting, cut
from orders.decisions.reading import MOST, open_proposals, read_replies
from orders.decisions.records import Kind, kind_of
from orders.decisions.sentences import Terms, effect_sentences, foreign_sentences, joined, value_sentence
from orders.decisions.urgency import needed_words, place_words
from orders.purchasing.replies import Reply
from suppliers.formats import money
from suppliers.people.access import DECIDE_PROPOSALS, MANAGE_POLICIES, may
from suppliers.people.models import User
from suppliers.policies.calendars import company_workdays
from suppliers.policies.lookup import rulebooks
from suppliers.policies.records import Workdays
from suppliers.policies.verdict import Verdict
from suppliers.policies.wording import finding_text

PAGE = 80
_MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal as the page shows it."""

    waiting: Waiting
    reply: Reply
    effect: str
    why: list[str]  # what policies said of it
    similar: str
    similar_url: str
    order_url: str
    may_decide: bool

    @property
    def pk(self) -> int:
        """The line answer's id, as forms post it."""
        return self.waiting.proposal.pk

    @property
    def counter_url(self) -> str:
        """Where the form of a counter-proposal comes from."""
        return f"{_decide_url()}{self.pk}/counter/"

    @property
    def line(self) -> Any:
        """The order line."""
        return self.reply.answer.line

    @property
    def order(self) -> Any:
        """The order, with its supplier and company."""
        return self.reply.answer.answer.order

    @property
    def needed(self) -> str:
        """How soon the goods are needed."""
        return needed_words(self.waiting.place.needed_in)

    @property
    def why_here(self) -> str:
        """Why the row stands where it does."""
        amount = f"{money(self.waiting.place.at_stake, self.order.currency)} {self.order.currency}"
        return place_words(self.waiting.place, amount)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; without grouping there is one, without a heading."""

    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """A tab, a choice or a chip of the page."""

    label: str
    url: str
    is_current: bool = False
    count: int | None = None
    code: str = ""


def decide_page(user: User, filters: Filters, *, now: datetime) -> dict[str, Any]:
    """Return the context of decisions/list.html."""
    found = open_proposals(user)
    has_more = len(found) > MOST
    today = timezone.localtime(now).date()
    page = cut(found[:MOST], filters, name=user.name, on=today, size=PAGE)
    rows, offers = rows_of(user, page.rows, now=now)
    url, companies = reverse("decisions:list"), _companies(user)
    return {
        "filters": filters,
        "groups": _grouped(rows, filters.group),
        "rows": rows,
        "totals": page.totals,
        "total_words": total_words(page.totals),
        "kinds": _kinds(url, filters, page),
        "groupings": [
            Link(label, url + filters.query(group=code), filters.group == code, code=code)
            for code, label in GROUPS.items()
        ],
        "suppliers": page.suppliers,
        "companies": companies,
        "chips": _chips(url, filters, page, rows, dict(companies)),
        "following_url": url + filters.query(cursor=page.following) if page.following else "",
        "first_url": url + filters.query() if filters.cursor else "",
        "clear_url": url + Filters(group=filters.group).query(),
        "offers": offers[:_MOST_OFFERS],
        "rules_for": _rules_for(user),
        "may_decide": any(row.may_decide for row in rows),
        "has_more": has_more,
        "newest": max((one.pk for one in found), default=0),
        "all": len(found),
    }


def top_of(user: User, *, now: datetime, size: int) -> tuple[list[Row], int]:
    """Return the most urgent proposals, and how many there are in all."""
    found = open_proposals(user)[:MOST]
    today = timezone.localtime(now).date()
    urgent = cut(found, Filters(), name=user.name, on=today, size=size).rows
    rows, _ = rows_of(user, urgent, now=now)
    return rows, len(found)


def rows_of(user: User, found: Sequence[Waiting], *, now: datetime) -> tuple[list[Row], list[Offer]]:
    """Return proposals as the page shows them, and what could be left to rules: four queries."""
    replies = {reply.answer.pk: reply for reply in read_replies(user, [one.proposal.pk for one in found])}
    history = history_of(user, {kind_of(one.proposal) for one in found}, now=now)
    workdays = company_workdays({one.proposal.company_id for one in found})
    rows = [
        _row(user, one, replies[one.proposal.pk], history, workdays)
        for one in found
        if one.proposal.pk in replies
    ]
    names = {one.proposal.supplier_id: one.proposal.supplier__name for one in found}
    offers = offers_of(history, names=names, reader=user.pk, now=now)
    return rows, _still_useful(offers, rows, user, now) if offers else []


def _still_useful(offers: Sequence[Offer], rows: Sequence[Row], user: User, now: datetime) -> list[Offer]:
    """Leave out what a policy lets pass by now, and what the reader does not want to hear of."""
    companies = {row.order.company_id: row.order.company for row in rows}
    books = rulebooks({(companies[offer.company_id], offer.supplier_id) for offer in offers}, at=now)
    unwanted = set_aside_by(user, now=now)
    return [
        offer
        for offer in offers
        if offer.key not in unwanted and not offer.is_covered_by(books[offer.company_id, offer.supplier_id])
    ]


def total_words(totals: Totals) -> str:
    """Say what some proposals come to together: "12 lines of 5 orders; raises them by 40.00 EUR"."""
    lines = f"{totals.lines} line" + ("" if totals.lines == 1 else "s")
    orders = f"{totals.orders} order" + ("" if totals.orders == 1 else "s")
    them = "it" if totals.orders == 1 else "them"
    said = [value_sentence(amount, code).replace("the order", them) for code, amount in totals.money.items()]
    return "; ".join([f"{lines} of {orders}", *said])


def _row(
    user: User,
    one: Waiting,
    reply: Reply,
    history: Mapping[Kind, Sequence[Decided]],
    workdays: Mapping[int, Workdays],
) -> Row:
    proposal, answer = one.proposal, reply.answer
    kinds, asked = (
        tuple(proposal.deviations),
        Asked(answer.asked_quantity, answer.asked_price, answer.asked_on),
    )
    order = answer.answer.order
    terms = Terms(answer.asked_quantity, answer.line.unit, order.currency, order.amount_untaxed)
    foreign = foreign_sentences(reply.parts, answer.line.product_code, answer.line.unit)
    apart = delays(reply.parts, answer.asked_on, workdays.get(proposal.company_id))
    return Row(
        waiting=one,
        reply=reply,
        effect=joined(foreign + effect_sentences(one.effect, apart, terms)),
        why=_why(reply),
        similar=_similar(kinds, asked, reply, history.get(kind_of(proposal), ())),
        order_url=f"{_orders_url()}{order.pk}/",
        similar_url=_past_url(proposal.company_id, proposal.supplier_id, kinds),
        may_decide=may(user, answer, DECIDE_PROPOSALS),
    )


def _similar(kinds: tuple[str, ...], asked: Asked, reply: Reply, past: Sequence[Decided]) -> str:
    days = [part.delivery_on for part in reply.parts if part.delivery_on]
    size = size_of(kinds, asked, add_up(reply.parts, asked.needed_on), min(days, default=None))
    kind = kinds[0] if len(kinds) == 1 else ""
    similar = similar_to(kind, size, past)
    return joined([similar_words(kind, similar, months=MONTHS)]).rstrip(".") if similar else ""


def _why(reply: Reply) -> list[str]:
    """Return what policies said; that there is none goes without saying."""
    verdict = reply.answer.verdict
    findings = Verdict.read(verdict).findings if verdict else ()
    return [finding_text(finding) for finding in findings if finding.policy]


@cache
def _orders_url() -> str:
    """Where orders are; finding out anew for each link of each row took a sixth of the page's time."""
    return reverse("orders:detail", args=[0]).removesuffix("0/")


@cache
def _decide_url() -> str:
    return reverse("decisions:list")


def _past_url(company: int, supplier: int, kinds: Sequence[str]) -> str:
    return f"{_decide_url()}past/?company={company}&supplier={supplier}&kinds={'.'.join(kinds)}"


def _grouped(rows: Sequence[Row], group: str) -> list[Group]:
    groups: list[Group] = []
    for row in rows:
        title = {"supplier": str(row.order.supplier), "order": f"{row.order.number} · {row.order.supplier}"}
        wanted = title.get(group, "")
        if not groups or groups[-1].title != wanted:
            groups.append(Group(wanted))
        groups[-1].rows.append(row)
    return groups


def _kinds(url: str, filters: Filters, page: Cut) -> list[Link]:
    return [
        Link(label, url + filters.query(kind=code), filters.kind == code, page.kinds[code], code)
        for code, label in {"": "All", **KINDS}.items()
        if not code or page.kinds[code] or filters.kind == code
    ]


def _chips(
    url: str, filters: Filters, page: Cut, rows: Sequence[Row], companies: Mapping[int, str]
) -> list[Link]:
    chips = []
    if filters.order:
        number = rows[0].order.number if rows else "that is decided"
        chips.append(Link(f"Order {number}", url + filters.query(order=None)))
    if filters.supplier:
        name = page.suppliers.get(filters.supplier, ("nothing waits", 0))[0]
        chips.append(Link(f"Supplier: {name}", url + filters.query(supplier=None)))
    if filters.company and companies:
        name = companies.get(filters.company, "none of yours")
        chips.append(Link(f"For {name}", url + filters.query(company=None)))
    if filters.mine:
        chips.append(Link("Only my orders", url + filters.query(mine=False)))
    return chips


def _rules_for(user: User) -> set[int]:
    """Return the companies for which this person makes policies."""
    return {
        member.company_id
        for member in user.active_memberships
        if member.company_id and member.role in MANAGE_POLICIES
    }


def _companies(user: User) -> list[tuple[int, str]]:
    found = {one.company_id: str(one.company) for one in user.active_memberships if one.company_id}
    return sorted(found.items(), key=lambda item: item[1]) if len(found) > 1 else []
