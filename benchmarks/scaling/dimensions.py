"""The dimensions: what a user may have many of. Each makes an input of a size, and the work to be done on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.scaling.manifests import (
    ALL,
    MOVED,
    ONE,
    config_map,
    deployment,
    document,
    ingress,
    mirror,
    monitor,
    policy,
    resource_list,
    service,
)
from krm_fn.cli.command_line import run_command
from krm_fn.function import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from krm_fn.summary import Outcome

BASE = 3000


@dataclass(frozen=True)
class Dimension:
    """One way in which an input can be large."""

    name: str
    size: int
    """Of what is enough to see how it grows."""
    prepare: Callable[[int, Path], Callable[[], Outcome]]
    """Makes the input of a size, in a folder of its own if it needs one; returns the work, which is done once."""
    exit_code: int = 0
    in_a_pod: bool = False
    """Whether a Pod's ports bound it, so that a small part of the work may grow with the square."""

    @property
    def few(self) -> int:
        """A size at which calls are counted, which takes longer."""
        return self.size // 4 + 2


def _of_list(make: Callable[[int], bytes]) -> Callable[[int, Path], Callable[[], Outcome]]:
    def prepare(size: int, _folder: Path) -> Callable[[], Outcome]:
        data = make(size)
        return lambda: process(data)

    return prepare


def _again(make: Callable[[int], bytes], *spec: str) -> Callable[[int, Path], Callable[[], Outcome]]:
    """Return what runs on the output of a run; where lines are given, as another spec."""

    def prepare(size: int, _folder: Path) -> Callable[[], Outcome]:
        data = process(make(size)).stdout
        if spec:
            lines = "".join(f"    {line}\n" for line in spec)
            data = data[: data.index(b"  spec:\n", data.index(b"\nfunctionConfig:"))] + f"  spec:\n{lines}".encode()
        return lambda: process(data)

    return prepare


def _files(size: int, folder: Path) -> Callable[[], Outcome]:
    config, manifests = folder / "fn-config.yaml", folder / "manifests"
    config.write_bytes(resource_list([], ALL).partition(b"functionConfig:\n")[2].replace(b"\n  ", b"\n").lstrip())
    manifests.mkdir()
    for at in range(size):
        (manifests / f"web-{at}.yaml").write_text(document(deployment(f"web-{at}")) + document(service(f"web-{at}")))
    return lambda: run_command(["render", "--config", str(config), str(manifests)])


def _one_file(size: int, folder: Path) -> Callable[[], Outcome]:
    config, manifests = folder / "fn-config.yaml", folder / "web.yaml"
    config.write_bytes(resource_list([], ALL).partition(b"functionConfig:\n")[2].replace(b"\n  ", b"\n").lstrip())
    manifests.write_text("".join(document(item) for item in _pairs(size)))
    return lambda: run_command(["render", "--config", str(config), str(manifests)])


def _in_files(
    make: Callable[[int], Iterator[tuple[str, Iterable[str]]]], *, again: bool = False
) -> Callable[[int, Path], Callable[[], Outcome]]:
    """Return what renders files: each with its name, and the items in it or the lines of a kustomization."""

    def prepare(size: int, folder: Path) -> Callable[[], Outcome]:
        config, manifests = folder / "fn-config.yaml", folder / "manifests"
        config.write_bytes(
            resource_list([], ONE, MOVED).partition(b"functionConfig:\n")[2].replace(b"\n  ", b"\n").lstrip()
        )
        for name, texts in make(size):
            path = manifests / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(document(text) if text.startswith("- ") else text for text in texts))
        if again:
            run_command(["render", "--config", str(config), str(manifests)])
        return lambda: run_command(["render", "--diff", "--config", str(config), str(manifests)])

    return prepare


def _environments(size: int) -> Iterator[tuple[str, Iterable[str]]]:
    for at in range(size):
        yield f"{at}/web.yaml", (deployment("web"), service("web"))
        yield f"{at}/ingress.yaml", (ingress("web", ["web"]),)


