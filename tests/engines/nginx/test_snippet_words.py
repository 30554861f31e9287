"""What is read of random and mutated snippets, nginx reads as well: words, ends of directives, and blocks."""

from __future__ import annotations

import http.client
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

import pytest

from krm_fn.engines.nginx import ENGINE
from krm_fn.function_config.snippets.check import problem_of
from krm_fn.function_config.snippets.statements import LONGEST, Directive, NotWholeError, directives
from tests.engines.nginx.current import current_nginx
from tests.engines.nginx.plans import CACHE, CONFIG, CONFIG_PATH, PORT
from tests.servers.http import LOCALHOST
from tests.servers.sandbox import running_sidecar

pytestmark = [pytest.mark.server, pytest.mark.fuzz]

ENTRIES, RULES = 5000, 15000
"""How many texts of each kind are made: more than three thousand are read, and compared."""
SPECIAL = "\"'\\{};$# \t\n()~x"
USUAL = ("a", "Bc", "1", "$arg_a", '"a b"', "'a;b'", '"a"', "é")
ODD = (
    *("${arg_a}", "-$arg_a-", "a{b", "a}b", "{", "}", "$", "${", "${;", "#", "a#b", "\\", "\\\\", "\\n", "\\t", "\\;"),
    *(
        "\\{",
        '\\"',
        "\\'",
        "\\ ",
        '"',
        "'",
        '""',
        "''",
        '"a;{}#"',
        "'a\\'b'",
        '"a\\"b"',
        '"a\'b"',
        '"$"',
        "'${'",
        '"${}"',
    ),
    *(
        '"a\nb"',
        '"é\\né"',
        "a\\\nb",
        "(",
        ")",
        '"a")',
        '"a")b',
        "x" * 50,
        '"a"b',
        "'a'\"b\"",
        "$arg_a{",
        "a\\tb",
        "'\\\\'",
    ),
)
LONG = tuple(f'"{"x" * (LONGEST - less)}"' for less in range(4))
TAILS = (";", ";", ";\n", " ;", "; # it's\n", ";# }\n")
KNOWN = re.compile(r"[^$]|\$(arg_a|my_v)(?![A-Za-z0-9_])|\$\{(arg_a|my_v)\}", re.DOTALL)

Read = tuple[str, tuple[Directive, ...]]


def word(chance: random.Random) -> str:
    return chance.choice(chance.choice((USUAL, USUAL, ODD, ODD, ODD, LONG if chance.random() < 0.01 else ODD)))


def mutated(text: str, chance: random.Random) -> str:
    """Return the text with some characters put in, taken out or replaced."""
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        place, removed = chance.randrange(len(text) + 1), chance.randrange(2)
        text = text[:place] + chance.choice(("", *SPECIAL)) + text[place + removed :]
    return text


def entries(chance: random.Random) -> str:
    """Return entries of a map."""
    blanks = (" ", "\t", "\n", " # x;\n")
    parts = [
        word(chance) + chance.choice(blanks) + word(chance) + chance.choice(TAILS) for _ in range(chance.randint(1, 3))
    ]
    return mutated("".join(parts), chance)


def rules(chance: random.Random) -> str:
    """Return directives of a location."""
    return mutated("".join(rule(chance) for _ in range(chance.randint(1, 3))), chance)


def rule(chance: random.Random) -> str:
    tail = chance.choice(TAILS)
    match chance.randrange(5):
        case 0:
            inner = "".join(rule(chance) for _ in range(chance.randint(0, 2)))
            space = chance.choice(("", " ", "\n"))
            return f"if{space or ' '}({space}$arg_a = {word(chance)}{space}){space}{{{space}{inner}}}{space}"
        case 1:
            return f"set $my_v {word(chance)}{tail}"
        case 2:
            return f"etag off{tail}"
        case _:
            return f"return {chance.choice((200, 201))} {word(chance)}{tail}"


def read(make: Callable[[random.Random], str], count: int) -> Iterator[Read]:
    """Yield the texts that are read, with what is read of them."""
    chance = random.Random(make.__name__)
    for _ in range(count):
        text = make(chance)
        try:
            yield text, directives(text)
        except NotWholeError:
            continue


def are_entries(found: tuple[Directive, ...]) -> bool:
    """Tell whether nginx takes the entries: by the number of their words, and the meaning of some keys."""
    keys = [each.words[0].lower() for each in found if each.words]
    odd = any(
        key in ("default", "hostnames", "volatile", "include", "sentinel") or key[:1] in "~\\" or len(key) > 200
        for key in keys
    )
    whole = all(each.block is None and len(each.words) == 2 and is_known(each.words[1]) for each in found)
    return whole and not odd and len(set(keys)) == len(keys)


