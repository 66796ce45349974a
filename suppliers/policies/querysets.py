"""The reading vocabulary of policies."""

from typing import Self

from django.db import models
from django.db.models import Q

from suppliers.people.models import VendorAccount
from suppliers.tenancy import Viewer


class RulesOfCompanyQuerySet(models.QuerySet):
    """Rows in which a company says something to one supplier, or (without a supplier) to all of its own."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep those of the user's companies, and those said to the user's suppliers."""
        companies, suppliers = sorted(user.company_ids), sorted(user.supplier_ids)
        customers = VendorAccount.objects.filter(supplier__in=suppliers).values("company_id")
        return self.filter(
            Q(company_id__in=companies)
            | Q(supplier_id__in=suppliers)
            | Q(supplier__isnull=True, company_id__in=customers)
        )
