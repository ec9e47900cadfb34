"""A call: facts and documents in, answers out."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from ctypes import byref, c_uint32, c_void_p
from typing import Any

from tally._errors import Error, Status
from tally._library import Handle, KIND_ENUM, KIND_FLAG, KIND_NUMBER, KIND_OBJECT, KIND_TEXT, call, library, text_of
from tally._policy import Document, Policy

Fact = str | bool | int | None


class Call:
    """A call of a policy, made once and used again and again: facts and documents stay until they are changed.

        call = policy.call()
        call.set("source", "offnet")
        call.attach(policy.bind("/caller/device", device))
        if call.decide()["recording"]:
            log(call.reason("recording"))

    Any thread may use it; each method waits for those that run in other threads.
    """

    def __init__(self, policy: Policy):
        handle = c_void_p()
        call(library.tally_call_new, policy._handle, byref(handle))
        self._handle = Handle(handle, library.tally_call_free)
        self._policy = policy
        self._lock = threading.Lock()

    def set(self, input: str, value: Fact) -> None:
        """Sets a fact: a str for an enum or text, a bool for a flag, an int for a number, True for a record that is
        present but empty. None removes it."""
        with self._lock:
            self._set(input, value)

    def update(self, facts: Mapping[str, Fact]) -> None:
        """Sets several facts. It stops at the first that fails; those before it are set."""
        with self._lock:
            for input, value in facts.items():
                self._set(input, value)

    def _set(self, name: str, value: Fact) -> None:
        policy = self._policy
        input = policy._input(name)
        if value is None:
            call(library.tally_call_unset, self._handle, input)
            return
        kind = library.tally_input_kind(policy._handle, input)
        if kind == KIND_OBJECT and value is True:
            call(library.tally_call_set_present, self._handle, input)
        elif kind == KIND_FLAG and isinstance(value, (bool, str)) or kind == KIND_ENUM and isinstance(value, str):
            call(library.tally_call_set, self._handle, input, policy._value(input, value))
        elif kind == KIND_NUMBER and isinstance(value, int) and not isinstance(value, bool):
            if not 0 <= value < 2**64:
                raise Error(f"`{name}` is a number from 0 on, not {value}", Status.VALUE)
            call(library.tally_call_set_number, self._handle, input, value)
        elif kind == KIND_TEXT and isinstance(value, str):
            text = value.encode(errors="surrogatepass")
            call(library.tally_call_set_text, self._handle, input, text, len(text))
        else:
            expected = {
                KIND_ENUM: "a str", KIND_FLAG: "a bool", KIND_NUMBER: "an int", KIND_TEXT: "a str",
                KIND_OBJECT: "True, or a document (`attach`)",
            }.get(kind, "nothing: only another version of the rules has it")
            raise Error(f"`{name}` takes {expected}, not {value!r}", Status.TYPE)

    def attach(self, document: Document) -> None:
        """Attaches a document. It replaces the facts at its place, and the document that was attached there."""
        if not isinstance(document, Document):
            raise TypeError(f"a document is what `Policy.bind` returns, not {type(document).__name__}")
        with self._lock:
            call(library.tally_call_attach, self._handle, document._handle)

    def detach(self, document: Document) -> None:
        """Detaches a document that is attached."""
        if not isinstance(document, Document):
            raise TypeError(f"a document is what `Policy.bind` returns, not {type(document).__name__}")
        with self._lock:
            call(library.tally_call_detach, self._handle, document._handle)

    def clear(self) -> None:
        """Removes all facts and documents, the id, and what was decided."""
        with self._lock:
            call(library.tally_call_clear, self._handle)

    def set_id(self, id: str) -> None:
        """Gives the id with which the following decisions are in the log, for example a Call-ID."""
        text = id.encode(errors="surrogatepass")
        with self._lock:
            call(library.tally_call_set_id, self._handle, text, len(text))

    def decide(self, *decisions: str, because: bool = False) -> dict[str, Any]:
        """Decides these decisions, or all if none is named, and returns them as `Policy.decide` does."""
        with self._lock:
            if decisions:
                handles = (c_uint32 * len(decisions))(*[self._policy._decision(name) for name in decisions])
                call(library.tally_call_decide_some, self._handle, handles, len(decisions))
            else:
                call(library.tally_call_decide, self._handle)
            return json.loads(text_of(library.tally_call_answer, self._handle, int(because)))

    def rule(self, decision: str) -> int | None:
        """The rule that fired, from 1, or None if the decision was not decided."""
        with self._lock:
            return library.tally_call_rule(self._handle, self._policy._decision(decision)) or None

    def reason(self, decision: str) -> str | None:
        """The reason of the rule that fired, or None if it has none."""
        with self._lock:
            return text_of(library.tally_call_reason, self._handle, self._policy._decision(decision)) or None

    def explain(self, decision: str) -> dict[str, Any]:
        """Explains a decision, as `tally explain --format json` does. That takes milliseconds."""
        with self._lock:
            return json.loads(text_of(library.tally_call_explain, self._handle, self._policy._decision(decision)))

    @property
    def generation(self) -> int | None:
        """The generation of the version that decided, or None if nothing was decided since a fact changed."""
        with self._lock:
            return library.tally_call_generation(self._handle) or None
