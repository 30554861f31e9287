from __future__ import annotations

from typing import Any

import pytest

from krm_fn import codes
from krm_fn.result import FunctionError, ResourceRef, Result

WEB = ResourceRef(api_version="krm-fn.dev/v1alpha1", kind="ProxySidecar", name="web")
SERVICE = ResourceRef(api_version="v1", kind="Service", name="web", namespace="shop")


def error(**fields: Any) -> Result:
    return Result(code=codes.PORT_TAKEN, message="must be …", **fields)


@pytest.mark.parametrize(
    ("ref", "text", "data"),
    [
        (
            WEB,
            "krm-fn.dev/v1alpha1/ProxySidecar/web",
            {"apiVersion": "krm-fn.dev/v1alpha1", "kind": "ProxySidecar", "name": "web"},
        ),
        (
            SERVICE,
            "v1/Service/shop/web",
            {"apiVersion": "v1", "kind": "Service", "name": "web", "namespace": "shop"},
        ),
    ],
)
def test_references(ref: ResourceRef, text: str, data: dict[str, str]) -> None:
    assert str(ref) == text
    assert ref.to_dict() == data
    assert list(ref.to_dict()) == list(data)


@pytest.mark.parametrize(
    ("result", "data"),
    [
        (
            Result(code=codes.REMOVED, message="done"),
            {"message": "done", "severity": "info", "tags": {"code": "PS720"}},
        ),
        (error(path="spec"), {"message": "must be …", "severity": "error", "tags": {"code": "PS301"}}),
        (
            error(ref=WEB, path="spec.engine", current_value="x", proposed_value="nginx", file="a.yaml", index=1),
            {
                "message": "must be …",
                "severity": "error",
                "resourceRef": WEB.to_dict(),
                "field": {"path": "spec.engine", "currentValue": "x", "proposedValue": "nginx"},
                "file": {"path": "a.yaml", "index": 1},
                "tags": {"code": "PS301"},
            },
        ),
        (
            error(ref=WEB, path="a", current_value=False, file="a.yaml"),
            {
                "message": "must be …",
                "severity": "error",
                "resourceRef": WEB.to_dict(),
                "field": {"path": "a", "currentValue": False},
                "file": {"path": "a.yaml"},
                "tags": {"code": "PS301"},
            },
        ),
    ],
)
def test_the_specifications_form_and_order(result: Result, data: dict[str, Any]) -> None:
    assert result.to_dict() == data
    assert list(result.to_dict()) == list(data)


@pytest.mark.parametrize(
    ("result", "function", "line"),
    [
        (error(), "", "[error] PS301 ProxySidecar: must be …"),
        (error(), "web", '[error] PS301 ProxySidecar "web": must be …'),
        (error(path="kind"), "", "[error] PS301 ProxySidecar: kind: must be …"),
        (
            error(ref=WEB, path="spec.port"),
            "",
            "[error] PS301 krm-fn.dev/v1alpha1/ProxySidecar/web spec.port: must be …",
        ),
        (error(ref=WEB), "web", "[error] PS301 krm-fn.dev/v1alpha1/ProxySidecar/web: must be …"),
        (error(ref=WEB), "api", '[error] PS301 ProxySidecar "api": krm-fn.dev/v1alpha1/ProxySidecar/web: must be …'),
        (
            error(ref=SERVICE, path="spec"),
            "web",
            '[error] PS301 ProxySidecar "web": v1/Service/shop/web spec: must be …',
        ),
        (error(ref=SERVICE, file="a.yaml"), "", "[error] PS301 ProxySidecar: v1/Service/shop/web (a.yaml): must be …"),
        (error(file="a.yaml", index=2), "", "[error] PS301 ProxySidecar: (a.yaml#2): must be …"),
    ],
)
def test_the_line_names_the_function_and_the_place(result: Result, function: str, line: str) -> None:
    assert result.line(function) == line


NASTY = "a\nb\r\x1b[31m\u2028\u202e\x85\ud800\U000e0001"


def test_nothing_of_the_users_breaks_the_line() -> None:
    ref = ResourceRef(api_version=NASTY, kind=NASTY, name=NASTY, namespace=NASTY)
    line = Result(code=codes.HEADLESS_ONLY, message=NASTY, ref=ref, path=NASTY, file=NASTY, index=1).line(NASTY)
    assert line.isprintable()
    assert line.encode()
    assert "a\\nb\\r\\u001b[31m\\u2028\\u202e\\u0085\\ud800\\U000e0001" in line
    assert Result(code=codes.REMOVED, message=NASTY).to_dict()["message"].isprintable()


def test_the_error_carries_all_results() -> None:
    with pytest.raises(FunctionError) as raised:
        raise FunctionError(error(), error(ref=WEB))
    assert raised.value.results == (error(), error(ref=WEB))
    assert str(raised.value) == f"{error().line()}\n{error(ref=WEB).line()}"
