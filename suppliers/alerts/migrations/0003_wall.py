"""The tenant wall around alerts."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_initial")]

    operations = [wall_around("alerts_alert")]