def _kustomized(size: int) -> Iterator[tuple[str, Iterable[str]]]:
    yield from _environments(size)
    for at in range(size):
        yield f"{at}/patch.yaml", (deployment("web"), ingress("web", ["web"]))
        yield f"{at}/kustomization.yaml", ("resources: [web.yaml, ingress.yaml]\npatches: [{path: patch.yaml}]\n",)


def _overlays(size: int) -> Iterator[tuple[str, Iterable[str]]]:
    yield "base/web.yaml", (deployment("web"), service("web"), ingress("web", ["web"]))
    yield "base/kustomization.yaml", ("resources: [web.yaml]\n",)
    for at in range(size):
        yield f"{at}/patch.yaml", (deployment("web"), ingress("web", ["web"]))
        lines = "configMapGenerator: [{name: to, literals: ['TO=http://web:80']}]\n"
        yield f"{at}/kustomization.yaml", (f"resources: [../base]\npatches: [{{path: patch.yaml}}]\n{lines}",)


def _pairs(size: int) -> Iterator[str]:
    for at in range(size):
        yield deployment(f"web-{at}")
        yield service(f"web-{at}")


def _targets(size: int) -> bytes:
    return resource_list(_pairs(size), ALL)


def _with_ingresses(size: int) -> bytes:
    return resource_list((*_pairs(size), *(ingress(f"in-{at}", [f"web-{at}"]) for at in range(size))), ALL, MOVED)


def _with_monitors(size: int) -> bytes:
    return resource_list((*_pairs(size), *(monitor(f"web-{at}") for at in range(size))), ALL, MOVED)


def _with_policies(size: int) -> bytes:
    return resource_list((*_pairs(size), *(policy(f"to-{at}", f"web-{at}") for at in range(size))), ALL)


def _with_urls(size: int) -> bytes:
    urls = (config_map(f"urls-{at}", [f"http://web-{at}:80/x"]) for at in range(size))
    return resource_list((*_pairs(size), *urls), ALL, MOVED)


def _with_mirrors(size: int) -> bytes:
    return resource_list((*_pairs(size), *(mirror(f"mirror-{at}", f"web-{at}") for at in range(size))), ALL, MOVED)


def _pairs_in_one_text(size: int) -> bytes:
    """Return targets, and one text that names host and port of each on two lines."""
    lines = "\n      ".join(f"backend{at}.host = web-{at}\n      backend{at}.port = 80" for at in range(size))
    return resource_list((*_pairs(size), config_map("all", [f"|\n      {lines}"])), ALL, MOVED)


def _variables(size: int) -> bytes:
    """Return targets, and a client with two variables for each."""
    env = (text for at in range(size) for text in (f"W{at}_HOST: web-{at}", f"W{at}_PORT: '80'"))
    data = "".join(f"    {text}\n" for text in env)
    settings = f"- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: all\n  data:\n{data}"
    return resource_list((*_pairs(size), settings), ALL, MOVED)


def _with_headless(size: int) -> bytes:
    """Return targets with a headless Service, and one text with an address of a Pod of each."""
    headless = (
        service(f"pods-{at}", f"web-{at}").replace("  spec:\n", "  spec:\n    clusterIP: None\n") for at in range(size)
    )
    lines = "\n      ".join(f"http://web-0.pods-{at}:3000 ; nc -z pods-{at} 3000" for at in range(size))
    return resource_list((*_pairs(size), *headless, config_map("all", [f"|\n      {lines}"])), ALL)


def _with_manifests(size: int) -> bytes:
    """Return targets, and for each a NetworkPolicy in a text."""
    texts = (document(policy("x", f"web-{at}")).replace("\n", "\n      ").rstrip() for at in range(size))
    maps = (config_map(f"manifests-{at}", [f"|\n      {text}"]) for at, text in enumerate(texts))
    return resource_list((*_pairs(size), *maps), ALL)


