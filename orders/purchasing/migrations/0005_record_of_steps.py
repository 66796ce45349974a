"""What a record of an order needs to come out the same for ever: names as they were, and the order of steps."""

from django.db import migrations, models

NAMES = """
UPDATE purchasing_answer AS said SET by_name = coalesce(nullif(person.name, ''), person.email)
  FROM people_user AS person WHERE person.id = said.by_id;
UPDATE purchasing_lineanswer AS said SET decided_by_name = coalesce(nullif(person.name, ''), person.email)
  FROM people_user AS person WHERE person.id = said.decided_by_id;
"""


def name_as_it_was() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", help_text="As it was then.", max_length=200)


def step() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(db_default=0, default=0)


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0004_policies_decide"), ("people", "0002_wall")]

    operations = [
        migrations.AddField("answer", "by_name", name_as_it_was()),
        migrations.AddField("answer", "step", step()),
        migrations.AddField("lineanswer", "decided_by_name", name_as_it_was()),
        migrations.AddField("lineanswer", "decided_step", step()),
        migrations.AddField("purchaseorder", "steps", step()),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
    ]
