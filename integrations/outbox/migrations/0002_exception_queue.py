"""What the exception queue keeps: the last trouble, who looks after a message, and changes that wait."""

from django.db import migrations, models

# What has failed already belongs into the queue too.
_TELL = """
UPDATE outbox_outboxmessage
   SET troubled_at = coalesce(parked_at, last_sent_at, created_at), trouble = reason, trouble_class = fault_class
 WHERE fault_class <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="troubled_at",
            field=models.DateTimeField(blank=True, help_text="When it first failed.", null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="trouble",
            field=models.TextField(blank=True, default="", db_default="", help_text="The last reason it did not pass."),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="trouble_class",
            field=models.CharField(blank=True, default="", db_default="", max_length=20),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="assigned_to_id",
            field=models.BigIntegerField(blank=True, help_text="Who looks after it.", null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="assigned_to_name",
            field=models.CharField(blank=True, default="", db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, help_text="Out of sight until then.", null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="proposed_edit",
            field=models.JSONField(
                blank=True,
                help_text="A change that waits for a second person: {by_id, by, at, reason, payload, changes}.",
                null=True,
            ),
        ),
        migrations.RunSQL(_TELL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("troubled_at__isnull", False)),
                fields=["destination", "-id"],
                name="outbox_trouble",
            ),
        ),
    ]
