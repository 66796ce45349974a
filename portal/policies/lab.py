"""The what-if of a policy that is not saved yet: read the past, play it twice, and lay both side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.policies.past import DEVIATIONS, past_answers
from portal.policies.whatif import Simulation, Tally
from suppliers.people.models import BuyerCompany, Supplier, User, VendorAccount
from suppliers.policies.calendars import company_workdays, supplier_workdays
from suppliers.policies.drafts import Terms
from suppliers.policies.models import Policy, PolicyVersion
from suppliers.policies.records import Rule, Scope, Workdays
from suppliers.policies.rules import in_force
from suppliers.policies.terms import Days, Matter, Outcome

_DAYS_OF_A_MONTH = 30.4375
# So many suppliers are listed; the total counts all of them.
_LISTED = 25


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """How one supplier's answers come out."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Lab:
    """The what-if as the page shows it."""

    matter: Matter
    months: int
    since: date
    total: Tally
    rows: list[SupplierRow]
    more: int  # suppliers that are not listed

    @property
    def gained(self) -> int:
        """How many answers pass by itself that did not; below zero when fewer do."""
        return self.total.after[Outcome.PASSES] - self.total.before[Outcome.PASSES]

    def as_json(self) -> dict[str, Any]:
        """Return what is kept with the version that is saved."""
        return {"months": self.months, "since": self.since.isoformat()} | self.total.as_json()


def can_be_tried(matter: Matter) -> bool:
    """Whether past answers say anything about a matter."""
    return matter in DEVIATIONS


def draft_rule(matter: Matter, scope: Scope, terms: Terms, *, name: str, replaces: Policy | None) -> Rule:
    """Return a version that is not saved yet, as the engine reads it."""
    return Rule(
        policy_id=replaces.pk if replaces else 0,
        version_id=0,
        number=0,
        name=name,
        matter=matter,
        scope=scope,
        starts_on=terms.starts_on or date.min,
        rank=terms.rank,
        lower=terms.lower,
        upper=terms.upper,
        joined=terms.joined,
        currency=terms.currency,
        days=terms.days,
        beyond=terms.beyond,
    )


def try_out(
    company: BuyerCompany, user: User, draft: Rule, *, replaces: Policy | None, months: int, now: datetime
) -> Lab:
    """Play the answers of the last months with what is in force today, and with the draft in its place."""
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    since = now - timedelta(days=months * _DAYS_OF_A_MONTH)
    before = in_force(_rules(company, user), today)
    after = [rule for rule in before if replaces is None or rule.policy_id != replaces.pk] + [draft]
    simulation = Simulation(
        company.pk,
        draft.matter,
        before=before,
        after=after,
        workdays=_workdays(company, user, [*before, draft]),
    )
    answers = past_answers(
        company, user, since=since, matter=draft.matter, supplier_id=draft.scope.supplier_id
    )
    total = simulation.play(answers)
    found = sorted(simulation.suppliers.items(), key=lambda one: (-one[1].answers, one[0]))
    names = Supplier.objects.visible_to(user).in_bulk([pk for pk, _ in found[:_LISTED]])
    rows = [SupplierRow(str(names.get(pk, "")), tally) for pk, tally in found[:_LISTED]]
    return Lab(draft.matter, months, since.date(), total, rows, max(0, len(found) - _LISTED))


def _rules(company: BuyerCompany, user: User) -> list[Rule]:
    versions = PolicyVersion.objects.visible_to(user).filter(company=company).select_related("policy")
    return [version.rule for version in versions]


def _workdays(company: BuyerCompany, user: User, rules: list[Rule]) -> Mapping[tuple[Days, int], Workdays]:
    kinds = {rule.days for rule in rules if rule.matter == Matter.DATE}
    found: dict[tuple[Days, int], Workdays] = {}
    if Days.COMPANY in kinds:
        found[Days.COMPANY, 0] = company_workdays([company.pk])[company.pk]
    if Days.SUPPLIER in kinds:
        accounts = VendorAccount.objects.visible_to(user).filter(company=company)
        of_suppliers = supplier_workdays(set(accounts.values_list("supplier_id", flat=True)))
        found |= {(Days.SUPPLIER, pk): calendar for pk, calendar in of_suppliers.items()}
    return found
