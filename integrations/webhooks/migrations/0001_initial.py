"""The address at which an Odoo may tell that something changed there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("odoo", "0003_feed_position")]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, help_text="SHA-256 of the secret.", max_length=64)),
                ("made_at", models.DateTimeField(editable=False)),
                ("last_hint_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("poll_due_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hook", to="odoo.odooconnection"
                    ),
                ),
            ],
        ),
    ]
