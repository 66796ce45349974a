"""Whose reports somebody may see, and put right: those of the companies they manage or administer."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from integrations.reconciliation.models import ReconciliationRun
from suppliers.people.access import require
from suppliers.people.models import BuyerCompany, Role, User

RECONCILE = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def companies_of(user: User) -> QuerySet[BuyerCompany]:
    """Return the companies whose reports are this person's; superusers run the installation and see all."""
    companies = BuyerCompany.objects.order_by("name", "pk")
    if user.is_superuser:
        return companies
    mine = {one.company_id for one in user.active_memberships if one.company_id and one.role in RECONCILE}
    return companies.filter(pk__in=mine)


def known_companies(user: User) -> QuerySet[BuyerCompany]:
    """Return the companies this person works for, in whatever role: others do not exist to them."""
    companies = BuyerCompany.objects.all()
    return companies if user.is_superuser else companies.filter(pk__in=sorted(user.company_ids))


def has_reports(user: User) -> bool:
    """Whether this person has reports to look at; asks the database nothing."""
    return user.is_superuser or any(one.role in RECONCILE for one in user.active_memberships)


def require_reports(user: User) -> None:
    """Raise PermissionDenied, with a sentence for the person, unless they have reports."""
    if not has_reports(user):
        raise PermissionDenied("This takes the role of an administrator or a manager of the buying side.")


def require_company(user: User, row: ReconciliationRun | BuyerCompany) -> None:
    """Raise PermissionDenied unless this company's reports are this person's."""
    if not user.is_superuser:
        company = row.company if isinstance(row, ReconciliationRun) else row
        require(user, company, RECONCILE)
