"""Reading the policies that hold between companies and suppliers, as the engine needs them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from suppliers.people.models import BuyerCompany
from suppliers.policies.calendars import company_workdays, supplier_workdays
from suppliers.policies.models import PolicyVersion
from suppliers.policies.records import Rule, Workdays
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.rules import in_force
from suppliers.policies.terms import Days, Matter
from suppliers.prepared import Question, prepared
from suppliers.tenancy import Viewer

Pair = tuple[int, int]  # (company id, supplier id)


def rulebook_between(company: BuyerCompany, supplier_id: int, *, at: datetime) -> Rulebook:
    """Return what holds between one company and one supplier at a moment."""
    return rulebooks([(company, supplier_id)], at=at)[company.pk, supplier_id]


def rulebooks(pairs: Iterable[tuple[BuyerCompany, int]], *, at: datetime) -> dict[Pair, Rulebook]:
    """Return what holds at a moment for each pair of a company and a supplier.

    One query, and two or three more when any policy counts working days.
    """
    wanted = {(company.pk, supplier): company for company, supplier in pairs}
    rules = rules_of(wanted)
    days = {company.pk: at.astimezone(ZoneInfo(company.time_zone)).date() for company in set(wanted.values())}
    held = {
        (company, supplier): in_force(
            (rule for rule in rules[company] if rule.scope.supplier_id in {None, supplier}), days[company]
        )
        for company, supplier in wanted
    }
    calendars = workdays_for(held)
    return {pair: Rulebook(days[pair[0]], tuple(found), calendars[pair]) for pair, found in held.items()}


def companies_deciding(matter: Matter, *, at: datetime) -> dict[BuyerCompany, list[Rule]]:
    """Return the companies with policies about a matter in force at a moment, and those: one query."""
    versions = PolicyVersion.objects.filter(policy__matter=matter, company__isnull=False)
    of_company: dict[BuyerCompany, list[Rule]] = defaultdict(list)
    for version in versions.select_related("policy", "company").order_by("company_id", "policy_id", "number"):
        if version.company is not None:
            of_company[version.company].append(version.rule)
    days = {company: at.astimezone(ZoneInfo(company.time_zone)).date() for company in of_company}
    held = {company: in_force(rules, days[company]) for company, rules in of_company.items()}
    return {company: rules for company, rules in held.items() if rules}


def rules_question(viewer: Viewer, company_id: int, supplier_id: int, *, on: date) -> Question[list[Rule]]:
    """Ask for the policies in force between one company and one supplier on a day, for somebody to read."""
    versions = _versions.question(viewer, company_id, supplier_id)
    return versions.then(lambda found: in_force((version.rule for version in found), on))


@prepared
def _versions(viewer: Viewer, company_id: int, supplier_id: int) -> QuerySet[PolicyVersion]:
    versions = PolicyVersion.objects.visible_to(viewer).filter(company_id=company_id)
    versions = versions.filter(Q(supplier_id__isnull=True) | Q(supplier_id=supplier_id))
    return versions.select_related("policy").order_by("policy_id", "number")


def rules_of(pairs: Collection[Pair]) -> dict[int, list[Rule]]:
    """Return all versions of all policies that concern these pairs, by company."""
    companies, suppliers = {company for company, _ in pairs}, {supplier for _, supplier in pairs}
    versions = PolicyVersion.objects.filter(company_id__in=companies)
    versions = versions.filter(Q(supplier_id__isnull=True) | Q(supplier_id__in=suppliers))
    found: dict[int, list[Rule]] = defaultdict(list)
    for version in versions.select_related("policy").order_by("policy_id", "number"):
        found[version.policy.scope.company_id].append(version.rule)
    return found


def workdays_for(held: Mapping[Pair, Iterable[Rule]]) -> dict[Pair, dict[Days, Workdays]]:
    """Read the calendars by which these rules count; none where all count calendar days."""
    needed: dict[Days, set[Pair]] = defaultdict(set)
    for pair, rules in held.items():
        for rule in rules:
            needed[rule.days].add(pair)
    of_company = company_workdays({company for company, _ in needed[Days.COMPANY]})
    of_supplier = supplier_workdays({supplier for _, supplier in needed[Days.SUPPLIER]})
    found: dict[Pair, dict[Days, Workdays]] = {pair: {} for pair in held}
    for pair in needed[Days.COMPANY]:
        found[pair][Days.COMPANY] = of_company[pair[0]]
    for pair in needed[Days.SUPPLIER]:
        found[pair][Days.SUPPLIER] = of_supplier[pair[1]]
    return found
