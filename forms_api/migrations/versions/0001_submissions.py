"""What residents write and what becomes of it: submissions, writers, events, answers, releases."""

from alembic import op

from forms_api.tables import ANSWERS, EVENTS, METADATA, RELEASES, SUBMISSIONS, WRITERS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    METADATA.create_all(op.get_bind(), [SUBMISSIONS, WRITERS, EVENTS, ANSWERS, RELEASES])
