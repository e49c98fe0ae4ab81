"""Counts requests for Prometheus at `/metrics`: by method, sort of page and status, with their times; never by unit.

Nothing is counted by unit, type or case. Even so a count of all letters tells those who know their own how many others
there are (design §6.13), so only who brings the token in `.state/metrics.token` gets an answer. Numbers are those of
this process since it started.
"""

import hmac
import time

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from forms_api.acceptance import Acceptance
from forms_api.intake import acceptance

metrics = Blueprint("metrics", __name__)
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


@metrics.get("/metrics")
def show() -> Response:
    """Return every figure in the text form of Prometheus; to all others the page is not there."""
    token = acceptance().portal.state / "metrics.token"
    wanted = token.read_text(encoding="utf-8").strip() if token.is_file() else ""
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(wanted.encode(), brought.encode()):
        abort(404)
    registry: CollectorRegistry = current_app.extensions["metrics"]
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask, service: Acceptance) -> None:
    """Count every request of `app`."""
    registry = CollectorRegistry()
    labels = ("method", "page", "status")
    answered = Counter("mingbai_requests", "Requests answered", labels, registry=registry)
    took = Histogram(
        "mingbai_request_seconds", "Time to answer", ("page",), buckets=_STEPS, registry=registry
    )
    waiting = Gauge("mingbai_writer_queue", "Changes that wait for the writer", registry=registry)
    waiting.set_function(lambda: service.writer.waiting)
    alive = Gauge("mingbai_writer_up", "Whether the writer runs", registry=registry)
    alive.set_function(lambda: float(service.writer.alive))
    app.extensions["metrics"] = registry

    @app.before_request
    def begun() -> None:
        g.counted_from = time.monotonic()

    @app.after_request
    def counted(response: Response) -> Response:
        # The blueprint, never the address: an address may hold a receipt or name a unit.
        page = request.blueprint or "none"
        method = request.method if request.method in _METHODS else "other"
        answered.labels(method, page, str(response.status_code)).inc()
        took.labels(page).observe(time.monotonic() - g.get("counted_from", time.monotonic()))
        return response
