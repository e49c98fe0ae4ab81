"""What the writer of a letter says of its answer: is it solved, and how satisfied."""

from alembic import op

from forms_api.tables import METADATA, VERDICTS

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    METADATA.create_all(op.get_bind(), [VERDICTS])
