"""The tenant wall around the reports: the same policy as around every other tenant's rows."""

from django.db import migrations


def wall_around(table: str) -> migrations.RunSQL:
    # As in suppliers/tenancy.py, which this wing may not import.
    system = "(SELECT current_setting('quayside.system', true) = 'on')"
    companies = (
        "(SELECT coalesce(nullif(current_setting('quayside.companies', true), ''), '{}')::bigint[])::bigint[]"
    )
    return migrations.RunSQL(
        sql=f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f" CREATE POLICY tenant ON {table} USING ({system} OR company_id = ANY ({companies}));",
        reverse_sql=f"DROP POLICY tenant ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]

    operations = [
        wall_around("reconciliation_reconciliationrun"),
        wall_around("reconciliation_difference"),
    ]
