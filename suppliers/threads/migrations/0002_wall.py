"""The tenant wall around threads, and triggers that hold everything on a thread to the thread's own sides."""

from django.db import migrations

from suppliers.tenancy import wall_around

# An internal note would be shown to the other side if its row, or its file's, had that side: it cannot.
SAME_SIDES = """
CREATE FUNCTION threads_same_sides() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent_id bigint := (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
    fits boolean;
BEGIN
    EXECUTE format(
        'SELECT supplier_id IS NOT DISTINCT FROM $2 AND company_id IS NOT DISTINCT FROM $3 FROM %I WHERE id = $1',
        TG_ARGV[0]) INTO fits USING parent_id, NEW.supplier_id, NEW.company_id;
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION '% must have the sides of %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
PARENTS = {
    "threads_message": ("threads_thread", "thread_id"),
    "threads_messageedit": ("threads_message", "message_id"),
    "threads_attachment": ("threads_message", "message_id"),
    "threads_attachmentcontent": ("threads_attachment", "attachment_id"),
}
TRIGGER = """
CREATE TRIGGER same_sides BEFORE INSERT OR UPDATE OF supplier_id, company_id, {column} ON {table}
    FOR EACH ROW EXECUTE FUNCTION threads_same_sides('{parent}', '{column}');
"""


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_initial")]

    operations = [
        *(wall_around(table) for table in ("threads_thread", *PARENTS, "threads_chattersharing")),
        migrations.RunSQL(SAME_SIDES, "DROP FUNCTION threads_same_sides()"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table, parent=parent, column=column), f"DROP TRIGGER same_sides ON {table}"
            )
            for table, (parent, column) in PARENTS.items()
        ),
    ]
