"""The shared library, through ctypes: one declaration per function of tally.h that the package uses.

In:     libtally.so.1 (which compiles rule files) or libtally-runtime.so.1, where the loader finds it; or the
        file that the environment variable TALLY_LIBRARY names
Out:    `library`, whose functions have the types of tally.h; `call`, which raises what a function reports
Always: while a function runs, other Python threads run too
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p
from typing import Any

from tally._errors import Error, Status

# The interface of tally.h that this package is written against.
_INTERFACE = 1
# The one that compiles rule files comes first.
_NAMES = (f"libtally.so.{_INTERFACE}", f"libtally-runtime.so.{_INTERFACE}")

Watcher = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)


class ReloadStruct(Structure):
    """tally_reload"""

    _fields_ = [("generation", c_uint64), ("carried", c_size_t), ("rebound", c_size_t), ("failed", c_size_t)]


class LogOptionsStruct(Structure):
    """tally_log_options"""

    _fields_ = [
        ("size", c_size_t), ("folder", c_char_p), ("name", c_char_p), ("keep", POINTER(c_char_p)),
        ("keep_count", c_size_t), ("text_bytes", c_uint32), ("id_bytes", c_uint32), ("file_bytes", c_uint64),
        ("files", c_uint32), ("ring_records", c_uint32), ("wait_ms", c_uint32), ("sync", c_int),
    ]


class LogCountsStruct(Structure):
    """tally_log_counts"""

    _fields_ = [("size", c_size_t)] + [
        (name, c_uint64) for name in ("written", "dropped", "waited", "shared", "files", "bytes", "errors")
    ]


class ColumnStruct(Structure):
    """tally_column"""

    _fields_ = [("input", c_uint32), ("values", c_void_p), ("numbers", c_void_p), ("texts", c_void_p), ("set", c_void_p)]


class AnswerColumnStruct(Structure):
    """tally_answer_column"""

    _fields_ = [("decision", c_uint32), ("rules", POINTER(c_uint16)), ("values", POINTER(c_uint16))]


class GuardOptionsStruct(Structure):
    """tally_guard_options"""

    _fields_ = [
        ("size", c_size_t), ("keys", POINTER(c_char_p)), ("key_count", c_size_t), ("serial", c_uint64),
        ("trust_version_in_use", c_int), ("invariants", c_char_p), ("allow", POINTER(c_char_p)), ("allow_count", c_size_t),
        ("allow_decisions", POINTER(c_char_p)), ("allow_decision_count", c_size_t), ("at_most", c_uint64),
    ]


class GuardCountsStruct(Structure):
    """tally_guard_counts"""

    _fields_ = [("size", c_size_t), ("admitted", c_uint64), ("refused", c_uint64), ("serial", c_uint64)]


_out = POINTER(c_void_p)
_text_out = [_out, POINTER(c_size_t)]

# Functions that report by a status and an error, which is their last argument.
_REPORTING: dict[str, list[Any]] = {
    "tally_policy_open": [c_char_p, _out],
    "tally_policy_open_text": [c_char_p, c_char_p, c_size_t, _out],
    "tally_policy_json": [c_void_p, *_text_out],
    "tally_policy_inputs": [c_void_p, POINTER(c_uint32), c_size_t, POINTER(c_size_t)],
    "tally_policy_decisions": [c_void_p, POINTER(c_uint32), c_size_t, POINTER(c_size_t)],
    "tally_policy_input": [c_void_p, c_char_p, POINTER(c_uint32)],
    "tally_policy_value": [c_void_p, c_uint32, c_char_p, POINTER(c_uint32)],
    "tally_policy_decision": [c_void_p, c_char_p, POINTER(c_uint32)],
    "tally_policy_decision_value": [c_void_p, c_uint32, c_char_p, POINTER(c_uint32)],
    "tally_policy_reload": [c_void_p, POINTER(ReloadStruct)],
    "tally_policy_watch": [c_void_p, c_uint32, Watcher, c_void_p],
    "tally_policy_last_reload": [c_void_p, POINTER(c_int64), _out],
    "tally_policy_roll_back": [c_void_p, POINTER(ReloadStruct)],
    "tally_policy_guard": [c_void_p, POINTER(GuardOptionsStruct)],
    "tally_policy_guard_counts": [c_void_p, POINTER(GuardCountsStruct), _out],
    "tally_policy_log_open": [c_void_p, POINTER(LogOptionsStruct)],
    "tally_policy_log_close": [c_void_p],
    "tally_policy_log_flush": [c_void_p],
    "tally_policy_log_rotate": [c_void_p],
    "tally_policy_log_counts": [c_void_p, POINTER(LogCountsStruct), _out],
    "tally_document_bind": [c_void_p, c_char_p, c_char_p, c_size_t, _out],
    "tally_document_check": [c_void_p],
    "tally_document_warnings": [c_void_p, *_text_out],
    "tally_call_new": [c_void_p, _out],
    "tally_call_clear": [c_void_p],
    "tally_call_set": [c_void_p, c_uint32, c_uint32],
    "tally_call_set_number": [c_void_p, c_uint32, c_uint64],
    "tally_call_set_text": [c_void_p, c_uint32, c_char_p, c_size_t],
    "tally_call_set_present": [c_void_p, c_uint32],
    "tally_call_unset": [c_void_p, c_uint32],
    "tally_call_attach": [c_void_p, c_void_p],
    "tally_call_detach": [c_void_p, c_void_p],
    "tally_call_set_id": [c_void_p, c_char_p, c_size_t],
    "tally_call_decide": [c_void_p],
    "tally_call_decide_some": [c_void_p, POINTER(c_uint32), c_size_t],
    "tally_call_answer": [c_void_p, c_int, *_text_out],
    "tally_call_reason": [c_void_p, c_uint32, *_text_out],
    "tally_call_explain": [c_void_p, c_uint32, *_text_out],
    "tally_decide_json": [c_void_p, c_char_p, c_size_t, c_int, *_text_out],
    "tally_request_warnings": [c_void_p, c_char_p, c_size_t, POINTER(c_size_t), *_text_out],
    "tally_decide_batch": [c_void_p, POINTER(ColumnStruct), c_size_t, POINTER(AnswerColumnStruct), c_size_t, c_size_t],
}
_OTHERS: dict[str, tuple[Any, list[Any]]] = {
    "tally_version": (c_char_p, []),
    "tally_can_compile": (c_int, []),
    "tally_free": (None, [c_void_p]),
    "tally_error_status": (c_int, [c_void_p]),
    "tally_error_json": (c_char_p, [c_void_p]),
    "tally_error_free": (None, [c_void_p]),
    "tally_policy_release": (None, [c_void_p]),
    "tally_policy_generation": (c_uint64, [c_void_p]),
    "tally_policy_unwatch": (None, [c_void_p]),
    "tally_input_name": (c_char_p, [c_void_p, c_uint32]),
    "tally_input_kind": (c_int, [c_void_p, c_uint32]),
    "tally_decision_name": (c_char_p, [c_void_p, c_uint32]),
    "tally_document_release": (None, [c_void_p]),
    "tally_document_unknown_keys": (c_size_t, [c_void_p]),
    "tally_call_free": (None, [c_void_p]),
    "tally_call_generation": (c_uint64, [c_void_p]),
    "tally_call_rule": (c_uint32, [c_void_p, c_uint32]),
}


def _loaded() -> ctypes.CDLL:
    named = os.environ.get("TALLY_LIBRARY")
    refusals = []
    for name in (named,) if named else _NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError as refusal:
            refusals.append(str(refusal))
    raise ImportError(
        "Tally's library is not found: " + "; ".join(refusals)
        + ". Install the package libtally-runtime1 or tally, or let TALLY_LIBRARY name the file"
    )


def _declared(loaded: ctypes.CDLL) -> ctypes.CDLL:
    for name, arguments in _REPORTING.items():
        function = getattr(loaded, name)
        function.restype = c_int
        function.argtypes = [*arguments, _out]
    for name, (result, arguments) in _OTHERS.items():
        function = getattr(loaded, name)
        function.restype = result
        function.argtypes = arguments
    return loaded


library = _declared(_loaded())


def version() -> str:
    """The version of the library, for example "0.1.0"."""
    return library.tally_version().decode()


def can_compile() -> bool:
    """Whether the library compiles rule files. If not, `open` takes what `tally build` made."""
    return library.tally_can_compile() == 1


class Handle:
    """An object of the library, given back when nothing in Python refers to it, so never while a function uses it."""

    __slots__ = ("_as_parameter_", "_release")

    def __init__(self, pointer: c_void_p, release: Any):
        assert pointer.value is not None
        self._as_parameter_ = pointer.value
        self._release = release

    def __del__(self) -> None:
        self._release(self._as_parameter_)


def error_of(handle: int) -> Error:
    """The error that the library made at `handle`, which stays the caller's."""
    return Error.of_json(Status(library.tally_error_status(handle)), library.tally_error_json(handle).decode())