def are_rules(found: tuple[Directive, ...]) -> bool:
    """Tell whether nginx starts with the directives: by the number of their words, and their variables."""
    numbers = {"return": (2, 3), "set": (3,), "etag": (2,), "if": (4, 5, 6)}
    return all(
        len(each.words) in numbers.get(each.words[0], ())
        and all(map(is_known, each.words[1:]))
        and are_rules(each.block or ())
        and (each.words[0] != "etag" or each.words[1] in ("on", "off"))
        and (each.words[0] != "set" or each.words[1] == "$my_v")
        and (each.words[0] != "if" or condition(each) is not None)
        for each in found
    )


def condition(found: Directive) -> str | None:
    """Return what $arg_a is compared with, as nginx reads it; None for other conditions."""
    words = list(found.words[1:])
    words = words[1:] if words[0] == "(" else [words[0].removeprefix("("), *words[1:]]
    words = words[:-1] if words[-1] == ")" else [*words[:-1], words[-1].removesuffix(")")]
    return words[2] if words[:2] == ["$arg_a", "="] and len(words) == 3 else None


def is_known(text: str) -> bool:
    """Tell whether each $ in a word is that of a variable that is there."""
    return "".join(each.group() for each in KNOWN.finditer(text)) == text


def filled(text: str, values: dict[str, str]) -> str:
    """Return a word with the values of its variables."""
    return KNOWN.sub(lambda each: values[each[1] or each[2]] if each[1] or each[2] else each[0], text)


def answer(found: Iterable[Directive], values: dict[str, str]) -> tuple[int, str] | None:
    """Return the answer that the directives give, as they were read; None where they give none."""
    for each in found:
        if each.words[0] == "set":
            values["my_v"] = filled(each.words[2], values)
        elif each.words[0] == "return":
            return int(each.words[1]), filled("".join(each.words[2:]), values)
        elif each.words[0] == "if" and filled(condition(each) or "", values) == values["arg_a"]:
            inside = answer(each.block or (), values)
            if inside:
                return inside
    return None


def configuration(maps: list[Read], locations: list[Read]) -> str:
    """Return a configuration with each text in a block of its own, before a sentinel."""
    first = "".join(
        f"map $http_key $map_{number} {{\n{text}\nsentinel {number}; default none;\n}}\n"
        for number, (text, _) in enumerate(maps)
    )
    asked = [f'return 200 "$map_{number}";' for number in range(len(maps))]
    ruled = [f'{text}\nreturn 202 "$my_v,{number}";' for number, (text, _) in enumerate(locations)]
    paths = "".join(
        f"{name}_temp_path {CACHE}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"pid {CACHE}/pid;\nerror_log stderr;\nevents {{ worker_connections 64; }}\nhttp {{\n{paths}access_log off;\n"
        f"map_hash_bucket_size 512;\nvariables_hash_max_size 65536;\nkeepalive_requests 1000000;\n"
        f"uninitialized_variable_warn off;\n{first}"
        f'server {{\nlisten {PORT};\nset $my_v "";\n{blocks("map", asked)}{blocks("rules", ruled)}}}\n}}\n'
    )


def blocks(name: str, texts: list[str]) -> str:
    """Return a location for each text, a hundred in each of some others: nginx is slow to sort more."""
    each = [f"location = /{name}/{number // 100}/{number} {{\n{text}\n}}\n" for number, text in enumerate(texts)]
    groups = range(-(-len(each) // 100))
    return "".join(
        f"location /{name}/{group}/ {{\n{''.join(each[group * 100 : group * 100 + 100])}}}\n" for group in groups
    )


@pytest.mark.parametrize("program", [None, current_nginx], ids=["nginx", "nginx-current"])
def test_nginx_reads_the_same(loopback: None, program: Callable[[], str] | None) -> None:
    maps = [each for each in read(entries, ENTRIES) if are_entries(each[1])]
    locations = [each for each in read(rules, RULES) if problem_of(each[0], "location") is None and are_rules(each[1])]
    assert len(maps) > ENTRIES / 6
    assert len(locations) > RULES / 6
    volumes = {CONFIG: {"nginx.conf": configuration(maps, locations).encode()}}
    run = running_sidecar(volumes, [CACHE], ENGINE.command(CONFIG_PATH), [PORT], program=program and program())
    with run, closing(http.client.HTTPConnection(LOCALHOST, PORT, timeout=15)) as connection:

        def asked(path: str, key: str = "") -> tuple[int, str]:
            connection.request("GET", path, headers={"Key": key.encode()})
            response = connection.getresponse()
            return response.status, response.read().decode()

        for number, (text, found) in enumerate(maps):
            expected = {each.words[0]: filled(each.words[1], {"arg_a": "q", "my_v": ""}) for each in found}
            for key, value in {**expected, "sentinel": str(number)}.items():
                if key == key.strip() and key and not {"\n", "\r"} & set(key):  # others cannot be sent in a header
                    assert asked(f"/map/{number // 100}/{number}?a=q", key) == (200, value), (text, key)
        for number, (text, found) in enumerate(locations):
            for value in ("a", "1"):
                values = {"arg_a": value, "my_v": ""}
                there = answer(found, values) or (202, f"{values['my_v']},{number}")
                assert asked(f"/rules/{number // 100}/{number}?a={value}") == there, text
