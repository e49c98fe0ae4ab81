"""Brings a database to the newest form, step by step (Alembic); what a step does stands in `migrations/versions`.

A step only adds tables, and a table stays as it was made: while an installation is upgraded the version before still
writes to it. What a case learns to say later stands in a table of its own.
"""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

_FIRST = "0001"


def migrate(connection: Connection) -> None:
    """Bring the database to the newest form inside the caller's transaction; nothing happens when it is there."""
    now = MigrationContext.configure(connection).get_current_revision()
    if now == _newest():
        return
    config = _config()
    config.attributes["connection"] = connection
    if now is None and inspect(connection).has_table("submissions"):
        command.stamp(config, _FIRST)  # made before there were steps
    command.upgrade(config, "head")


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "forms_api:migrations")
    return config
