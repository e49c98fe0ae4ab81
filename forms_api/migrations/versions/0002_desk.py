"""The desk: accounts of staff, their sessions, and the audit trail, to which lines can only be added."""

from alembic import op

from forms_api.tables import ACCOUNTS, AUDIT, METADATA, RECOVERIES, SESSIONS

revision = "0002"
down_revision = "0001"

_SQLITE = """
CREATE TRIGGER audit_stays_{verb} BEFORE {verb} ON audit_trail BEGIN SELECT RAISE(ABORT, 'the audit trail stays'); END
"""
_POSTGRESQL = (
    "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit trail stays'; END $$",
    "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail EXECUTE FUNCTION audit_stays()",
)


def upgrade() -> None:
    """Make the tables, and the triggers that keep the trail."""
    bind = op.get_bind()
    METADATA.create_all(bind, [ACCOUNTS, RECOVERIES, SESSIONS, AUDIT])
    embedded = bind.dialect.name == "sqlite"
    for statement in (
        [_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")] if embedded else _POSTGRESQL
    ):
        bind.exec_driver_sql(statement)
