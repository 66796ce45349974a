"""Who may see which rows: ``visible_to(user)`` is the only door, row-level security the wall behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, Self

from django.db import connection, models, transaction
from django.db.migrations import RunSQL


class Sided(Protocol):
    """Whatever belongs to a supplier, to a buyer company, or to both (a TenantRow or a SidedRow)."""

    @property
    def supplier_id(self) -> Any: ...

    @property
    def company_id(self) -> Any: ...


class Viewer(Protocol):
    """Whoever looks: knows the suppliers it belongs to and the buyer companies it works for."""

    @property
    def supplier_ids(self) -> frozenset[int]: ...

    @property
    def company_ids(self) -> frozenset[int]: ...


class TenantQuerySet(models.QuerySet[Any]):
    """Rows that belong to one supplier at one buyer company."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the rows of the user's suppliers and of the user's buyer companies."""
        suppliers, companies = sorted(user.supplier_ids), sorted(user.company_ids)
        if suppliers and companies:
            return self.filter(models.Q(supplier_id__in=suppliers) | models.Q(company_id__in=companies))
        if suppliers:
            return self.filter(supplier_id__in=suppliers)
        if companies:
            return self.filter(company_id__in=companies)
        return self.none()


class TenantRow(models.Model):
    """Base of every row that a supplier and a buyer company share."""

    supplier = models.ForeignKey("people.Supplier", on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("people.BuyerCompany", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class SidedRow(models.Model):
    """Base of rows about a supplier alone, a buyer company alone, or both.

    The wall's condition holds for them as it stands: a missing side compares as unknown, which shows nothing.
    Each concrete model adds ``at_least_one_side(...)`` to its constraints: a row of nobody is seen by nobody.
    """

    supplier = models.ForeignKey(
        "people.Supplier", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    company = models.ForeignKey(
        "people.BuyerCompany", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


def at_least_one_side(name: str) -> models.CheckConstraint:
    """Return the constraint that a SidedRow belongs to somebody."""
    return models.CheckConstraint(
        name=name, condition=models.Q(supplier__isnull=False) | models.Q(company__isnull=False)
    )


@contextmanager
def wall(*, suppliers: frozenset[int], companies: frozenset[int], everything: bool = False) -> Iterator[None]:
    """Run a block in a transaction in which the database shows only these tenants' rows.

    The settings end with the transaction, so a pooled connection carries nothing to the next request.
    """
    before = _wall_settings() if connection.in_atomic_block else None
    with transaction.atomic():
        _set_wall("on" if everything else "off", _as_array(suppliers), _as_array(companies))
        yield
    if before is not None:
        # Inside another transaction the settings would outlive the block: put back what was there.
        _set_wall(*before)


def _wall_settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('quayside.system', true), ''),"
            " coalesce(current_setting('quayside.suppliers', true), ''),"
            " coalesce(current_setting('quayside.companies', true), '')"
        )
        return cursor.fetchone()


def _set_wall(system: str, suppliers: str, companies: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quayside.system', %s, true),"
            " set_config('quayside.suppliers', %s, true), set_config('quayside.companies', %s, true)",
            [system, suppliers, companies],
        )


def _as_array(ids: frozenset[int]) -> str:
    return "{" + ",".join(str(pk) for pk in sorted(ids)) + "}"


SYSTEM = "(SELECT current_setting('quayside.system', true) = 'on')"


def _ids(setting: str) -> str:
    """Return SQL for a setting's array of ids; the cast inside keeps the work to once per query.

    The cast outside changes nothing but tells ANY that the sub-select is one array, not a set of rows.
    """
    return f"(SELECT coalesce(nullif(current_setting('{setting}', true), ''), '{{}}')::bigint[])::bigint[]"


SUPPLIERS = _ids("quayside.suppliers")
COMPANIES = _ids("quayside.companies")


def wall_around(table: str, *, condition: str | None = None) -> RunSQL:
    """Return the migration step that puts row-level security on *table*.

    The settings are read in scalar sub-selects so that PostgreSQL evaluates them once per query, not per row.
    FORCE makes the policy hold for the table's owner too; only superusers pass, and no process of ours is.
    """
    condition = condition or f"supplier_id = ANY ({SUPPLIERS}) OR company_id = ANY ({COMPANIES})"
    return RunSQL(
        sql=f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f" CREATE POLICY tenant ON {table} USING ({SYSTEM} OR {condition});",
        reverse_sql=f"DROP POLICY tenant ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )
