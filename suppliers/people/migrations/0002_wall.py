"""The tenant wall around vendor accounts and invitations, and around suppliers by way of their accounts."""

from django.db import migrations

from suppliers.tenancy import COMPANIES, SUPPLIERS, wall_around


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        wall_around("people_vendoraccount"),
        wall_around("people_invitation"),
        wall_around(
            "people_supplier",
            condition=f"id = ANY ({SUPPLIERS}) OR EXISTS (SELECT 1 FROM people_vendoraccount account"
            f" WHERE account.supplier_id = people_supplier.id AND account.company_id = ANY ({COMPANIES}))",
        ),
    ]
