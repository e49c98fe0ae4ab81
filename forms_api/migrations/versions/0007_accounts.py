"""Accounts kept at the desk: passwords that are to be changed, and to which account a line of the trail was done."""

from alembic import op

from forms_api.tables import DRAWN, METADATA, NAMED

revision = "0007"
down_revision = "0006"

_SQLITE = """
CREATE TRIGGER audit_accounts_stay_{verb} BEFORE {verb} ON audit_accounts
BEGIN SELECT RAISE(ABORT, 'the audit trail stays'); END
"""
_POSTGRESQL = (
    "CREATE TRIGGER audit_accounts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_accounts"
    " EXECUTE FUNCTION audit_stays()",
)


def upgrade() -> None:
    """Make the tables, and the triggers that keep the trail."""
    bind = op.get_bind()
    METADATA.create_all(bind, [DRAWN, NAMED])
    embedded = bind.dialect.name == "sqlite"
    for statement in (
        [_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")] if embedded else _POSTGRESQL
    ):
        bind.exec_driver_sql(statement)
