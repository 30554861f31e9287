from __future__ import annotations

from typing import Any

import pytest

from krm_fn.yaml_text.scalars import meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("", None),
        ("~", None),
        ("Null", None),
        ("True", True),
        ("false", False),
        ("yes", "yes"),
        ("80", 80),
        ("-80", -80),
        ("+80", 80),
        ("-", "-"),
        ("0", 0),
        ("0644", 420),
        ("0o644", 420),
        ("0x1F", 31),
        ("-0x1F", -31),
        ("0b101", 5),
        ("1_000", 1000),
        ("08", "08"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("12:30", "12:30"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", "18446744073709551616"),
        ("0x" + "f" * 9999, "0x" + "f" * 9999),
        ("9" * 9999, "9" * 9999),
        ("1\u0663", "1\u0663"),
        ("1\u00a0", "1\u00a0"),
    ],
)
def test_meaning(text: str, value: Any) -> None:
    assert meaning(text) == value
    assert type(meaning(text)) is type(value)