def _one_scrape_config(size: int) -> bytes:
    """Return targets, and one text with a job for each that keeps its Pods and their port."""
    jobs = "".join(
        f"\n      - relabel_configs:\n"
        f"        - {{source_labels: [__meta_kubernetes_pod_label_app], regex: web-{at}, action: keep}}\n"
        f"        - {{source_labels: [__meta_kubernetes_pod_container_port_number], regex: '3000', action: keep}}"
        for at in range(size)
    )
    return resource_list((*_pairs(size), config_map("prometheus", [f"|{jobs}"])), ALL)


def _with_all(size: int) -> bytes:
    others = (text for at in range(size) for text in (ingress(f"in-{at}", [f"web-{at}"]), monitor(f"web-{at}")))
    return resource_list((*_pairs(size), *others), ALL, MOVED)


def _named_targets(size: int) -> bytes:
    targets = "".join(f"- {{kind: Deployment, name: web-{at}}}\n" for at in range(size))
    return resource_list(_pairs(size), f"targets:\n{targets}")


def _one_ingress(size: int) -> bytes:
    return resource_list((*_pairs(size), ingress("all", [f"web-{at}" for at in range(size)])), ALL, MOVED)


def _one_config_map(size: int) -> bytes:
    urls = config_map("urls", [f"http://web-{at}:80/x" for at in range(size)])
    return resource_list((*_pairs(size), urls), ALL, MOVED)


def _services(size: int) -> bytes:
    services = (service(f"web-{at}", "web") for at in range(size))
    return resource_list((deployment("web"), *services), ONE, MOVED)


def _ports(size: int) -> bytes:
    ports = range(BASE, BASE + size)
    listeners = f"listeners: [{{upstream: {{port: {BASE}}}, service: {{port: 18080}}}}]"
    items = deployment("web", ports=ports), service("web", ports=((port, port) for port in ports))
    return resource_list(items, ONE, listeners)


def _listeners(size: int) -> bytes:
    ports = range(BASE, BASE + size)
    listeners = "".join(f"- {{name: l{port}, port: {port + 20000}, upstream: {{port: {port}}}}}\n" for port in ports)
    items = deployment("web", ports=ports), service("web", ports=((port, port) for port in ports))
    return resource_list(items, ONE, f"listeners:\n{listeners}probes: {{port: 9999}}")


def _free_listeners(size: int) -> bytes:
    ports = range(BASE, BASE + size)
    listeners = "".join(f"- {{upstream: {{port: {port}}}}}\n" for port in ports)
    items = deployment("web", ports=ports), service("web", ports=((port, port) for port in ports))
    return resource_list(items, ONE, f"listeners:\n{listeners}")


def _routes(size: int) -> bytes:
    routes = "".join(f"  - {{path: /p{at}, match: exact, redirect: {{to: /q{at}}}}}\n" for at in range(size))
    return resource_list((deployment("web"), service("web")), ONE, f"listeners:\n- routes:\n{routes}")


def _environment(size: int) -> bytes:
    return resource_list((deployment("web", env=(f"value-{at}" for at in range(size))), service("web")), ONE)


def _policies(size: int) -> bytes:
    return resource_list((deployment("web"), service("web"), *(policy(f"p{at}", "web") for at in range(size))), ONE)


def _ingresses(size: int) -> bytes:
    ingresses = (ingress(f"in-{at}", ["web"]) for at in range(size))
    return resource_list((deployment("web"), service("web"), *ingresses), ONE, MOVED)


def _strangers(size: int) -> bytes:
    return resource_list((deployment("web"), service("web"), *_pairs(size)), ONE, MOVED)


def _aliases(size: int) -> bytes:
    first = config_map("shared", ["&url http://elsewhere"])
    aliases = (config_map(f"web-{at}", ["*url", "http://web:80"]) for at in range(size))
    return resource_list((first, deployment("web"), service("web"), *aliases), ONE, MOVED)


