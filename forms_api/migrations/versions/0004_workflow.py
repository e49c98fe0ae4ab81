"""How a case goes its way: details of events, drafts of releases, tasks, followers, outgoing mail, allowances."""

from alembic import op

from forms_api.tables import (
    ALLOWANCES,
    DETAILS,
    DRAFTS,
    FEEDS,
    FOLLOWERS,
    METADATA,
    OUTBOX,
    OUTCOMES,
    ROUNDS,
    TASKS,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    METADATA.create_all(
        op.get_bind(), [DETAILS, DRAFTS, TASKS, OUTCOMES, FEEDS, FOLLOWERS, OUTBOX, ALLOWANCES, ROUNDS]
    )
