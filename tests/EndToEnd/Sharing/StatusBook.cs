using EndToEnd.Kit;

namespace EndToEnd.Sharing;

/// <summary>The database notes each change of a run's status, in the order in which the changes were written.</summary>
internal static class StatusBook
{
    public static Task OpenAsync(DatabaseView database) => database.ExecuteAsync(
        """
        CREATE TABLE status_book (
            number bigserial PRIMARY KEY, run uuid, project uuid, workflow uuid, status text, noted timestamptz DEFAULT clock_timestamp());
        CREATE FUNCTION note_status() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' OR OLD.status <> NEW.status OR OLD.attempt <> NEW.attempt THEN
                INSERT INTO status_book (run, project, workflow, status) VALUES (NEW.id, NEW.project_id, NEW.workflow_id, NEW.status);
            END IF;
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER note_status AFTER INSERT OR UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION note_status();
        """);

    public static Task<List<StatusChange>> ReadAsync(DatabaseView database) => database.RowsAsync(
        "SELECT number, run, project, workflow, status FROM status_book",
        row => new StatusChange(row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), row.GetGuid(3), row.GetString(4)));
}
