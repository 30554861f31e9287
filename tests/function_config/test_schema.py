from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator

from codegen.schema import schema
from krm_fn.function_config.formats.kubernetes import find_odd
from krm_fn.function_config.load import load
from tests.function_config.documents import document, valid_documents
from tests.function_config.test_errors import ACCEPTED, CASES, REFUSED, data_of

SCHEMA = Draft202012Validator(schema())
BEYOND_A_SCHEMA = {
    "cache-larger-than-its-volume",
    "container-entries-twice",
    "container-entries-without-merge-key",
    "cache-settings",
    "container-fields-that-conflict",
    "container-fields-that-need-others",
    "container-names-of-variables-before-1.32",
    "container-types-and-misspelt-fields",
    "container-values",
    "container-without-image",
    "files-base64",
    "files-named-as-the-config",
    "files-same-key-twice",
    "files-twins",
    "former-name-current",
    "mount-path-around-a-default",
    "mount-path-in-another",
    "mount-path-twins",
    "networks",
    "route-files-and-cache",
    "route-files-and-what-is-the-apps",
    "route-files-by-regex",
    "route-files-exact-directory",
    "route-files-key-from-path",
    "route-files-prefix-without-slash",
    "route-key-not-generated",
    "route-key-of-empty-files",
    "route-path-not-clean",
    "route-path-of-many-bytes",
    "route-path-with-a-query",
    "route-regex-broken",
    "route-regex-of-python-only",
    "route-regex-with-named-groups",
    "route-twins",
    "target-empty-name",
    "target-null",
    "target-not-a-regex",
    "texts-too-long",
    "twin-listeners",
    "twin-of-a-listener",
    "volume-smaller-than-the-cache",
    "engine-caddy-has-no-cache",
    "engine-caddy-has-no-exporter",
    "engine-caddy-has-no-rate-limit",
    "engine-caddy-regular-expressions",
    "files-fallback",
    "headers-of-the-proxys-own",
    "referrer-port-in-another-list",
    "target-label-selector",
    "volume-twin-of-a-default",
    "volume-twins",
    "auth-headers-of-the-proxys-own",
    "auth-own-prefix-twice",
    "auth-users-under-caddy",
    "auth-users-under-nginx",
    "engine-caddy-lacks-more",
    "engine-nginx-has-no-patch",
    "error-pages-of-the-app-and-sign-in",
    "error-pages-of-statuses-that-nginx-has-for-itself",
    "error-pages-twice",
    "grpc-and-what-it-has-no-use-for",
    "headers-named-twice",
    "headers-that-say-who-the-client-is",
    "metrics-of-an-exporter-named-as-the-sidecar",
    "image-of-another-proxy",
    "image-of-other-engine",
    "image-of-the-exporter-is-a-proxys",
    "kubernetes-too-old-for-fields-of-containers",
    "kubernetes-too-old-for-native",
    "kubernetes-too-old-for-signals-and-windows",
    "metrics-on-a-port-that-is-taken",
    "proxy-protocol-of-nobody",
    "redirect-port-taken",
    "rewrite-groups",
    "rewrite-of-two-kinds",
    "rewrite-prefix",
    "snippets-arguments",
    "snippets-denied",
    "snippets-names",
    "snippets-not-allowed",
    "snippets-patches-denied",
    "snippets-that-leave-their-place",
    "snippets-twice",
    "upstream-grpc-and-what-it-has-no-use-for",
    "upstream-of-two-kinds",
    "upstream-tls-and-protocol",
}
"""Mistakes between fields, and in base64, regular expressions, selectors and networks, which have no pattern."""


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@settings(max_examples=100, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(valid_documents())
def test_the_schema_accepts_what_the_models_accept(data: Any) -> None:
    SCHEMA.validate(data)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_examples(path: Any) -> None:
    SCHEMA.validate(data_of(path.read_text("utf-8").partition(ACCEPTED)[2]))


PLAIN_CASES = [path for path in CASES if find_odd(data_of(path.read_text("utf-8").partition(REFUSED)[0])) is None]


@pytest.mark.parametrize("path", PLAIN_CASES, ids=lambda path: path.stem)
def test_the_schema_refuses_the_mistakes_that_it_can_say(path: Any) -> None:
    case = path.read_text("utf-8").partition(REFUSED)[0]
    assert SCHEMA.is_valid(data_of(case)) == (path.stem in BEYOND_A_SCHEMA)


def test_there_are_such_mistakes() -> None:
    assert {path.stem for path in PLAIN_CASES} >= BEYOND_A_SCHEMA


def defaults(part: Any) -> Any:
    if isinstance(part, dict):
        if "default" in part:
            yield part, part["default"]
        for value in part.values():
            yield from defaults(value)


def test_each_default_and_example_is_valid_itself() -> None:
    whole = schema()
    for part, value in defaults(whole):
        Draft202012Validator({**part, "$defs": whole["$defs"]}).validate(value)
    spec = {name: part["default"] for name, part in whole["$defs"]["Spec"]["properties"].items() if "default" in part}
    assert load(document(spec)) == load(document())
