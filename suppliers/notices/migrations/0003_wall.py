"""The tenant wall around notices."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_initial")]

    operations = [wall_around("notices_notice")]
