from __future__ import annotations

import pytest

from krm_fn.function_config.container.quantities import ONE, canonical, parts_of, resources_of, text_of, total, whole_up


@pytest.mark.parametrize(
    "quantity", ["", "x", "1x", "-1", "1.2.3", ".", "1e", "1e99", "0x10", "1 Gi", "1" * 65, True, None, [1]]
)
def test_what_is_none(quantity: object) -> None:
    assert parts_of(quantity) is None


@pytest.mark.parametrize(
    ("quantity", "parts"),
    [
        (0, 0),
        (1, ONE),
        (0.5, ONE // 2),
        ("+1", ONE),
        ("1n", 1),
        ("0.5n", 1),  # rounded up to a part
        ("1u", 1000),
        ("250m", ONE // 4),
        (".5", ONE // 2),
        ("1.", ONE),
        ("1k", 10**3 * ONE),
        ("2M", 2 * 10**6 * ONE),
        ("1G", 10**9 * ONE),
        ("1T", 10**12 * ONE),
        ("1P", 10**15 * ONE),
        ("1E", 10**18 * ONE),
        ("1Ki", 1024 * ONE),
        ("1.5Gi", 3 * 2**29 * ONE),
        ("1Ei", 2**60 * ONE),
        ("1e3", 1000 * ONE),
        ("1E-3", ONE // 1000),
        ("12e+6", 12 * 10**6 * ONE),
    ],
)
def test_what_is_one(quantity: object, parts: int) -> None:
    assert parts_of(quantity) == parts


def test_equal_quantities_are_equal_however_they_are_written() -> None:
    assert len({parts_of(text) for text in ("1Gi", "1024Mi", "1048576Ki", "1073741824", "1073741824000m")}) == 1


@pytest.mark.parametrize(
    ("text", "resource"), [("1", "cpu"), ("1500m", "cpu"), ("64Mi", "memory"), ("1Gi", "memory"), ("1000", "memory")]
)
def test_as_one_would_write_it(text: str, resource: str) -> None:
    parts = parts_of(text)
    assert parts is not None
    assert text_of(parts, resource) == text


def test_whole_units_are_rounded_up() -> None:
    assert [whole_up(parts) for parts in (0, 1, ONE, ONE + 1)] == [0, 1, 1, 2]


def test_what_has_a_limit_alone_requests_as_much() -> None:
    container = {"resources": {"limits": {"cpu": 1, "memory": "x"}, "requests": {"memory": "1Ki"}}}
    assert resources_of(container, "requests") == {"cpu": ONE, "memory": 1024 * ONE}
    assert resources_of(container, "limits") == {"cpu": ONE}
    assert total([container, container, {"resources": None}], "requests") == {"cpu": 2 * ONE, "memory": 2048 * ONE}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1", "1"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("0.5", "500m"),
        ("2000", "2k"),
        ("1024", "1024"),
        ("1024Mi", "1Gi"),
        ("1500Mi", "1500Mi"),
        ("1.5Gi", "1536Mi"),
        ("0Mi", "0"),
        ("x", "x"),
        ("", ""),
    ],
)
def test_a_quantity_as_an_api_server_writes_it(text: str, written: str) -> None:
    assert canonical(text) == written
    assert canonical(written) == written
