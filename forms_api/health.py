"""Says whether submissions can be taken now, and whether the whole service is ready; it changes nothing."""

import shutil

from flask import Blueprint, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from forms_api.frames import release
from forms_api.intake import acceptance
from forms_api.refusals import answer
from forms_api.tables import RELEASES
from forms_api.writer import Busy, Unstored

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 when the writer takes its turn, a reader reads and the disk has room; 503 otherwise."""
    service = acceptance()
    checks = {
        "writer": _writes(),
        "reader": _reads(),
        "disk": shutil.disk_usage(service.portal.state).free >= service.limits.free_disk,
    }
    ready = all(checks.values())
    response = answer({"status": "ok" if ready else "failing", "checks": checks}, 200 if ready else 503)
    if not ready:
        response.headers["Retry-After"] = "5"
    return response


@health.get("/readyz")
def readyz() -> Response:
    """Answer 200 when the service can do all its work: what `/healthz` asks, and the built site with its index."""
    service = acceptance()
    there = {
        "site": (release() / "index.html").is_file(),
        "index": (service.portal.root / "build" / "index").is_dir(),
    }
    found = healthz()
    ready = found.status_code == 200 and all(there.values())
    checks = {**found.get_json()["checks"], **there}
    response = answer({"status": "ok" if ready else "failing", "checks": checks}, 200 if ready else 503)
    if not ready:
        response.headers["Retry-After"] = "5"
    return response


def _writes() -> bool:
    # An empty transaction goes through queue, turn and commit, and costs the disk nothing: anyone may ask.
    writer = acceptance().writer
    try:
        return writer.alive and writer.run(lambda connection: connection.scalar(select(1))) == 1
    except (Busy, Unstored):
        return False


def _reads() -> bool:
    try:
        with acceptance().database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(RELEASES)) is not None
    except SQLAlchemyError:
        return False
