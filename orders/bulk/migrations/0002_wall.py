"""The tenant wall around jobs: a job is seen by whoever works for all of its suppliers."""

from django.db import migrations

from suppliers.tenancy import SUPPLIERS, wall_around


class Migration(migrations.Migration):
    dependencies = [("bulk", "0001_initial")]

    operations = [
        wall_around("bulk_job", condition=f"supplier_ids <@ {SUPPLIERS}"),
        wall_around("bulk_joborder"),
        wall_around("bulk_jobline"),
    ]
