"""Many calls at once, over columns. A buffer is read where it is, without a copy."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterable, Mapping, Sequence
from ctypes import POINTER, c_char_p, c_uint16, c_uint32, c_void_p
from dataclasses import dataclass
from typing import Any

from tally._errors import Error, Status
from tally._library import (
    AnswerColumnStruct, ColumnStruct, KIND_ENUM, KIND_FLAG, KIND_NUMBER, KIND_OBJECT, KIND_TEXT, KIND_UNSET, OFF, ON,
    call, library,
)
from tally._policy import Policy, name_bytes

Column = Any
"""A buffer, a sequence, or a tuple of numbers and where they are set: `Policy.decide_batch`."""


@dataclass(frozen=True)
class BatchColumn:
    """The answers to one decision, a row per call. `numpy.asarray(column.values)` makes no copy.

    rules:  the rules that fired, from 1
    values: of an enum or flag the handles of the values, 0 where it is unset; of other decisions None
    codes:  what the handles mean: {0: None, 1: False, 2: True}
    """

    rules: "array[int]"
    values: "array[int] | None"
    codes: dict[int, str | bool | None]

    def decoded(self) -> list[str | bool | None]:
        """The values themselves."""
        if self.values is None:
            raise Error("a batch has the rules of this decision, and no values: it is neither an enum nor a flag", Status.TYPE)
        return [self.codes[handle] for handle in self.values]


class _Buffer(ctypes.Structure):
    """Py_buffer: what PyObject_GetBuffer fills, also for a buffer that cannot be written."""

    _fields_ = [
        ("buf", c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int), ("ndim", ctypes.c_int), ("format", c_char_p), ("shape", c_void_p),
        ("strides", c_void_p), ("suboffsets", c_void_p), ("internal", c_void_p),
    ]


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = [ctypes.py_object, POINTER(_Buffer), ctypes.c_int]
_get_buffer.restype = ctypes.c_int
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = [POINTER(_Buffer)]
_release_buffer.restype = None
_SIMPLE = 0  # PyBUF_SIMPLE: contiguous bytes


class _Columns:
    """The columns of one batch as the library reads them, and whatever must live until it has."""

    def __init__(self, policy: Policy):
        self._policy = policy
        self.rows: int | None = None
        self.structs: list[ColumnStruct] = []
        self._kept: list[Any] = []
        self._buffers: list[_Buffer] = []

    def release(self) -> None:
        for buffer in self._buffers:
            _release_buffer(ctypes.byref(buffer))

    def add(self, name: str, column: Column) -> None:
        input = self._policy._input(name)
        kind = library.tally_input_kind(self._policy._handle, input)
        struct = ColumnStruct(input=input)
        if kind in (KIND_ENUM, KIND_FLAG, KIND_OBJECT):
            struct.values = self._bytes(name, column, lambda: self._handles(name, input, kind, column))
        elif kind == KIND_NUMBER:
            self._add_numbers(name, column, struct)
        elif kind == KIND_TEXT:
            struct.texts = self._texts(name, column)
        elif kind == KIND_UNSET:
            raise Error(f"`{name}` is an input of another version of the rules", Status.UNKNOWN)
        self.structs.append(struct)

    def _count(self, name: str, rows: int) -> None:
        if self.rows is not None and self.rows != rows:
            raise Error(f"column `{name}` has {rows} rows, and the one before {self.rows}")
        self.rows = rows

    def _address(self, name: str, view: memoryview, size: int) -> int:
        """The address of a buffer of entries of `size` bytes."""
        if view.ndim != 1 or not view.contiguous or view.itemsize != size or view.format.strip("@=<") not in (
            "B", "b", "?", "c", "Q", "q", "L", "l", "N", "n"
        ):
            raise Error(f"column `{name}` is a buffer of integers of {size} byte{'s'[:size > 1]} in one row, not of `{view.format}`", Status.TYPE)
        self._count(name, len(view))
        buffer = _Buffer()
        _get_buffer(view, ctypes.byref(buffer), _SIMPLE)
        self._buffers.append(buffer)
        # Of no rows the address is not read, but it must be there.
        return buffer.buf or ctypes.addressof(buffer)

    def _bytes(self, name: str, column: Column, converted: Any) -> int:
        try:
            view = memoryview(column)
        except TypeError:
            view = memoryview(bytes(converted()))
        return self._address(name, view, 1)

    def _handles(self, name: str, input: int, kind: int, column: Sequence[str | bool | None]) -> list[int]:
        _is_sequence(name, column)
        if kind == KIND_OBJECT:
            return [1 if present else 0 for present in column]
        known: dict[Any, int] = {None: 0}
        handles = []
        for row, value in enumerate(column):
            if value is not None and not isinstance(value, (str, bool)):
                raise Error(f"row {row} of column `{name}` is {value!r}, and neither a str nor a bool nor None", Status.TYPE)
            key = (type(value), value) if value is not None else None
            if key not in known:
                try:
                    known[key] = self._policy._value(input, value)  # type: ignore[arg-type]
                except Error as fault:
                    raise Error(f"row {row} of column `{name}`: {fault}", fault.status) from None
            if known[key] > 255:
                raise Error(f"the handle of {value!r} is over 255, so a column cannot have it", Status.VALUE)
            handles.append(known[key])
        return handles

    def _add_numbers(self, name: str, column: Column, struct: ColumnStruct) -> None:
        numbers, where = column if isinstance(column, tuple) and len(column) == 2 and not isinstance(column[0], int) else (column, None)
        try:
            view = memoryview(numbers)
        except TypeError:
            if where is not None:
                raise Error(f"column `{name}`: beside `set` the numbers are a buffer", Status.TYPE) from None
            _is_sequence(name, numbers)
            values = list(numbers)
            for row, value in enumerate(values):
                if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**64):
                    raise Error(f"row {row} of column `{name}` is {value!r}, and neither an int from 0 on nor None", Status.TYPE) from None
            view = memoryview(array("Q", [0 if value is None else value for value in values]))
            where = bytes(value is not None for value in values)
        struct.numbers = self._address(name, view, 8)
        if where is not None:
            struct.set = self._bytes(name, where, lambda: [1 if given else 0 for given in where])

    def _texts(self, name: str, column: Sequence[str | None]) -> int:
        _is_sequence(name, column)
        texts = []
        for row, value in enumerate(column):
            if value is not None and not isinstance(value, str):
                raise Error(f"row {row} of column `{name}` is {value!r}, and neither a str nor None", Status.TYPE)
            texts.append(None if value is None else name_bytes(value, f"row {row} of column `{name}`"))
        self._count(name, len(texts))
        pointers = (c_char_p * max(1, len(texts)))(*texts)
        self._kept.append(pointers)
        return ctypes.addressof(pointers)


def _is_sequence(name: str, column: object) -> None:
    if isinstance(column, str) or not isinstance(column, Iterable):
        raise Error(f"column `{name}` is a buffer or a sequence with a value per row, not {column!r}", Status.TYPE)


def decide_batch(policy: Policy, columns: Mapping[str, Column], decisions: Sequence[str]) -> dict[str, BatchColumn]:
    """`Policy.decide_batch`"""
    if isinstance(decisions, str):
        raise TypeError("`decisions` is a list of names, not a str")
    if not isinstance(columns, Mapping):
        raise TypeError(f"columns are a dict, not {type(columns).__name__}")
    asked, generation = _Columns(policy), policy.generation
    try:
        for name, column in columns.items():
            asked.add(name, column)
        rows = asked.rows or 0
        answers: dict[str, BatchColumn] = {}
        structs = []
        for name in decisions:
            if name in answers:
                continue
            codes = _codes_of_decision(policy, name)
            rules = array("H", bytes(2 * rows))
            values = array("H", bytes(2 * rows)) if codes else None
            answers[name] = BatchColumn(rules, values, codes)
            structs.append(AnswerColumnStruct(policy._decision(name), _entries(rules), None if values is None else _entries(values)))
        call(
            library.tally_decide_batch, policy._handle, (ColumnStruct * len(asked.structs))(*asked.structs),
            len(asked.structs), (AnswerColumnStruct * len(structs))(*structs), len(structs), rows,
        )
        if policy.generation != generation:  # a version that was loaded meanwhile may have other values
            for name, column in answers.items():
                column.codes.update(_codes_of_decision(policy, name))
        return answers
    finally:
        asked.release()


def _entries(column: "array[int]") -> Any:
    return ctypes.cast(column.buffer_info()[0], POINTER(c_uint16))


def codes_of_input(policy: Policy, name: str) -> dict[str | bool | None, int]:
    """`Policy.codes`"""
    input = policy._input(name)
    for described in policy._description()["inputs"]:
        if described["name"] == name and "values" in described:
            return {None: 0} | {value: policy._value(input, value) for value in described["values"]}
        if described["name"] == name and described["kind"] == "flag":
            return {None: 0, False: OFF, True: ON}
    raise Error(f"`{name}` is neither an enum nor a flag", Status.TYPE)


def _codes_of_decision(policy: Policy, name: str) -> dict[int, str | bool | None]:
    """The handles of a decision's values; nothing if it is neither an enum nor a flag."""
    decision = policy._decision(name)
    for described in policy._description()["decisions"]:
        if described["name"] != name:
            continue
        if "values" not in described:
            return {0: None, OFF: False, ON: True} if described["kind"] == "flag" else {}
        codes: dict[int, str | bool | None] = {0: None}
        for value in described["values"]:
            handle = c_uint32()
            call(library.tally_policy_decision_value, policy._handle, decision, value.encode(), ctypes.byref(handle))
            codes[handle.value] = value
        return codes
    raise Error(f"decision `{name}` is one of another version of the rules", Status.UNKNOWN)