def _aliases_of_targets(size: int) -> bytes:
    first = config_map("shared", ["&value nothing"])
    aliases = (text for at in range(size) for text in (deployment(f"web-{at}", env=["*value"]), service(f"web-{at}")))
    return resource_list((first, *aliases), ALL)


def _quoted_word(size: int) -> bytes:
    """Return an object with a long word in its record, to be removed."""
    text = "ä" * size
    done = process(resource_list((deployment("web"), service("web")), ONE)).stdout.decode()
    return done.replace("from http to", f'from "{text}" to').replace(ONE, "remove: true").encode()


def _quoted_key(size: int) -> bytes:
    key = "a." * (size // 2)
    done = process(resource_list((deployment("web"), service("web")), ONE)).stdout.decode()
    return done.replace("changed spec", f'changed metadata["{key}"] from 1 to 2\n        changed spec').encode()


def _escapes(size: int) -> bytes:
    text = '"' + "\\n" * size + '"'
    return resource_list((deployment("web", env=[text]), service("web")), ONE)


def _odd_escapes(size: int) -> bytes:
    text = '"' + "\\x41" * size + '"'
    return resource_list((deployment("web", env=[text]), service("web")), ONE)


def _apostrophes(size: int) -> bytes:
    text = "'" + "''" * size + "'"
    return resource_list((deployment("web", env=[text]), service("web")), ONE)


def _quoted_scalars(size: int) -> bytes:
    flow = "[" + ", ".join(['"a"'] * size) + ', "\\n"]'
    return resource_list((deployment("web"), service("web"), config_map("web", ["http://web:80", flow])), ONE, MOVED)


def _one_text(size: int) -> bytes:
    lines = "\n      ".join(f"http://web:80/{at}" for at in range(size))
    return resource_list((deployment("web"), service("web"), config_map("web", [f"|\n      {lines}"])), ONE, MOVED)


def _bypasses(size: int) -> bytes:
    items = (text for at in range(size) for text in (deployment(f"web{at}", "web"), service(f"web{at}", "web")))
    return resource_list(items, "target: {kind: Deployment, name: web0}")


def _errors(size: int) -> bytes:
    return _bypasses(size) + b"    cutover: service\n"


def _pattern_of_names(size: int) -> bytes:
    return resource_list(_pairs(size), "target: {kind: Deployment, name: 'web-(0|1|22)'}")


def _shared_service(size: int) -> bytes:
    return resource_list((*(deployment(f"web-{at}", "web") for at in range(size)), service("web")), ALL)


def _sidecars(size: int) -> Iterator[bytes]:
    """Yield the input of each of as many ProxySidecars on one workload, with the last one's output from there on."""
    data = resource_list((deployment("web", ports=range(BASE, BASE + size)), service("web", ports=_own(size))), ONE)
    for at in range(size):
        spec = (
            f"    {ONE}\n    probes: {{port: {30000 + at}, name: s{at}}}\n"
            f"    listeners: [{{name: l{at}, port: {20000 + at}, upstream: {{port: {BASE + at}}}}}]\n"
        )
        config = data.index(b"functionConfig:\n")
        data = data[:config] + resource_list((), name=f"proxy-{at}").partition(b"items:\n")[2] + spec.encode()
        yield data
        data = process(data).stdout


def _own(size: int) -> list[tuple[int, object]]:
    return [(port, port) for port in range(BASE, BASE + size)]


def _last_sidecar(size: int) -> bytes:
    *_, last = _sidecars(size)
    return last


DIMENSIONS = (
    Dimension("targets: Deployment and Service", 60, _of_list(_targets)),
    Dimension("targets, + Ingress, port moved", 60, _of_list(_with_ingresses)),
    Dimension("targets, + ServiceMonitor, port moved", 60, _of_list(_with_monitors)),
    Dimension("targets, + NetworkPolicy", 60, _of_list(_with_policies)),
    Dimension("targets, + ConfigMap with a URL, port moved", 60, _of_list(_with_urls)),
    Dimension("targets, + Ingress and ServiceMonitor, port moved", 60, _of_list(_with_all)),
    Dimension("targets, + an object of an unknown kind, port moved", 60, _of_list(_with_mirrors)),
    Dimension("targets, one text with hosts and ports, port moved", 60, _of_list(_pairs_in_one_text)),
    Dimension("targets, one ConfigMap with hosts and ports, port moved", 60, _of_list(_variables)),
    Dimension("targets with headless Services, one text of their Pods", 60, _of_list(_with_headless)),
    Dimension("targets, + ConfigMap with a NetworkPolicy", 60, _of_list(_with_manifests)),
    Dimension("targets, one scrape configuration of all", 60, _of_list(_one_scrape_config)),
    Dimension("targets, each named by the functionConfig", 60, _of_list(_named_targets)),
    Dimension("targets, one Ingress of all, port moved", 60, _of_list(_one_ingress)),
    Dimension("targets, one ConfigMap with all URLs, port moved", 60, _of_list(_one_config_map)),
    Dimension("targets with aliases to another item's anchor", 60, _of_list(_aliases_of_targets)),
    Dimension("targets that share a Service", 60, _of_list(_shared_service)),
    Dimension("targets in files", 60, _files),
    Dimension("targets in one file", 60, _one_file),
    Dimension("targets, second run", 60, _again(_with_all)),
    Dimension("targets, removed", 60, _again(_with_all, ALL, "remove: true")),
    Dimension("environments in folders, port moved", 120, _in_files(_environments)),
    Dimension("environments in folders, second run", 120, _in_files(_environments, again=True)),
    Dimension("environments with kustomizations and patches, port moved", 120, _in_files(_kustomized)),
    Dimension("overlays of one base with patches, port moved", 120, _in_files(_overlays)),
    Dimension("other workloads and Services", 120, _of_list(_strangers)),
    Dimension("workloads that a pattern does not match", 120, _of_list(_pattern_of_names)),
    Dimension("Services of one workload", 120, _of_list(_services)),
    Dimension("Services of one workload, second run", 120, _again(_services)),
    Dimension("listeners", 30, _of_list(_listeners), in_a_pod=True),
    Dimension("listeners, second run", 30, _again(_listeners), in_a_pod=True),
    Dimension("listeners without ports and names", 30, _of_list(_free_listeners), in_a_pod=True),
    Dimension("ports of one workload and its Service", 60, _of_list(_ports)),
    Dimension("routes", 120, _of_list(_routes)),
    Dimension("environment variables", 500, _of_list(_environment)),
    Dimension("policies for one workload", 60, _of_list(_policies)),
    Dimension("Ingresses of one Service, port moved", 60, _of_list(_ingresses)),
    Dimension("paths of one Ingress, second run", 120, _again(_one_ingress)),
    Dimension("ProxySidecars of one workload, the last", 10, _of_list(_last_sidecar), in_a_pod=True),
    Dimension("items with aliases to another item's anchor", 60, _of_list(_aliases)),
    Dimension("characters of a quoted word in a record", 100_000, _of_list(_quoted_word)),
    Dimension("characters of a quoted key in a record", 100_000, _of_list(_quoted_key)),
    Dimension("escapes in one scalar", 50_000, _of_list(_escapes)),
    Dimension("escapes that PyYAML must read", 50_000, _of_list(_odd_escapes)),
    Dimension("apostrophes in one scalar", 50_000, _of_list(_apostrophes)),
    Dimension("scalars of one line", 20_000, _of_list(_quoted_scalars)),
    Dimension("addresses in one text", 500, _of_list(_one_text)),
    Dimension("warnings: Services that share a label", 60, _of_list(_bypasses)),
    Dimension("errors: Services that share a label", 60, _of_list(_errors), exit_code=1),
)
