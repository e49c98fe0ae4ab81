"""Runs the steps on the connection that `migrating` hands over; it opens none."""

from alembic import context

from forms_api.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
