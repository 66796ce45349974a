"""The tenant wall: a supplier's hours are for its own people and for those who buy from it."""

from django.db import migrations

from suppliers.tenancy import COMPANIES, SUPPLIERS, wall_around


def _of_supplier(table: str) -> str:
    return (
        f"supplier_id = ANY ({SUPPLIERS}) OR EXISTS (SELECT 1 FROM people_vendoraccount account"
        f" WHERE account.supplier_id = {table}.supplier_id AND account.company_id = ANY ({COMPANIES}))"
    )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [
        wall_around(table, condition=_of_supplier(table))
        for table in ("calendars_suppliercalendar", "calendars_closeddays")
    ]
