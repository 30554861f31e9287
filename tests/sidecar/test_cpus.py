from __future__ import annotations

from typing import Any

import pytest

from krm_fn.sidecar.proxy_plan import cpu_limit


@pytest.mark.parametrize(
    "container",
    [
        {},
        {"resources": None},
        {"resources": {"limits": None}},
        {"resources": {"requests": {"cpu": "4"}}},
        {"resources": {"limits": {"memory": "64Mi"}}},
        {"resources": {"limits": {"cpu": "1"}}},
    ],
)
def test_one_cpu_where_no_limit_says_more(container: dict[str, Any]) -> None:
    assert cpu_limit(container) == 1


@pytest.mark.parametrize(
    ("quantity", "cpus"),
    [
        (1, 1),
        (4, 4),
        (1.5, 2),
        ("2", 2),
        ("1.5", 2),
        ("1.", 1),
        (".5", 1),
        ("+2", 2),
        ("500m", 1),
        ("1000m", 1),
        ("1001m", 2),
        ("2500000u", 3),
        ("3000000000n", 3),
        ("0.002k", 2),
        ("2e0", 2),
        ("2E0", 2),
        ("25e-1", 3),
        ("1Ki", 1024),
        ("0", 1),
        ("0m", 1),
    ],
)
def test_cpu_limit_as_kubernetes_spells_quantities(quantity: object, cpus: int) -> None:
    assert cpu_limit({"resources": {"limits": {"cpu": quantity}}}) == cpus


@pytest.mark.parametrize(
    "quantity",
    [
        "",
        "two",
        "m",
        "-1",
        "1 ",
        "1mm",
        "nan",
        "inf",
        "1e999",
        "100M",
        "1e9",
        "e1",
        "1.1.1",
        ".",
        "--1",
        "+-1",
        True,
        [],
        {},
        "٣",
    ],
)
def test_cpu_limit_that_is_no_quantity_of_cpus(quantity: object) -> None:
    assert cpu_limit({"resources": {"limits": {"cpu": quantity}}}) is None
