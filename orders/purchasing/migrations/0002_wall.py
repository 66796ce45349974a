"""The tenant wall around purchase orders and everything below them."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0001_initial")]

    operations = [
        wall_around(f"purchasing_{table}")
        for table in ("purchaseorder", "purchaseorderline", "orderrevision", "answer", "lineanswer", "scheduleline")
    ]
