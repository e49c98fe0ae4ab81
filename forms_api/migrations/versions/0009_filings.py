"""Which filing a line of the trail is about, where somebody published one at the desk."""

from alembic import op

from forms_api.tables import FILED, METADATA

revision = "0009"
down_revision = "0008"

_SQLITE = """
CREATE TRIGGER audit_filings_stay_{verb} BEFORE {verb} ON audit_filings
BEGIN SELECT RAISE(ABORT, 'the audit trail stays'); END
"""
_POSTGRESQL = (
    "CREATE TRIGGER audit_filings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_filings"
    " EXECUTE FUNCTION audit_stays()",
)


def upgrade() -> None:
    """Make the table, and the triggers that keep the trail."""
    bind = op.get_bind()
    METADATA.create_all(bind, [FILED])
    embedded = bind.dialect.name == "sqlite"
    for statement in (
        [_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")] if embedded else _POSTGRESQL
    ):
        bind.exec_driver_sql(statement)
