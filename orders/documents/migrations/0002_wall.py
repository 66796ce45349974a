"""The tenant wall around ZIPs: every order in them is of one's own suppliers, or of one's own companies."""

from django.db import migrations

from suppliers.tenancy import COMPANIES, SUPPLIERS, wall_around


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        wall_around(
            "documents_documentzip",
            condition=f"supplier_ids <@ {SUPPLIERS} OR company_ids <@ {COMPANIES}",
        )
    ]
