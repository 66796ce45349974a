"""What the page shows of how long suppliers have to answer: today's terms, those to come, and the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from orders.deadlines.models import AnswerTerms
from orders.deadlines.rules import Terms
from orders.deadlines.wording import further_text, hours_text
from orders.purchasing.positions import today_at
from portal.policies.reading import PolicyRow, policies_page
from suppliers.people.access import MANAGE_POLICIES, may
from suppliers.people.models import BuyerCompany, Supplier, User
from suppliers.policies.terms import Matter

# So many changes are shown; older ones are in the journal.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds for all suppliers, or for one of them."""

    supplier: Supplier | None
    current: AnswerTerms | None  # None: what holds otherwise
    next: AnswerTerms | None  # the next row that begins later

    @property
    def terms(self) -> Terms:
        """What holds today; without anything said what is usual."""
        return self.current.terms if self.current else Terms()

    @property
    def hours(self) -> str:
        """How long there is."""
        return hours_text(self.terms)

    @property
    def further(self) -> str:
        """Who is told after it."""
        return further_text(self.terms)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was said, for the history."""

    row: AnswerTerms

    @property
    def says(self) -> str:
        """What holds from then on."""
        if not self.row.is_off:
            return f"{hours_text(self.row.terms)}; {further_text(self.row.terms)}"
        return "as for all suppliers" if self.row.supplier_id else "what is usual"


@dataclass(frozen=True, slots=True)
class AnsweringPage:
    """How long suppliers of a company have to answer."""

    company: BuyerCompany
    for_all: Holding
    own: list[Holding]  # suppliers with terms of their own
    history: list[Change]
    asked_again: list[PolicyRow]  # policies that have suppliers asked to confirm again
    after: int  # the last that was said, for whoever changes anything
    may_manage: bool
    today: date


def answering_page(company: BuyerCompany, user: User, *, now: datetime) -> AnsweringPage:
    """Read the page: five queries, whatever was said."""
    today = today_at(company, now)
    rows = terms_said(company, user)
    of_supplier: dict[int | None, list[AnswerTerms]] = {None: []}
    for row in rows:
        of_supplier.setdefault(row.supplier_id, []).append(row)
    holdings = {supplier: holding_of(said, today) for supplier, said in of_supplier.items()}
    own = [one for supplier, one in holdings.items() if supplier and (one.current or one.next)]
    found = policies_page(user, matter=Matter.AGAIN.value, ended=False, now=now)["rows"]
    policies: list[PolicyRow] = found  # type: ignore[assignment]
    return AnsweringPage(
        company=company,
        for_all=holdings[None],
        own=sorted(own, key=lambda one: str(one.supplier)),
        history=[Change(row) for row in rows[:_SHOWN]],
        asked_again=[row for row in policies if row.policy.company_id == company.pk],
        after=rows[0].pk if rows else 0,
        may_manage=may(user, company, MANAGE_POLICIES),
        today=today,
    )


def terms_said(company: BuyerCompany, user: User) -> list[AnswerTerms]:
    """Return everything that was said, the newest first."""
    rows = AnswerTerms.objects.visible_to(user).filter(company=company)
    return list(rows.select_related("supplier", "by", "company").order_by("-pk"))


def holding_of(said: Iterable[AnswerTerms], today: date) -> Holding:
    """Return what holds of all that was said for one supplier, or for all; *said* is newest first."""
    said = list(said)
    covering = [
        row for row in said if row.starts_on <= today and (row.ends_on is None or today <= row.ends_on)
    ]
    current = max(covering, key=lambda row: (row.starts_on, row.pk), default=None)
    later = [row for row in said if row.starts_on > today]
    return Holding(
        supplier=said[0].supplier if said else None,
        current=None if current is None or current.is_off else current,
        next=min(later, key=lambda row: (row.starts_on, -row.pk), default=None),
    )
