"""The API server as its clients see it: calls, the kinds that it serves, and the changes of its objects."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from tests.servers.http import LOCALHOST

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

TOKEN = "of-the-tests"  # noqa: S105 # of a server that lives as long as the tests
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class Answer(NamedTuple):
    """What the server answers."""

    status: int
    body: dict[str, Any]
    warnings: frozenset[str] = frozenset()

    @property
    def accepted(self) -> bool:
        """Whether the server did, or would do, what it was called for."""
        return self.status < 300


class Kind(NamedTuple):
    """How objects of a kind are found."""

    path: str
    plural: str
    is_namespaced: bool


class Api:
    """A client, for one thread; it keeps its connection."""

    def __init__(self, port: int, trusted: ssl.SSLContext) -> None:
        self._port = port
        self._trusted = trusted
        self._connection = http.client.HTTPSConnection(LOCALHOST, port, context=trusted, timeout=60)
        self._namespaces: set[str] = set()
        self.kinds: dict[tuple[str, str], Kind] = {}
        """By apiVersion and kind, as of the last discovery."""

    def copy(self) -> Api:
        """Return a client for another thread."""
        other = Api(self._port, self._trusted)
        other.kinds = self.kinds
        return other

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, method: str, path: str, body: Any = None, *, content_type: str = JSON, **query: Any) -> Answer:
        """Return the answer to a request; of a body without JSON the text as its message."""
        response = self._response(method, path, body, content_type, query)
        text = response.read()
        found = response.headers.get_all("Warning") or []
        warnings = frozenset(warning.partition('"')[2].removesuffix('"') for warning in found)
        try:
            return Answer(response.status, json.loads(text), warnings)
        except ValueError:
            return Answer(response.status, {"message": text.decode()}, warnings)

    def _response(
        self, method: str, path: str, body: Any, content_type: str, query: dict[str, Any]
    ) -> http.client.HTTPResponse:
        data = None if body is None else json.dumps(body, default=str)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type, "Accept": JSON}
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            self._connection.request(method, target, data, headers)
            return self._connection.getresponse()
        except (ConnectionError, http.client.CannotSendRequest):  # closed after a long pause, or broken before
            self._connection.close()
            self._connection.request(method, target, data, headers)
            return self._connection.getresponse()

    def changes(self, path: str, since: str, seconds: int) -> Iterator[dict[str, Any]]:
        """Yield each change of a list since a resourceVersion, as it comes, for some seconds; none is missed."""
        query = {"watch": 1, "resourceVersion": since, "timeoutSeconds": seconds}
        response = self._response("GET", path, None, JSON, query)
        assert response.status == http.HTTPStatus.OK, response.read()
        for line in response:
            yield json.loads(line)

    def discover(self) -> None:
        """Find the kinds that the server serves."""
        groups = self.call("GET", "/apis").body["groups"]
        paths = ["/api/v1", *(f"/apis/{version['groupVersion']}" for group in groups for version in group["versions"])]
        for path in paths:
            for resource in self.call("GET", path).body.get("resources", ()):
                if "/" not in resource["name"]:
                    key = path.removeprefix("/apis/").removeprefix("/api/"), resource["kind"]
                    self.kinds[key] = Kind(path, resource["name"], resource["namespaced"])

    def create(self, data: dict[str, Any], *, dry_run: bool = False) -> Answer:
        """Create an object of a kind that is served, and its namespace where that is missing."""
        self.add_namespace(_namespace(data))
        return self.call("POST", self._path(data), data, **({"dryRun": "All"} if dry_run else {}))

    def add_namespace(self, name: str) -> None:
        """Create a namespace where it is missing."""
        if name not in self._namespaces:
            self.call(
                "POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            )
            self._namespaces.add(name)

    def get(self, data: dict[str, Any]) -> Answer:
        """Return an object as it is now."""
        return self.call("GET", self._named(data))

    def _path(self, data: dict[str, Any]) -> str:
        path, plural, is_namespaced = self.kinds[data["apiVersion"], data["kind"]]
        return f"{path}/namespaces/{quote(_namespace(data), safe='')}/{plural}" if is_namespaced else f"{path}/{plural}"

    def _named(self, data: dict[str, Any]) -> str:
        return f"{self._path(data)}/{quote(data['metadata']['name'], safe='')}"


def _namespace(data: dict[str, Any]) -> str:
    metadata = data.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    return namespace if namespace and isinstance(namespace, str) else "default"
