"""The tenant wall around links and codes."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial")]

    operations = [wall_around("links_answerlink"), wall_around("links_linkcode")]
