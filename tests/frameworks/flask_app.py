"""An app of Flask: blueprints, slashes both ways, and files or else one page for all that is left."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory

SITE = Path(__file__).parent / "site"
app = Flask(__name__, static_folder=None)


def answer(view: str) -> Response:
    """Say which view it is and what the server received as the target."""
    target = request.environ.get("RAW_URI") or request.environ["REQUEST_URI"]  # gunicorn's name, and waitress's
    return Response(f"VIEW={view} TARGET={target}\n".encode("latin-1"), mimetype="text/plain")


admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.get("", strict_slashes=False)
@admin.get("/<path:rest>")
def admin_view(rest: str = "") -> Response:
    return answer("admin")


pub = Blueprint("pub", __name__, url_prefix="/pub")


@pub.get("/")
@pub.get("/<name>")
def pub_view(name: str = "") -> Response:
    return answer("pub")


@pub.get("/admin/")
@pub.get("/admin/<path:rest>")
def pub_admin_view(rest: str = "") -> Response:
    return answer("pub-admin")


api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/v1/admin", strict_slashes=False)
@api.get("/v1/admin/<path:rest>")
def api_admin_view(rest: str = "") -> Response:
    return answer("api-admin")


@api.get("/<path:rest>")
def api_view(rest: str) -> Response:
    return answer("api")


for blueprint in (admin, pub, api):
    app.register_blueprint(blueprint)


@app.get("/login")
def login_view() -> Response:
    return answer("login")


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def any_view(path: str) -> Response:
    if "\0" not in path and (SITE / path).is_file():
        return send_from_directory(SITE, path)
    return answer("any")
