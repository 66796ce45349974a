"""What managers do with policies: make one, replace it by a new version, end it. Nothing is ever edited."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from suppliers.calendars.holidays import is_known
from suppliers.journal.actions import Happening, note
from suppliers.people.models import BuyerCompany, User, VendorAccount
from suppliers.policies.drafts import Target, Terms, check_target, check_terms
from suppliers.policies.models import CompanyCalendar, Policy, PolicyVersion
from suppliers.policies.terms import Matter
from suppliers.policies.wording import rule_text
from suppliers.refusal import IllegalMove, Problem, Refused

_MOST_CLOSED_DAYS = 400


@transaction.atomic
def create_policy(
    company: BuyerCompany,
    *,
    by: User,
    target: Target,
    terms: Terms,
    submission: UUID,
    at: datetime,
    simulation: dict[str, Any] | None = None,
) -> PolicyVersion:
    """Make a policy with its first version. The same *submission* twice is one policy.

    *simulation* is what the what-if said to whoever saves it. Raises Refused naming every problem.
    """
    if earlier := _earlier(submission, by):
        return earlier
    problems = [*check_target(target), *check_terms(target.matter, terms, today=_today(company, at))]
    problems += _check_supplier(company, target.supplier_id)
    if problems:
        raise Refused(problems)
    policy = Policy.objects.create(
        company=company,
        supplier_id=target.supplier_id,
        name=target.name.strip(),
        matter=target.matter,
        product_odoo_id=target.product_odoo_id,
        product_code=target.product_code,
        category_odoo_id=target.category_odoo_id,
        category_name=target.category_name,
        created_at=at,
    )
    version = _store(policy, 1, by=by, terms=terms, submission=submission, at=at, simulation=simulation)
    _journal(version, "policy.made", f"{by} made the policy “{policy.name}”", old="")
    return version


@transaction.atomic
def replace_policy(
    policy: Policy,
    *,
    by: User,
    terms: Terms,
    after: int,
    submission: UUID,
    at: datetime,
    simulation: dict[str, Any] | None = None,
) -> PolicyVersion:
    """Say something else from a day on: a new version; the old ones stay as they are.

    *after* is the version that was looked at. Raises Refused naming every problem, IllegalMove when somebody
    made another version meanwhile.
    """
    policy, company, newest = _hold(policy)
    if earlier := _earlier(submission, by):
        return earlier
    _refuse_overtaken(newest, after)
    problems = check_terms(Matter(policy.matter), terms, today=_today(company, at))
    if problems:
        raise Refused(problems)
    version = _store(
        policy, newest.number + 1, by=by, terms=terms, submission=submission, at=at, simulation=simulation
    )
    said = f"{by} replaced version {newest.number} of the policy “{policy.name}” from {terms.starts_on} on"
    _journal(version, "policy.replaced", said, old=rule_text(newest.rule))
    return version


@transaction.atomic
def end_policy(
    policy: Policy, *, by: User, on: date, reason: str, after: int, submission: UUID, at: datetime
) -> PolicyVersion:
    """End a policy: from the day *on* it does not hold any more.

    Raises Refused naming every problem, IllegalMove when somebody made another version meanwhile.
    """
    policy, company, newest = _hold(policy)
    if earlier := _earlier(submission, by):
        return earlier
    _refuse_overtaken(newest, after)
    if newest.is_off:
        raise IllegalMove(f"“{policy.name}” was ended from {newest.starts_on} on already.")
    rule = newest.rule
    terms = Terms(
        on,
        reason,
        None,
        rule.lower,
        rule.upper,
        rule.joined,
        rule.currency,
        rule.days,
        rule.beyond,
        rule.rank,
    )
    problems = check_terms(Matter(policy.matter), terms, today=_today(company, at))
    if problems:
        raise Refused(problems)
    version = _store(policy, newest.number + 1, by=by, terms=terms, submission=submission, at=at, is_off=True)
    _journal(version, "policy.ended", f"{by} ended the policy “{policy.name}” from {on} on", rule_text(rule))
    return version


@transaction.atomic
def set_company_calendar(
    company: BuyerCompany,
    *,
    by: User,
    country: str,
    subdivision: str,
    closed_days: Sequence[date],
    at: datetime,
) -> CompanyCalendar:
    """Say on which days the company works: its country's public holidays, and days of its own.

    Verdicts reached before keep the days they were reached with. Raises Refused.
    """
    problems = []
    if country and not is_known(country):
        problems.append(Problem("country", country, "Choose a country from the list"))
    elif subdivision and not is_known(country, subdivision):
        problems.append(Problem("subdivision", subdivision, "Choose a region of that country, or none"))
    if len(closed_days) > _MOST_CLOSED_DAYS:
        problems.append(Problem("closed_days", str(len(closed_days)), f"At most {_MOST_CLOSED_DAYS} days"))
    if problems:
        raise Refused(problems)
    calendar, _ = CompanyCalendar.objects.select_for_update().get_or_create(company=company)
    old = _calendar_text(calendar)
    calendar.country, calendar.subdivision = country, subdivision
    calendar.closed_days = sorted(set(closed_days))
    calendar.save()
    change = {"what": "working days", "old": old, "new": _calendar_text(calendar)}
    said = f"{by} set the working days of {company}."
    note(calendar, Happening("calendar.set", said, (change,)), by=by, at=at)
    return calendar


def _hold(policy: Policy) -> tuple[Policy, BuyerCompany, PolicyVersion]:
    held = Policy.objects.select_for_update(of=["self"]).select_related("company").get(pk=policy.pk)
    assert held.company is not None  # noqa: S101 - the database holds it (policy_has_a_company)
    return held, held.company, held.versions.select_related("policy", "by").order_by("-number")[0]


def _earlier(submission: UUID, by: User) -> PolicyVersion | None:
    """Return what the same form made before. Raises Refused when somebody else's did."""
    version = PolicyVersion.objects.filter(submission=submission).first()
    if version is not None and version.by_id != by.pk:
        raise Refused([Problem("submission", "a used form", "Open the policy again")])
    return version


