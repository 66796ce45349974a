"""The list of lines that wait to be changed in Odoo, in reading order."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0005_record_of_steps")]

    operations = [
        migrations.AddIndex(
            "purchaseorderline",
            models.Index(
                fields=[owner, "expected_on", "id"],
                condition=Q(awaited_change__isnull=False),
                name=f"line_awaited_{owner}",
            ),
        )
        for owner in ("supplier", "company")
    ]
