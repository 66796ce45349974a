"""The tenant wall around receipts."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("receipts", "0001_initial")]

    operations = [wall_around("receipts_receipt"), wall_around("receipts_receiptline")]
