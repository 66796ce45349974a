"""The tenant wall around policies, and triggers that refuse to change or delete what was said.

What a company says to all of its suppliers is seen by each of them; what it says to one, by that one alone.
"""

from django.db import migrations

from suppliers.tenancy import COMPANIES, SUPPLIERS, wall_around

APPEND_ONLY = """
CREATE FUNCTION policies_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Policies are append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policies_policy
    FOR EACH ROW EXECUTE FUNCTION policies_are_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION policies_are_append_only();
"""
BACK = """
DROP TRIGGER append_only ON policies_policy;
DROP TRIGGER append_only ON policies_policyversion;
DROP FUNCTION policies_are_append_only();
"""


def said_to_suppliers(table: str) -> str:
    return (
        f"supplier_id = ANY ({SUPPLIERS}) OR company_id = ANY ({COMPANIES}) OR (supplier_id IS NULL AND EXISTS ("
        f"SELECT 1 FROM people_vendoraccount AS account WHERE account.company_id = {table}.company_id"
        f" AND account.supplier_id = ANY ({SUPPLIERS})))"
    )


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("people", "0002_wall")]

    operations = [
        *(
            wall_around(table, condition=said_to_suppliers(table))
            for table in ("policies_policy", "policies_policyversion", "policies_companycalendar")
        ),
        wall_around("policies_productcategory"),
        migrations.RunSQL(APPEND_ONLY, BACK),
    ]
