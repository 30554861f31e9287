from __future__ import annotations

from typing import Literal

import pytest

from krm_fn.config_maps.static_files import FilesRoute, StaticFile, files_routes, files_volume, root_of, static_files
from krm_fn.function_config.generated.values import Listener, Route, Spec, StaticFiles, Target

TARGET = Target(kind="Deployment", name="web")
KEYS = {"docs": ["index.html", "a.png"], "scripts": ["app.js"]}


def listener(*routes: Route, name: str = "proxy-http") -> Listener:
    return Listener(name=name, routes=routes)


def serving(
    path: str, config_map: str = "docs", key: str | None = None, match: Literal["exact", "prefix"] = "exact"
) -> Route:
    return Route(path=path, match=match, files=StaticFiles(config_map=config_map, key=key))


def mounted(*listeners: Listener) -> list[tuple[str, str, str]]:
    files = static_files(files_routes(Spec(target=TARGET, listeners=listeners)), KEYS)
    return [(file.config_map, file.key, file.path) for file in files]


@pytest.mark.parametrize(
    "listeners",
    [
        (),
        (listener(),),
        (listener(), listener(name="other")),
        (listener(Route(path="/a")),),
        (listener(Route(path="/a/", match="prefix"), Route(path="^/a$", match="regex")),),
    ],
)
def test_no_files(listeners: tuple[Listener, ...]) -> None:
    assert mounted(*listeners) == []


@pytest.mark.parametrize(
    ("routes", "files"),
    [
        ([serving("/index.html")], [("docs", "index.html", "index.html")]),
        ([serving("/a/b/index.html")], [("docs", "index.html", "a/b/index.html")]),
        ([serving("/home", key="index.html")], [("docs", "index.html", "home")]),
        (
            [serving("/a", key="index.html"), serving("/b", key="index.html")],
            [("docs", "index.html", "a"), ("docs", "index.html", "b")],
        ),
        ([serving("/", match="prefix")], [("docs", "index.html", "index.html"), ("docs", "a.png", "a.png")]),
        ([serving("/d/", match="prefix")], [("docs", "index.html", "d/index.html"), ("docs", "a.png", "d/a.png")]),
        (
            [serving("/", match="prefix"), serving("/index.html", "scripts", "app.js")],
            [("scripts", "app.js", "index.html"), ("docs", "a.png", "a.png")],
        ),
        (
            [serving("/", match="prefix"), serving("/", "scripts", match="prefix")],
            [("docs", "index.html", "index.html"), ("docs", "a.png", "a.png"), ("scripts", "app.js", "app.js")],
        ),
    ],
)
def test_files_of_one_listener(routes: list[Route], files: list[tuple[str, str, str]]) -> None:
    assert mounted(listener(*routes)) == files


def test_files_lie_below_the_name_of_their_listener_where_there_are_several() -> None:
    both = (listener(serving("/index.html"), name="one"), listener(serving("/d/", match="prefix"), name="two"))
    assert mounted(*both) == [
        ("docs", "index.html", "one/index.html"),
        ("docs", "index.html", "two/d/index.html"),
        ("docs", "a.png", "two/d/a.png"),
    ]
    assert [root_of(each, Spec(target=TARGET, listeners=both)) for each in both] == ["/one", "/two"]
    assert root_of(both[0], Spec(target=TARGET, listeners=both[:1])) == ""


def test_route_tells_where_in_the_functionconfig_it_stands() -> None:
    spec = Spec(target=TARGET, listeners=(listener(), listener(Route(path="/x"), serving("/a.png"), name="two")))
    assert files_routes(spec) == [
        FilesRoute(config_map="docs", key="a.png", path="two/a.png", field="spec.listeners[1].routes[1].files")
    ]


def test_volume_of_one_config_map() -> None:
    files = [StaticFile(config_map="docs", key="a", path="x/a"), StaticFile(config_map="docs", key="b", path="b")]
    assert files_volume("files", files, {"docs": "prod-docs"}) == {
        "name": "files",
        "configMap": {
            "name": "prod-docs",
            "items": [{"key": "a", "path": "x/a"}, {"key": "b", "path": "b"}],
            "defaultMode": 0o444,
        },
    }


def test_volume_of_several_config_maps_keeps_the_order_of_the_files() -> None:
    files = [StaticFile(config_map=name, key="a", path=f"{name}/a") for name in ("b", "a", "b")]
    sources = files_volume("files", files, {"a": "a", "b": "b"})["projected"]["sources"]
    assert [source["configMap"]["name"] for source in sources] == ["b", "a"]
    assert len(sources[0]["configMap"]["items"]) == 2
