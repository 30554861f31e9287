"""ResourceRef, Result and FunctionError: what the function says about its input, to the host and on stderr.

The last resort is `fault`: what it says about itself, where an exception is not a FunctionError.
"""

from __future__ import annotations

from krm_fn import __version__, codes
from krm_fn.quoting import printable
from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krm_fn.codes import Code, Severity

KIND = "ProxySidecar"
"""The kind of the functionConfig, which names the function in messages."""


class ResourceRef(Record):
    """Which object: what the KRM Functions Specification calls a resourceRef."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    """Empty where the object names none."""

    def __str__(self) -> str:
        """Return apps/v1/Deployment/web, or apps/v1/Deployment/shop/web with a namespace."""
        return "/".join(filter(None, (self.api_version, self.kind, self.namespace, self.name)))

    def to_dict(self) -> dict[str, str]:
        """Return the fields under their names in the specification, without an empty namespace."""
        fields = {"apiVersion": self.api_version, "kind": self.kind, "name": self.name}
        return {**fields, "namespace": self.namespace} if self.namespace else fields


def scalar(value: Any) -> str | int | float | bool | None:
    """Return a value that a result can hold, None for any other."""
    return value if isinstance(value, str | int | float) else None


class Result(Record):
    """One finding: what is wrong or worth knowing, and where. The message says what must be, what is, and a remedy."""

    code: Code
    message: str
    ref: ResourceRef | None = None
    path: str = ""
    """Field path in the object, such as spec.ports[2].targetPort."""
    current_value: str | int | float | bool | None = None
    """The field's value, where it is a scalar."""
    proposed_value: str | int | float | bool | None = None
    """A value that works."""
    file: str = ""
    """Path of the file that holds the object, relative to the package."""
    index: int = 0
    """Position of the object in its file."""

    @property
    def severity(self) -> Severity:
        """The code's severity."""
        return self.code.severity

    def to_dict(self) -> dict[str, Any]:
        """Return the result as the specification has it: without a resourceRef, the field is left out."""
        result: dict[str, Any] = {"message": printable(self.message), "severity": self.severity}
        if self.ref:
            result["resourceRef"] = self.ref.to_dict()
        if self.ref and self.path:
            values = {"currentValue": self.current_value, "proposedValue": self.proposed_value}
            result["field"] = {"path": self.path, **{key: value for key, value in values.items() if value is not None}}
        if self.file:
            result["file"] = {"path": self.file, "index": self.index} if self.index else {"path": self.file}
        result["tags"] = {"code": self.code.number}
        return result

    def line(self, function: str = "") -> str:
        """Return the result as one line for stderr that names the function, by the functionConfig's name if known.

        Hosts do not say which function wrote a line. Where the object is the functionConfig itself, it says so.
        """
        start = f"[{self.severity}] {self.code.number} "
        if not self.ref or self.ref.kind != KIND or (function and self.ref.name != function):
            start += f'{KIND} "{function}": ' if function else f"{KIND}: "
        file = f"({self.file}#{self.index})" if self.index else f"({self.file})" if self.file else ""
        place = " ".join(filter(None, (str(self.ref) if self.ref else "", self.path, file)))
        return printable(f"{start}{place}: {self.message}" if place else f"{start}{self.message}")


class FunctionError(Exception):
    """The input cannot be worked on. Carries a Result for everything that is wrong with it."""

    def __init__(self, *results: Result) -> None:
        super().__init__(*results)
        self.results = results

    def __str__(self) -> str:
        """Return the lines of all results."""
        return "\n".join(result.line() for result in self.results)


def fault(error: Exception) -> Result:
    """Return the error for an exception that nothing in this program expects: its type, and our line it comes from.

    Its text is left out, as it may hold a value of a Secret. In Python's development mode the exception is raised.
    """
    import sys  # noqa: PLC0415 # hopefully never needed

    if sys.flags.dev_mode:
        raise error
    place, traceback = __package__, error.__traceback__
    while traceback:
        module = str(traceback.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] == __package__:
            place = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    message = (
        f"has a fault in version {__version__}: {type(error).__name__} at {place}. All stays as it came. Report this "
        "line, with the input or with what is left of it when all that does not matter is removed."
    )
    return Result(code=codes.FAULT, message=message)
