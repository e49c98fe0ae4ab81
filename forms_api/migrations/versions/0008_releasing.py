"""What is on its way to the public site, and the files that are written for it."""

from alembic import op

from forms_api.tables import INTENDED, METADATA, UNCOMMITTED

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(op.get_bind(), [INTENDED, UNCOMMITTED])
