"""Policies and the documents that are bound to them."""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from ctypes import byref, c_char_p, c_int64, c_size_t, c_uint32, c_void_p
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tally._errors import Error, Status
from tally._library import (
    GuardCountsStruct, GuardOptionsStruct, Handle, KIND_FLAG, LogCountsStruct, LogOptionsStruct, OFF, ON, ReloadStruct, Watcher, call, error_of, library, taken_error,
    text_of,
)

if TYPE_CHECKING:
    from tally._batch import BatchColumn, Column
    from tally._call import Call

Json = Mapping[str, Any] | str | bytes
"""A JSON object: as Python has it, or as a text."""


def json_bytes(value: Any) -> bytes:
    """The text of a JSON value. A text is JSON already."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as fault:  # a number that JSON does not have, or half of a character
        raise Error(f"a document is not JSON: {fault}", Status.DOCUMENT) from fault


def name_bytes(name: str, what: str) -> bytes:
    """The bytes of a name, which end with a zero byte."""
    if not isinstance(name, str):
        raise TypeError(f"{what} is a str, not {type(name).__name__}")
    if "\0" in name:
        raise Error(f"{what} contains a zero byte")
    return name.encode()


def _texts(texts: Sequence[str], what: str) -> Any:
    """The texts as C has them."""
    if isinstance(texts, str):
        raise TypeError(f"a list of texts, not {texts!r} alone")
    return (c_char_p * len(texts))(*[name_bytes(text, what) for text in texts])


@dataclass(frozen=True)
class Reload:
    """What a reload did with the documents that are bound."""

    generation: int
    """of the version in use"""
    carried: int
    """documents that were kept as they are"""
    rebound: int
    """documents that were read again from their text"""
    failed: int
    """documents that the version refuses; `Document.check` raises why"""


@dataclass(frozen=True)
class LastReload:
    """How the last reload ended, also one by a watch."""

    time: float
    """when, in seconds since 1970, as `time.time()`"""
    refusal: Error | None
    """why the file was refused, or None"""


@dataclass(frozen=True)
class GuardCounts:
    """What the guard of a policy admitted and refused."""

    admitted: int
    """versions that it admitted, the first included"""
    refused: int
    """versions that it refused"""
    serial: int
    """the greatest that was admitted: keep it for the next start"""
    last_refusal: Error | None


@dataclass(frozen=True)
class LogCounts:
    """What the log of decisions wrote: tally_log_counts of tally.h."""

    written: int
    dropped: int
    waited: int
    shared: int
    files: int
    bytes: int
    errors: int
    last_error: Error | None


# A policy that is watched lives until it is no longer watched: a watch's last reference must not be given
# back in the watch's own thread.
_watched: set["Policy"] = set()
_in_watcher = threading.local()


@atexit.register
def _unwatch_all() -> None:
    for policy in list(_watched):
        policy.unwatch()


class Document:
    """What stands at one place of a request, bound once and attached to calls: `Policy.bind`. Any thread."""

    def __init__(self, handle: Handle):
        self._handle = handle

    @property
    def unknown_keys(self) -> int:
        """How many keys of the document no decision reads, where other keys are allowed."""
        return library.tally_document_unknown_keys(self._handle)

    def warnings(self) -> list[dict[str, Any]]:
        """Those of these keys that are probably slips: `code`, `pointer`, `message` and, for a near key, `meant`."""
        return json.loads(text_of(library.tally_document_warnings, self._handle, is_free=True))

    def check(self) -> None:
        """Raises why the version in use refuses the document. It accepts it, unless the policy was reloaded."""
        call(library.tally_document_check, self._handle)


class Policy:
    """Rules that decide: `tally.open`. Any thread may use a policy, also while another one reloads it.

    A policy is closed by `close`, at the end of `with`, or when nothing refers to it.
    """

    def __init__(self, handle: Handle):
        self._open: Handle | None = handle
        self._watcher: Any = None
        self._described: dict[str, Any] | None = None
        self._inputs: dict[str, int] = {}
        self._decisions: dict[str, int] = {}
        self._values: dict[tuple[int, str], int] = {}

    @property
    def _handle(self) -> Handle:
        handle = self._open
        if handle is None:
            raise Error("the policy is closed")
        return handle

    def __enter__(self) -> "Policy":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the watch, and gives the policy back. A call that was made before goes on deciding by what it has. A second
        time does nothing."""
        self.unwatch()
        self._open = None

    # --- deciding ---------------------------------------------------------------------------

    def decide(self, request: Json, *, because: bool = False) -> dict[str, Any]:
        """Decides a request, as `tally decide` does.

        Returns the value of each decision: str for enums and texts, bool, int, dict for records, maps and sets, None
        for what is unset. With `because` each is a dict of `value`, `because`, `rule`, `file` and `line`.

        policy.decide({"source": "offnet"}) == {"recording": True, "limit": 60}
        """
        return json.loads(self.decide_json(request, because=because))

    def decide_json(self, request: Json, *, because: bool = False) -> str:
        """Likewise; returns the text of the answer."""
        text = json_bytes(request)
        return text_of(library.tally_decide_json, self._handle, text, len(text), int(because), is_free=True)

    def call(self) -> "Call":
        """A call whose facts and documents are set one by one, and which decides again and again."""
        from tally._call import Call

        return Call(self)

    def bind(self, place: str, document: Any) -> Document:
        """Binds what stands at one place of a request.

        place:    a JSON Pointer, "/caller/device", or the name of the input that stands there, "caller.device"
        document: a JSON value: as Python has it, or as a text
        """
        handle, text = c_void_p(), json_bytes(document)
        call(library.tally_document_bind, self._handle, name_bytes(place, "a place"), text, len(text), byref(handle))
        return Document(Handle(handle, library.tally_document_release))

    def decide_batch(self, columns: Mapping[str, "Column"], decisions: Sequence[str] | None = None) -> dict[str, "BatchColumn"]:
        """Decides many calls at once: a column per input, and for each decision a column of answers.

        columns:   by the name of the input. All have one length. An input without a column is unset. A column is
                   - of an enum or flag: a buffer of bytes (handles: `codes`), or a sequence of str, bool and None
                   - of a number: a buffer of 64-bit integers, or a sequence of int and None; or a tuple
                     `(numbers, set)`, whose second member is a buffer of bytes, 0 where the number is unset
                   - of a text: a sequence of str and None
                   - of a record, map or set: a buffer of bytes or a sequence of bool, whether it is present
                   A buffer, such as a numpy array, is read where it is, without a copy.
        decisions: their names; all if None
        """
        from tally._batch import decide_batch

        return decide_batch(self, columns, self.decisions if decisions is None else decisions)

    def codes(self, input: str) -> dict[str | bool | None, int]:
        """The handles of an input's values, for columns of bytes: {None: 0, "onnet": 1, "offnet": 2}."""
        from tally._batch import codes_of_input

        return codes_of_input(self, input)

    def warnings(self, request: Json) -> list[dict[str, Any]]:
        """Keys of a request that are probably slips, as `Document.warnings` lists them."""
        text, unknown = json_bytes(request), c_size_t()
        return json.loads(
            text_of(library.tally_request_warnings, self._handle, text, len(text), byref(unknown), is_free=True)
        )

    # --- what the policy is -----------------------------------------------------------------

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs, in the order of the rule file."""
        return self._names(library.tally_policy_inputs, library.tally_input_name)

    @property
    def decisions(self) -> list[str]:
        """The names of the decisions, in the order of the rule file."""
        return self._names(library.tally_policy_decisions, library.tally_decision_name)

    def describe(self) -> dict[str, Any]:
        """Name, generation, source_hash, inputs and decisions: what tally_policy_json of tally.h lists."""
        return json.loads(text_of(library.tally_policy_json, self._handle, is_free=True))

    def _description(self) -> dict[str, Any]:
        """What `describe` returns, read once per version."""
        described = self._described
        if described is None or described["generation"] != self.generation:
            described = self._described = self.describe()
        return described

    @property
    def generation(self) -> int:
        """How many versions were loaded so far."""
        return library.tally_policy_generation(self._handle)

    # --- reloading --------------------------------------------------------------------------

    def reload(self) -> Reload:
        """Loads the file again, while calls go on. If it has faults, raises them, and the version before stays."""
        done = ReloadStruct()
        call(library.tally_policy_reload, self._handle, byref(done))
        return Reload(done.generation, done.carried, done.rebound, done.failed)

    def watch(self, seconds: float = 1.0, watcher: Callable[[Reload | None, Error | None], object] | None = None) -> None:
        """Reloads the policy from now on when its file has changed, until `unwatch` or `close`.

        seconds: how often the file is looked at: 0.01 to 3,600
        watcher: is called after each reload, in a thread of the library, with what was done, or with why the file was
                 refused. What it raises is printed, and goes nowhere else. It cannot change the watch.
        """
        if watcher is not None and not callable(watcher):
            raise TypeError("a watcher is a function")
        if not 0.01 <= seconds <= 3600:
            raise Error(f"a watch looks every 0.01 to 3,600 seconds, not every {seconds}")
        kept = Watcher(_guarded(watcher)) if watcher is not None else Watcher()
        milliseconds = round(seconds * 1000)
        call(library.tally_policy_watch, self._handle, milliseconds, kept, None)
        self._watcher = kept
        _watched.add(self)

    def unwatch(self) -> None:
        """Ends the watch, if there is one."""
        if getattr(_in_watcher, "is_running", False):
            raise Error("a watcher cannot change the watch, or close the policy")
        handle = self._open
        if handle is not None:
            library.tally_policy_unwatch(handle)
        self._watcher = None
        _watched.discard(self)

    def last_reload(self) -> LastReload | None:
        """How the last reload ended, or None if there was none."""
        when, refusal = c_int64(), c_void_p()
        call(library.tally_policy_last_reload, self._handle, byref(when), byref(refusal))
        if when.value == 0:
            return None
        return LastReload(when.value / 1000, taken_error(refusal.value) if refusal.value else None)

    def roll_back(self) -> Reload:
        """Puts the version before the last reload in use again."""
        done = ReloadStruct()
        call(library.tally_policy_roll_back, self._handle, byref(done))
        return Reload(done.generation, done.carried, done.rebound, done.failed)

    def guard(
        self, *keys: str | os.PathLike[str], serial: int = 0, trust_version_in_use: bool = False,
        invariants: str | os.PathLike[str] | None = None, allow: Sequence[str] = (), allow_decisions: Sequence[str] = (),
        at_most: int = 0,
    ) -> None:
        """Refuses from now on each version that no trusted key has signed or approved, as docs/guard.md describes.

        Call it before the first decision: the version in use is judged too, and if this raises, do not decide by it.

        keys:       one or two public keys: files of `tally keygen`, or their 64 digits
        serial:     the greatest that was in use before a restart: `guard_counts().serial`
        invariants: a file of proofs and examples: rules that nobody signed may come in use if they keep them, and change no
                    more than `allow`, `allow_decisions` and `at_most` say
        """
        for number, option in ((serial, "serial"), (at_most, "at_most")):
            if not 0 <= number < 2**63:
                raise Error(f"`{option}` is a number from 0 on, not {number}")
        options = GuardOptionsStruct(
            ctypes.sizeof(GuardOptionsStruct), _texts([os.fsdecode(key) for key in keys], "a key"), len(keys), serial,
            int(trust_version_in_use), None if invariants is None else os.fsencode(invariants),
            _texts(allow, "a condition"), len(allow), _texts(allow_decisions, "a decision"), len(allow_decisions), at_most,
        )
        call(library.tally_policy_guard, self._handle, byref(options))

    def guard_counts(self) -> GuardCounts:
        """What the guard admitted and refused."""
        counts, last = GuardCountsStruct(size=ctypes.sizeof(GuardCountsStruct)), c_void_p()
        call(library.tally_policy_guard_counts, self._handle, byref(counts), byref(last))
        return GuardCounts(counts.admitted, counts.refused, counts.serial, taken_error(last.value) if last.value else None)

    # --- the log of decisions ---------------------------------------------------------------

    def log(
        self, folder: str | os.PathLike[str], *, name: str | None = None, keep: Sequence[str] = (), text_bytes: int = 0,
        id_bytes: int = 0, file_bytes: int = 0, files: int = 0, ring_records: int = 0, wait_seconds: float | None = 0,
        sync: bool = False,
    ) -> None:
        """Writes a record of each decision to a folder from now on, as docs/log.md describes.

        keep:         names of numbers and texts whose values are written too
        wait_seconds: how long a decision waits for room; 0: it is dropped and counted; None: without end
        The others are those of tally_log_options in tally.h; 0 is the default.
        """
        for number, option in ((text_bytes, "text_bytes"), (id_bytes, "id_bytes"), (files, "files"), (ring_records, "ring_records")):
            if not 0 <= number < 2**32:
                raise Error(f"`{option}` is a number from 0 to 4294967295, not {number}")
        if not 0 <= file_bytes < 2**63 or wait_seconds is not None and not 0 <= wait_seconds < 4_000_000:
            raise Error("`file_bytes` and `wait_seconds` are numbers from 0 on")
        kept = _texts(keep, "an input of `keep`")
        options = LogOptionsStruct(
            ctypes.sizeof(LogOptionsStruct), os.fsencode(folder), None if name is None else name_bytes(name, "`name`"),
            kept, len(keep), text_bytes, id_bytes, file_bytes, files, ring_records,
            0xFFFFFFFF if wait_seconds is None else round(wait_seconds * 1000), int(sync),
        )
        call(library.tally_policy_log_open, self._handle, byref(options))

    def log_flush(self) -> None:
        """Waits until everything that was decided before is written."""
        call(library.tally_policy_log_flush, self._handle)

    def log_rotate(self) -> None:
        """Likewise, and begins a new file."""
        call(library.tally_policy_log_rotate, self._handle)

    def log_close(self) -> None:
        """Writes everything, and ends the log."""
        call(library.tally_policy_log_close, self._handle)

    def log_counts(self) -> LogCounts:
        """What the log wrote, or the last one if it was closed."""
        counts, last = LogCountsStruct(size=ctypes.sizeof(LogCountsStruct)), c_void_p()
        call(library.tally_policy_log_counts, self._handle, byref(counts), byref(last))
        numbers = [getattr(counts, name) for name, _ in LogCountsStruct._fields_[1:]]
        return LogCounts(*numbers, taken_error(last.value) if last.value else None)

    # --- handles, which stay valid as long as the policy does -------------------------------

    def _names(self, list_them: Any, name_of: Any) -> list[str]:
        count = c_size_t()
        call(list_them, self._handle, None, 0, byref(count))
        while True:
            capacity = count.value
            handles = (c_uint32 * capacity)()
            call(list_them, self._handle, handles, capacity, byref(count))
            if count.value <= capacity:  # a reload in between may have added some
                return [name_of(self._handle, handle).decode() for handle in handles[: count.value]]

    def _input(self, name: str) -> int:
        found = self._inputs.get(name)
        if found is None:
            handle = c_uint32()
            call(library.tally_policy_input, self._handle, name_bytes(name, "the name of an input"), byref(handle))
            found = self._inputs[name] = handle.value
        return found

    def _decision(self, name: str) -> int:
        found = self._decisions.get(name)
        if found is None:
            handle = c_uint32()
            call(library.tally_policy_decision, self._handle, name_bytes(name, "the name of a decision"), byref(handle))
            found = self._decisions[name] = handle.value
        return found

    def _value(self, input: int, value: str | bool) -> int:
        """The handle of a value of an enum or flag."""
        if isinstance(value, bool):
            if library.tally_input_kind(self._handle, input) == KIND_FLAG:
                return ON if value else OFF
            raise Error(f"`{library.tally_input_name(self._handle, input).decode()}` is not a flag", Status.TYPE)
        found = self._values.get((input, value))
        if found is None:
            handle = c_uint32()
            call(library.tally_policy_value, self._handle, input, name_bytes(value, "a value"), byref(handle))
            found = self._values[(input, value)] = handle.value
        return found


def _guarded(watcher: Callable[[Reload | None, Error | None], object]) -> Callable[..., None]:
    def watched(_context: int | None, reload: int | None, error: int | None) -> None:
        _in_watcher.is_running = True
        try:
            if error:
                watcher(None, error_of(error))
            elif reload:
                done = ReloadStruct.from_address(reload)
                watcher(Reload(done.generation, done.carried, done.rebound, done.failed), None)
        finally:
            _in_watcher.is_running = False

    return watched


def open(path: str | os.PathLike[str]) -> Policy:
    """Opens a policy that `tally build` made, or, if the library compiles, a rule file."""
    handle, file = c_void_p(), os.fsencode(path)
    if b"\0" in file:
        raise Error("a path contains a zero byte")
    call(library.tally_policy_open, file, byref(handle))
    return Policy(Handle(handle, library.tally_policy_release))


def open_text(name: str, rules: str) -> Policy:
    """Opens rules from a text. They cannot use other files, and cannot be reloaded.

    name: what messages and reasons call them, for example "recording.tally"
    """
    if not isinstance(rules, str):
        raise TypeError(f"rules are a str, not {type(rules).__name__}")
    handle, text = c_void_p(), rules.encode()
    call(library.tally_policy_open_text, name_bytes(name, "the name of rules"), text, len(text), byref(handle))
    return Policy(Handle(handle, library.tally_policy_release))
