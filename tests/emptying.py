"""Empties the database after a test that committed: only the tables that hold something."""

from typing import Any

from django.db import transaction

# Migrations made these, not tests.
_KEPT = {"django_content_type", "auth_permission", "django_site"}


def empty(connection: Any) -> list[str]:
    """Delete all rows of all models; returns the statements that are left to do: none."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('quayside.system', 'on', true)")
        filled = _filled(cursor, sorted(tables - _KEPT))
        guarded = _guarded(cursor, filled)
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        # Foreign keys are looked at when the transaction ends: the order does not matter.
        for table in filled:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of our own tables
        if guarded:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return []


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    looks = (f"SELECT '{table}' WHERE EXISTS (TABLE \"{table}\")" for table in tables)
    cursor.execute(" UNION ALL ".join(looks))
    return [table for (table,) in cursor.fetchall()]


def _guarded(cursor: Any, tables: list[str]) -> list[str]:
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)",
        [tables],
    )
    return [table for (table,) in cursor.fetchall()]
