"""Who wants news by e-mail, and what they were told."""

from alembic import op

from forms_api.tables import METADATA, NEWS, SUBSCRIPTIONS

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(op.get_bind(), [SUBSCRIPTIONS, NEWS])
