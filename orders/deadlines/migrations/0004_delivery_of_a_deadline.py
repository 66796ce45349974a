"""An answer may be due sooner than the hours have it, because of a delivery: that is kept with the clock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0003_answer_terms_in_versions")]

    operations = [
        migrations.AddField(
            "deadline",
            "delivery_on",
            models.DateField(
                blank=True,
                help_text="The delivery that makes an answer due sooner than these hours.",
                null=True,
            ),
        ),
    ]
