"""Whatever comes on stdin, the function ends: with a ResourceList that can be read, and on failure the items as they
came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from hypothesis import given
from hypothesis import strategies as st

from krm_fn.function import EMPTY_LIST, process
from krm_fn.resource_list.layout import decoded
from krm_fn.resource_list.resource_list import ResourceList
from krm_fn.yaml_text.read import YamlError

if TYPE_CHECKING:
    from random import Random

LIST = """\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
  spec:
    template:
      metadata:
        labels: &labels
          app: web
      spec:
        containers:
        - name: app
          image: "app"
          ports:
          - name: http # the port
            containerPort: 80
        volumes: []
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    annotations:
      note: |
        - apiVersion: v1
        items:
  spec:
    selector:
      app: web
    ports:
    - port: 80
      name: 'http'
      targetPort: http
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: web}
  spec:
    rules:
    - http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: proxy
  spec:
    target:
      kind: Deployment
      name: web
    listeners:
    - name: nginx-http
      port: 8080
      service:
        name: nginx-http
        port: 8080
"""
INJECTED = process(LIST.encode()).stdout
SEEDS = [
    LIST.encode(),
    ("# c\n" + LIST).encode(),
    LIST.replace("\n", "\r\n").encode(),
    INJECTED,
    yaml.dump(yaml.safe_load(LIST), default_flow_style=True, width=1000).encode(),
]
PIECES = [
    "\n",
    " ",
    "  ",
    "- ",
    ":",
    ": ",
    "#",
    " #",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    "|-",
    ">",
    "&labels ",
    "*labels",
    "!x ",
    "?",
    "\t",
]
PIECES += [
    "\r",
    "\r\n",
    "\ufeff",
    "\u2028",
    "\x85",
    "\x00",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "<<: *labels",
    "null",
    "~",
    "[]",
    "{}",
    "80",
    "web",
    "\\",
    "\ud800",
]
PIECES += [
    "added ",
    "changed ",
    "was ",
    '["',
    "[name=",
    "from ",
    "items:\n",
    "functionConfig:\n",
    "results:\n",
    "- kind: X\n",
    "99999999999999999999",
]


def check(stdin: bytes) -> None:
    outcome = process(stdin)
    assert outcome.exit_code in (0, 1)
    assert is_yaml(outcome.stdout) or not is_yaml(stdin)
    if outcome.exit_code:
        assert outcome.lines
        try:
            items = [item.output for item in ResourceList(stdin).items]
        except YamlError:
            assert outcome.stdout.startswith(EMPTY_LIST)
        else:
            rest = outcome.stdout
            for item in items:
                rest = rest[rest.index(item.rstrip()) + len(item.rstrip()) :]


def is_yaml(data: bytes) -> bool:
    try:
        list(yaml.parse(decoded(data)[0], Loader=yaml.CBaseLoader))
    except (yaml.YAMLError, YamlError):
        return False
    return True


def mutated(data: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        at = random.randrange(len(data) + 1)
        choice = random.random()
        if choice < 0.5:
            data = data[:at] + random.choice(PIECES).encode(errors="surrogatepass") + data[at:]
        elif choice < 0.75:
            data = data[:at] + data[at + random.randrange(1, 9) :]
        else:
            start = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at) + 1 or len(data)
            other = random.randrange(len(data) + 1)
            other = data.rfind(b"\n", 0, other) + 1
            data = data[:other] + data[start:end] + data[other:] if choice < 0.9 else data[:start] + data[end:]
    return data


@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False))
def test_any_mutation_ends(seed: bytes, random: Random) -> None:
    check(mutated(seed, random))


@given(st.binary(max_size=200))
def test_any_bytes_end(stdin: bytes) -> None:
    check(stdin)


@given(st.text(alphabet=st.sampled_from(list("ab-:{}[]&*!|>'\"%@`#?, \n\t~=<")), max_size=60))
def test_any_yaml_like_text_ends(text: str) -> None:
    check(text.encode())
    check(("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + text + "\n").encode())


def test_seeds_are_injected() -> None:
    for seed in SEEDS:
        assert process(seed).exit_code == 0, process(seed).lines
