"""The tenant wall around drafts."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("grid", "0001_initial")]

    operations = [wall_around("grid_draft")]
