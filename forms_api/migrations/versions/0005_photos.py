"""The photos that came with a letter."""

from alembic import op

from forms_api.tables import METADATA, PHOTOS

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    METADATA.create_all(op.get_bind(), [PHOTOS])
