"""What is right already keeps the bytes it has, whatever was put beside it or written into it since."""

import pytest

from krm_fn.function import process
from krm_fn.resource_list.resource_list import ResourceList

INPUT = """\
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
        labels: {app: web}
      spec:
        containers:
        - name: web
          image: web:1
          ports:
          - containerPort: 3000
- apiVersion: v1
  kind: Service
  metadata:
    name: web
  spec:
    selector: {app: web}
    ports:
    - port: 80
      targetPort: 3000
functionConfig:
  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: proxy
  spec:
    cutover: service
    target: {kind: Deployment, name: web}
"""
OURS = "        - name: proxy\n          image: nginx:stable\n"
AFTER_OURS = "            mountPath: /var/cache/proxy-sidecar\n"
VOLUME = "        volumes:\n        - name: proxy-config\n"
SINCE = {
    "another container behind ours": (AFTER_OURS, AFTER_OURS + "        - name: late\n          image: late:1\n"),
    "another volume before ours": (
        VOLUME,
        VOLUME.replace("volumes:\n", "volumes:\n        - name: early\n          emptyDir: {}\n"),
    ),
    "a comment in our container": (OURS, OURS.replace("stable", "stable # pinned elsewhere")),
    "quotes in our container": (OURS, OURS.replace("nginx:stable", '"nginx:stable"')),
}


@pytest.mark.parametrize(("old", "new"), SINCE.values(), ids=SINCE.keys())
def test_nothing_changes(old: str, new: str) -> None:
    first = process(INPUT.encode()).stdout.decode()
    assert first.count(old) == 1
    since = first.replace(old, new)
    assert process(since.encode()).stdout.decode() == since


def test_what_is_not_right_is_put_right() -> None:
    first = process(INPUT.encode()).stdout.decode()
    spoilt = first.replace(OURS, OURS.replace("stable", "latest"))
    check_put_right(spoilt, first)


def test_the_order_of_other_lists_counts() -> None:
    first = process(INPUT.encode()).stdout.decode()
    spoilt = first.replace("          - nginx\n          - -g\n", "          - -g\n          - nginx\n")
    assert spoilt != first
    check_put_right(spoilt, first)


def check_put_right(spoilt: str, first: str) -> None:
    outcome = process(spoilt.encode())
    (line,) = outcome.lines
    assert "was changed since this function added it" in line
    assert ResourceList(outcome.stdout).written([]) == ResourceList(first.encode()).written([])
