"""Which terms hold between a company and a supplier on a day: one query for however many pairs."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from orders.deadlines.models import AnswerTerms
from orders.deadlines.rules import Terms

Pair = tuple[int, int]  # (company pk, supplier pk)


def terms_of(pairs: Collection[Pair], *, on: date) -> dict[Pair, Terms]:
    """Return the terms that hold between each company and supplier on a day."""
    rows = (
        AnswerTerms.objects.filter(company__in={company for company, _ in pairs}, starts_on__lte=on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        .filter(Q(supplier__isnull=True) | Q(supplier__in={supplier for _, supplier in pairs}))
        # Those that begin first come first, so that the one that begins last is written last and stays.
        .order_by("starts_on", "pk")
    )
    found = {(row.company_id, row.supplier_id): None if row.is_off else row.terms for row in rows}
    return {
        (company, supplier): found.get((company, supplier)) or found.get((company, None)) or Terms()
        for company, supplier in pairs
    }
