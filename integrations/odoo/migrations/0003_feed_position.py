"""The feed keeps the exact position and when, by our own clock, it last moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("odoo", "0002_traffic")]

    operations = [
        migrations.AddField(
            model_name="feedcursor",
            name="advanced_at",
            field=models.DateTimeField(blank=True, help_text="When the position last moved.", null=True),
        )
    ]
