"""The table of the cache that all web processes share. Nothing in it has to survive a crash."""

from django.db import migrations

MAKE = """
CREATE UNLOGGED TABLE home_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL
);
CREATE INDEX home_cache_expires ON home_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [migrations.RunSQL(MAKE, "DROP TABLE home_cache")]
