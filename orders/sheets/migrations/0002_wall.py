"""The tenant wall around sheets: they are seen by whoever sees their job."""

from django.db import migrations

from suppliers.tenancy import wall_around


class Migration(migrations.Migration):
    dependencies = [("sheets", "0001_initial"), ("bulk", "0002_wall")]

    operations = [
        wall_around("sheets_sheet", condition="EXISTS (SELECT 1 FROM bulk_job WHERE bulk_job.id = job_id)"),
        wall_around(
            "sheets_sheetrow",
            condition="EXISTS (SELECT 1 FROM sheets_sheet WHERE sheets_sheet.id = sheet_id)",
        ),
    ]
