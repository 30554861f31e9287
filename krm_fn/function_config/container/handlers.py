"""Handlers: probes, and what is done after the start and before the end."""

from __future__ import annotations

from krm_fn import codes
from krm_fn.function_config.problem import Problem, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krm_fn.function_config.container import Circumstances
    from krm_fn.function_config.problem import Steps

_SIGNALS = frozenset(
    (
        *("SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT"),
        *("SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT", "SIGSEGV", "SIGSTKFLT"),
        *("SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2"),
        *("SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ", "SIGRTMIN", "SIGRTMAX"),
        *(f"SIGRTMIN+{number}" for number in range(1, 16)),
        *(f"SIGRTMAX-{number}" for number in range(1, 15)),
    )
)
"""The signals of Linux by which a container may be stopped."""


def succeeds_once(container: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that the probes of liveness and start succeed once: only readiness may need more."""
    for field in ("livenessProbe", "startupProbe"):
        threshold = mapping(container, field).get("successThreshold")
        if isinstance(threshold, int) and threshold > 1:
            yield Problem(
                code=codes.CONTAINER_VALUE_REFUSED,
                steps=(*steps, field, "successThreshold"),
                must="must be 1, as only a readinessProbe may need more",
                value=threshold,
                remedy="Remove the field.",
                proposed=1,
            )


def ends_nothing(container: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require that the probe of readiness has no grace period, as it ends no container."""
    if mapping(container, "readinessProbe").get("terminationGracePeriodSeconds") is not None:
        yield Problem(
            code=codes.CONTAINER_FIELDS_CONFLICT,
            steps=(*steps, "readinessProbe", "terminationGracePeriodSeconds"),
            must="must be removed: a readinessProbe ends no container",
            remedy="Remove the field.",
        )


def stop_signal(lifecycle: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a signal of Linux."""
    signal = text(lifecycle, "stopSignal")
    if signal and signal not in _SIGNALS:
        yield Problem(
            code=codes.CONTAINER_VALUE_REFUSED,
            steps=(*steps, "stopSignal"),
            must="must be a signal of Linux",
            value=signal,
            remedy="For example SIGTERM.",
        )


def command(action: dict[str, Any], steps: Steps, _: Circumstances) -> Iterator[Problem]:
    """Require a word at least of a command."""
    if not action.get("command"):
        yield Problem(
            code=codes.CONTAINER_FIELD_INCOMPLETE,
            steps=(*steps, "command"),
            must="must have at least one entry",
            remedy="Set the program to run.",
        )


RULES = {"Container": (succeeds_once, ends_nothing), "Lifecycle": (stop_signal,)}
WHOLE_RULES = {"ExecAction": (command,)}
