"""What fails: one exception, with everything that the library knows about it."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass


class Status(enum.IntEnum):
    """Why something failed: tally_status of tally.h."""

    OK = 0
    ARGUMENT = 1
    MEMORY = 2
    FILE = 3
    POLICY = 4
    RULES = 5
    UNSUPPORTED = 6
    UNKNOWN = 7
    TYPE = 8
    VALUE = 9
    DOCUMENT = 10
    MISSING = 11
    UNDECIDED = 12
    SYSTEM = 13
    INTERNAL = 14
    REFUSED = 15


@dataclass(frozen=True)
class Fault:
    """A fault in a request or document. What is not known is None.

    For example Fault("T504", "/source", "`internal` is not a value of `network`", expected="onnet or offnet").
    """

    code: str
    pointer: str
    message: str
    value: str | None = None
    expected: str | None = None
    meant: str | None = None
    help: str | None = None
    byte: int | None = None


class Error(Exception):
    """Something failed. `str(error)` is the message: one line, or for a rule file all of its diagnostics.

    status:  why, for a program
    pointer: the place in the request or document, as a JSON Pointer; "" if the error is not about one
    faults:  each fault of the request or document
    """

    def __init__(self, message: str, status: Status = Status.ARGUMENT, pointer: str = "", faults: tuple[Fault, ...] = ()):
        super().__init__(message)
        self.status = status
        self.pointer = pointer
        self.faults = faults

    @classmethod
    def of_json(cls, status: Status, text: str) -> "Error":
        """The error that tally_error_json describes."""
        known = json.loads(text)
        names = Fault.__dataclass_fields__
        faults = tuple(
            Fault(**{name: value for name, value in fault.items() if name in names}) for fault in known.get("faults", ())
        )
        return cls(known["message"], status, known.get("pointer", ""), faults)


__all__ = ["Error", "Fault", "Status"]