def _refuse_overtaken(newest: PolicyVersion, after: int) -> None:
    if newest.number != after:
        raise IllegalMove(
            f"{newest.by} made version {newest.number} of “{newest.policy.name}” meanwhile. Look at it first."
        )


def _check_supplier(company: BuyerCompany, supplier_id: int | None) -> list[Problem]:
    accounts = VendorAccount.objects.filter(company=company, supplier=supplier_id)
    if supplier_id is None or accounts.exists():
        return []
    return [Problem("supplier", "", f"Choose a supplier of {company}")]


def _store(
    policy: Policy,
    number: int,
    *,
    by: User,
    terms: Terms,
    submission: UUID,
    at: datetime,
    is_off: bool = False,
    simulation: dict[str, Any] | None = None,
) -> PolicyVersion:
    assert terms.starts_on is not None  # noqa: S101 - check_terms has seen it
    return PolicyVersion.objects.create(
        policy=policy,
        company_id=policy.company_id,
        supplier_id=policy.supplier_id,
        number=number,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        is_off=is_off,
        rank=terms.rank,
        lower_amount=terms.lower.amount,
        lower_percent=terms.lower.percent,
        upper_amount=terms.upper.amount,
        upper_percent=terms.upper.percent,
        joined=terms.joined,
        currency=terms.currency if policy.matter == Matter.PRICE else "",
        days=terms.days,
        beyond=terms.beyond,
        by=by,
        at=at,
        reason=terms.reason.strip(),
        submission=submission,
        simulation=simulation,
    )


def _journal(version: PolicyVersion, verb: str, sentence: str, old: str) -> None:
    new = "no longer holds" if version.is_off else rule_text(version.rule)
    change = {"what": Matter(version.policy.matter).label, "old": old, "new": new}
    happening = Happening(verb, f"{sentence}.", (change,), version.reason)
    note(version.policy, happening, by=version.by, at=version.at)


def _calendar_text(calendar: CompanyCalendar) -> str:
    place = " ".join(part for part in (calendar.country, calendar.subdivision) if part) or "no holidays"
    days = ", ".join(day.isoformat() for day in calendar.closed_days)
    return f"{place}; closed on {days}" if days else place


def _today(company: BuyerCompany, at: datetime) -> date:
    return at.astimezone(ZoneInfo(company.time_zone)).date()
