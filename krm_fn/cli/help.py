"""What `proxy-sidecar --help` and `kpt fn doc` print, and the help of each command."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krm_fn.cli.command import Command, Option

_GENERAL = """\
proxy-sidecar: a KRM function that adds an NGINX or Caddy sidecar to a workload,
and updates its Services and everything that refers to their ports.

Usage:
  proxy-sidecar < resource-list.yaml > resource-list.yaml
USAGES
  proxy-sidecar --help | --version

Commands, each with a --help of its own:
COMMANDS

Without a command it is a filter. stdin is a ResourceList
(config.kubernetes.io/v1) whose functionConfig is a ProxySidecar; stdout is that
ResourceList, where

  - ConfigMaps are added for the proxy's configuration and static files,
  - the sidecar's container and volumes are added to the Pod template,
  - the Services that pointed at the app point at the proxy,
  - all references to those ports in other items follow; those that cannot be
    changed are reported.

Unchanged items are written byte for byte as they were read, and a second run
changes nothing. On an error the items are written as they were read, the exit
code is 1, and the results report each problem: where it is, what is wrong, and
a remedy. stderr has the same, a line each, and on success a line that sums up.

The smallest functionConfig:

  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: web-proxy
  spec:
    target:
      kind: Deployment
      name: web

It adds nginx on port 8080, in front of the one app port that Services point at.
With spec.engine: caddy it adds Caddy. With spec.remove: true it removes all
that it added, to the byte.

With kpt, in a Kptfile:            With kustomize, in the functionConfig:
  pipeline:                          metadata:
    mutators:                          annotations:
    - image: IMAGE                       config.kubernetes.io/function: |
      configPath: fn-config.yaml           container:
                                             image: IMAGE
"""


def general_help(commands: Sequence[Command]) -> str:
    """Return the help of the program, with the usage and summary of each command."""
    usages = "".join(f"  {usage(command)}\n" for command in commands)
    summaries = _table([(command.name, command.summary) for command in commands])
    return _GENERAL.replace("USAGES\n", usages).replace("COMMANDS\n", summaries)


def command_help(command: Command) -> str:
    """Return the help of one command."""
    options = _table([(_with_value(option), option.summary or option.value) for option in command.all_options])
    start = f"proxy-sidecar {command.name}: {command.summary}.\n\nUsage:\n  {usage(command)}\n\n"
    return f"{start}{options}\n{command.details}"


def usage(command: Command) -> str:
    """Return how a command is called."""
    options = [_usage_of(option) for option in command.options]
    operand = [command.operand.placeholder] if command.operand else []
    return " ".join(["proxy-sidecar", command.name, *options, *operand])


def _table(rows: Sequence[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    return "".join(f"  {name:{width}}  {text}\n" for name, text in rows)


def _usage_of(option: Option) -> str:
    text = _with_value(option)
    return (text if option.is_required else f"[{text}]") + ("..." if option.is_repeatable else "")


def _with_value(option: Option) -> str:
    return f"{option.name} {option.placeholder}".rstrip()
