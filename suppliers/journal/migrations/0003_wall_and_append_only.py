"""The tenant wall around the journal, and triggers that refuse to change or delete what was written."""

from django.db import migrations

from suppliers.tenancy import wall_around

APPEND_ONLY = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_journalentry
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON journal_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
"""
BACK = """
DROP TRIGGER append_only ON journal_journalentry;
DROP TRIGGER no_truncate ON journal_journalentry;
DROP FUNCTION journal_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_initial")]

    operations = [wall_around("journal_journalentry"), migrations.RunSQL(APPEND_ONLY, BACK)]
