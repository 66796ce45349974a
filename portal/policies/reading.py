"""What the pages of policies show: those in force, one with its history, and what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orders.purchasing.models import PurchaseOrderLine
from suppliers.people.access import MANAGE_POLICIES, may
from suppliers.people.models import BuyerCompany, Supplier, User
from suppliers.policies.models import CompanyCalendar, Policy, PolicyVersion, ProductCategory
from suppliers.policies.terms import Matter
from suppliers.policies.wording import rule_text

# A company with more policies than this narrows the list by matter.
MOST = 500
# What policies can be made about today; of the other matters there is nothing on the pages to decide yet.
OFFERED = [
    Matter.QUANTITY,
    Matter.PRICE,
    Matter.DATE,
    Matter.SPLIT,
    Matter.REJECTION,
    Matter.PAST,
    Matter.AGAIN,
]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy in the list: what holds today, and what will."""

    policy: Policy
    current: PolicyVersion | None
    next: PolicyVersion | None  # the next one that begins later

    @property
    def says(self) -> str:
        """What it says today, or will say."""
        version = self.current or self.next
        return rule_text(version.rule) if version else ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in a policy's history."""

    version: PolicyVersion
    is_current: bool

    @property
    def says(self) -> str:
        """What it says."""
        return "no longer holds" if self.version.is_off else rule_text(self.version.rule)


@dataclass(frozen=True, slots=True)
class Tab:
    """A matter to narrow the list by."""

    label: str
    matter: str
    is_current: bool


def companies_of(user: User) -> list[BuyerCompany]:
    """Return the buyer companies whose policies a person may read."""
    return list(BuyerCompany.objects.visible_to(user))


def managed_by(user: User, companies: list[BuyerCompany]) -> list[BuyerCompany]:
    """Return those of them whose policies a person may make."""
    return [company for company in companies if may(user, company, MANAGE_POLICIES)]


def policies_page(user: User, *, matter: str, ended: bool, now: datetime) -> dict[str, object]:
    """Return the context of the list: policies in force or to come, or with *ended* the others."""
    known = matter if matter in Matter.values else ""
    policies = Policy.objects.visible_to(user).select_related("company", "supplier")
    if known:
        policies = policies.filter(matter=known)
    held = list(policies.order_by("pk")[: MOST + 1])
    rows = [row for row in _rows(user, held[:MOST], now) if bool(row.current or row.next) is not ended]
    order = list(Matter)
    rows.sort(
        key=lambda row: (order.index(Matter(row.policy.matter)), str(row.policy.company), row.policy.pk)
    )
    companies = companies_of(user)
    return {
        "rows": rows,
        "more": len(held) > MOST,
        "ended": ended,
        "tabs": [
            Tab("All", "", not known),
            *(Tab(one.label, one.value, one.value == known) for one in OFFERED),
        ],
        "matter": known,
        "matters": OFFERED,
        "companies": companies,
        "managed": managed_by(user, companies),
        "bought": [company for company in companies if company.pk in user.company_ids],
    }


def policy_page(policy: Policy, user: User, *, now: datetime) -> dict[str, object]:
    """Return the context of one policy with its versions, newest first."""
    versions = list(
        PolicyVersion.objects.visible_to(user)
        .filter(policy=policy)
        .select_related("policy", "by")
        .order_by("-number")
    )
    today = today_of(policy, now)
    current = _covering(versions, today)
    return {
        "policy": policy,
        "matter": Matter(policy.matter),
        "versions": [VersionRow(version, version is current) for version in versions],
        "current": current if current and not current.is_off else None,
        "newest": versions[0],
        "says": rule_text(current.rule) if current and not current.is_off else "",
        "may_manage": may(user, policy, MANAGE_POLICIES),
        "is_buyer": policy.company_id in user.company_ids,
        "today": today,
    }


def choices_of(company: BuyerCompany, user: User) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Return the suppliers and the product categories that a policy of the company may name."""
    suppliers = Supplier.objects.visible_to(user).delivering_to([company]).values_list("pk", "name")
    categories = ProductCategory.objects.visible_to(user).filter(company=company)
    return dict(suppliers), dict(categories.values_list("odoo_id", "name"))


def product_id_of(company: BuyerCompany, user: User, code: str) -> int | None:
    """Return the Odoo id of a product by the code that order lines show, None when none does."""
    lines = PurchaseOrderLine.objects.visible_to(user).filter(company=company, product_code=code)
    found = lines.filter(product_odoo_id__isnull=False).values_list("product_odoo_id", flat=True)
    return found.order_by("-pk").first()


def calendar_of(company: BuyerCompany, user: User) -> CompanyCalendar | None:
    """Return on which days the company works, None when it did not say."""
    return CompanyCalendar.objects.visible_to(user).filter(company=company).first()


def today_of(policy: Policy, now: datetime) -> date:
    """Return the date in the ship-to zone of the policy's company."""
    assert policy.company is not None  # noqa: S101 - the database holds it (policy_has_a_company)
    return now.astimezone(ZoneInfo(policy.company.time_zone)).date()


def _rows(user: User, policies: list[Policy], now: datetime) -> list[PolicyRow]:
    of_policy: dict[int, list[PolicyVersion]] = {policy.pk: [] for policy in policies}
    by_id = {policy.pk: policy for policy in policies}
    for version in PolicyVersion.objects.visible_to(user).filter(policy__in=policies).order_by("-number"):
        version.policy = by_id[version.policy_id]
        of_policy[version.policy_id].append(version)
    rows = []
    for policy in policies:
        today = today_of(policy, now)
        current = _covering(of_policy[policy.pk], today)
        later = [version for version in of_policy[policy.pk] if version.starts_on > today]
        coming = min(later, key=lambda version: (version.starts_on, -version.number), default=None)
        rows.append(PolicyRow(policy, current if current and not current.is_off else None, coming))
    return rows


def _covering(versions: list[PolicyVersion], day: date) -> PolicyVersion | None:
    """Return the newest version that covers a day; *versions* are newest first."""
    covering = (
        one for one in versions if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
    )
    return next(covering, None)
