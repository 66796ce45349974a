"""Past decisions on proposals of one supplier and kind, newest first: what "approved 7 of 8" links to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from orders.decisions.filters import KINDS
from orders.decisions.history import DECIDED, LOOKS_BACK
from orders.decisions.reading import read_replies
from orders.purchasing.lifecycle import Side
from orders.purchasing.models import LineAnswer
from suppliers.numbers import whole_number
from suppliers.people.models import Supplier, User

PAGE = 40


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose decisions are asked for; what makes no sense is left out."""

    company: int | None
    supplier: int | None
    kinds: tuple[str, ...]
    before: int | None

    @classmethod
    def read(cls, query: QueryDict) -> "Asking":
        """Read a URL's query."""
        kinds = tuple(kind for kind in query.get("kinds", "").split(".") if kind in KINDS)
        return cls(
            whole_number(query.get("company")),
            whole_number(query.get("supplier")),
            kinds,
            whole_number(query.get("before")),
        )

    def query(self, before: int | None = None) -> str:
        """Return the URL's query for these."""
        values = {"company": self.company, "supplier": self.supplier, "kinds": ".".join(self.kinds)}
        pairs = [f"{name}={value}" for name, value in {**values, "before": before}.items() if value]
        return f"?{'&'.join(pairs)}"


def past_page(user: User, asking: Asking, *, now: datetime) -> dict[str, Any]:
    """Return the context of decisions/past.html: three queries."""
    found = LineAnswer.objects.visible_to(user).filter(
        company_id__in=user.company_ids,
        answer__side=Side.SUPPLIER,
        state__in=DECIDED,
        decided_by__isnull=False,
        decided_at__gte=now - LOOKS_BACK,
    )
    if asking.company:
        found = found.filter(company_id=asking.company)
    if asking.supplier:
        found = found.filter(supplier_id=asking.supplier)
    if asking.kinds:
        found = found.filter(deviations=list(asking.kinds))
    if asking.before:
        found = found.filter(_behind(user, asking.before))
    ids = list(found.order_by("-decided_at", "-pk").values_list("pk", flat=True)[: PAGE + 1])
    supplier = Supplier.objects.visible_to(user).filter(pk=asking.supplier or 0).first()
    return {
        "replies": read_replies(user, ids[:PAGE]),
        "supplier": supplier,
        "kind": ", ".join(KINDS[kind].lower() for kind in asking.kinds),
        "older_query": asking.query(before=ids[PAGE - 1]) if len(ids) > PAGE else "",
    }


def _behind(user: User, pk: int) -> Q:
    """What was decided before that one."""
    at = LineAnswer.objects.visible_to(user).filter(pk=pk).values_list("decided_at", flat=True).first()
    return Q(decided_at__lt=at) | Q(decided_at=at, pk__lt=pk) if at else Q(pk__lt=pk)
