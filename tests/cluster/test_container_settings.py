"""The verdict on each odd setting of a container is that of a real API server on the Pod with it."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from tests.sidecar.container_places import is_of_schema, merged
from tests.sidecar.container_settings import SETTINGS, Setting


class Api(Protocol):
    """What is asked of a client of the server."""

    def create(self, data: dict[str, Any], *, dry_run: bool = False) -> Any:
        """Create an object, and return the answer."""


pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.text)
def test_the_server_says_the_same(api: Api, setting: Setting) -> None:
    deployment = merged(setting.fields)
    if not is_of_schema(deployment):  # which kubectl asks first: the server drops unknown fields
        assert setting.refused_at
        return
    pod = {"apiVersion": "v1", "kind": "Pod", **deployment["spec"]["template"]}
    pod["metadata"]["name"] = "web"
    answers = [api.create(each, dry_run=True) for each in (deployment, pod)]  # a few rules are for Pods alone
    messages = [answer.body.get("message") for answer in answers if not answer.accepted]
    assert bool(messages) == bool(setting.refused_at), messages
