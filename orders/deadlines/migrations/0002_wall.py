"""The tenant wall around terms, clocks and their steps."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial")]

    operations = [
        wall_around("deadlines_answerterms"),
        wall_around("deadlines_deadline"),
        wall_around("deadlines_step"),
    ]