def taken_error(handle: int) -> Error:
    """Likewise; the error of the library is freed."""
    error = error_of(handle)
    library.tally_error_free(handle)
    return error


def call(function: Any, *arguments: Any) -> None:
    """Calls a function that reports by an error, and raises it."""
    error = c_void_p()
    if function(*arguments, ctypes.byref(error)) != 0:
        assert error.value is not None
        raise taken_error(error.value)


def text_of(function: Any, *arguments: Any, is_free: bool = False) -> str:
    """Calls a function whose last results are a text and its length. With `is_free` the text is the caller's."""
    text, length = c_void_p(), c_size_t()
    call(function, *arguments, ctypes.byref(text), ctypes.byref(length))
    assert text.value is not None
    try:
        return ctypes.string_at(text.value, length.value).decode()
    finally:
        if is_free:
            library.tally_free(text)


# Kinds of inputs: tally_kind.
KIND_UNSET, KIND_ENUM, KIND_FLAG, KIND_NUMBER, KIND_TEXT, KIND_OBJECT = range(6)
# Values of a flag.
OFF, ON = 1, 2

__all__ = [
    "AnswerColumnStruct", "ColumnStruct", "GuardCountsStruct", "GuardOptionsStruct", "Handle", "KIND_ENUM", "KIND_FLAG", "KIND_NUMBER", "KIND_OBJECT", "KIND_TEXT",
    "KIND_UNSET", "LogCountsStruct", "LogOptionsStruct", "OFF", "ON", "ReloadStruct", "Watcher", "c_uint8", "call",
    "can_compile", "error_of", "library", "taken_error", "text_of", "version",
]
