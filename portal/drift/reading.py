"""What the pages of reconciliation show: runs, and one run's differences, filtered, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from integrations.reconciliation.models import Difference, Kind, ReconciliationRun, State
from integrations.reconciliation.repairs import repairable
from suppliers.numbers import whole_number
from suppliers.people.models import BuyerCompany, User

PAGE = 100
RUNS = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a report is wanted; all of it lives in the URL. ``after`` is the key of the page before."""

    kind: str = ""
    field: str = ""
    search: str = ""
    only_open: bool = False
    after: int = 0

    @classmethod
    def read(cls, given: QueryDict) -> "Filters":
        """Read what the URL or a form says; what makes no sense counts as not said."""
        kind, after = given.get("class", ""), given.get("after", "")
        return cls(
            kind=kind if kind in Kind.values else "",
            field=_clean(given.get("field", "")),
            search=_clean(given.get("q", "")),
            only_open=given.get("open") == "1",
            after=whole_number(after) or 0,
        )

    def query(self, **changed: Any) -> str:
        """Return the query string of these filters, some of them changed; the first page unless given."""
        wanted = replace(self, **{"after": 0, **changed})
        pairs = {
            "class": wanted.kind,
            "field": wanted.field,
            "q": wanted.search,
            "open": "1" if wanted.only_open else "",
            "after": str(wanted.after or ""),
        }
        text = urlencode({name: value for name, value in pairs.items() if value})
        return f"?{text}" if text else ""

    @property
    def narrows(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.kind or self.field or self.search or self.only_open)

    def keep(self, differences: QuerySet[Difference]) -> QuerySet[Difference]:
        """Keep what these filters want, of all pages."""
        if self.kind:
            differences = differences.filter(kind=self.kind)
        if self.field:
            entity, _, field = self.field.partition(":")
            differences = differences.filter(entity=entity, field=field)
        if self.search:
            differences = differences.filter(label__icontains=self.search)
        if self.only_open:
            differences = differences.exclude(state=State.REPAIRED)
        return differences


@dataclass(frozen=True, slots=True)
class Tab:
    """A class of differences and how many there are."""

    label: str
    count: int
    query: str
    is_current: bool


def run_page(user: User, run: ReconciliationRun, filters: Filters, *, now: datetime) -> dict[str, Any]:
    """Return the context of drift/run.html."""
    everything = differences_of(user, run)
    wanted = filters.keep(everything)
    rows = list(wanted.filter(pk__gt=filters.after).order_by("pk")[: PAGE + 1])
    states = everything.aggregate(
        queued=Count("pk", filter=Q(state=State.QUEUED)), repaired=Count("pk", filter=Q(state=State.REPAIRED))
    )
    return {
        "run": run,
        "filters": filters,
        "rows": rows[:PAGE],
        "this_page": filters.query(after=filters.after),
        "following": filters.query(after=rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "tabs": _tabs(run, filters),
        "fields": _fields(everything, filters),
        "queued": states["queued"],
        "repaired": states["repaired"],
        "repairable": repairable(wanted, at=now).count(),
        "is_busy": not run.is_finished or states["queued"] > 0,
        "share": min(100, 100 * run.documents // run.total) if run.total else 0,
    }


def differences_of(user: User, run: ReconciliationRun) -> QuerySet[Difference]:
    """Return what a run found."""
    return Difference.objects.visible_to(user).filter(run=run)


def runs_page(user: User, companies: Sequence[BuyerCompany], *, before: int | None) -> dict[str, Any]:
    """Return the context of drift/runs.html: the newest runs first."""
    runs = ReconciliationRun.objects.visible_to(user).filter(company__in=companies)
    if before is not None:
        runs = runs.filter(pk__lt=before)
    rows = list(runs.select_related("company", "asked_by").order_by("-pk")[: RUNS + 1])
    return {
        "runs": rows[:RUNS],
        "companies": companies,
        "following": rows[RUNS - 1].pk if len(rows) > RUNS else None,
        "is_busy": before is None and any(not run.is_finished for run in rows),
    }


def _tabs(run: ReconciliationRun, filters: Filters) -> list[Tab]:
    everything = Tab("All", run.differences_found, filters.query(kind=""), not filters.kind)
    return [
        everything,
        *(
            Tab(kind.label, getattr(run, kind.value.lower()), filters.query(kind=kind), filters.kind == kind)
            for kind in Kind
        ),
    ]


def _fields(differences: QuerySet[Difference], filters: Filters) -> list[dict[str, Any]]:
    """Return the fields that differ, each with its count, as choices."""
    counted = differences.values("entity", "field").annotate(count=Count("pk")).order_by("entity", "field")
    return [
        {
            "value": (value := f"{row['entity']}:{row['field']}"),
            "label": f"{row['entity']}, {row['field']}" if row["field"] else f"{row['entity']} as a whole",
            "count": row["count"],
            "is_current": value == filters.field,
        }
        for row in counted
    ]


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:100]
