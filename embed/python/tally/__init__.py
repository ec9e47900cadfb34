"""Tally in Python: policies that decide, without a compiler and without a build step.

    import tally

    policy = tally.open("call_recording.so")      # or a rule file
    answer = policy.decide({"source": "offnet", "destination": "onnet"})
    if answer["caller-recording"]:
        ...

What fails raises `tally.Error`.
"""

from tally._batch import BatchColumn
from tally._call import Call
from tally._errors import Error, Fault, Status
from tally._library import can_compile, version
from tally._policy import Document, GuardCounts, LastReload, LogCounts, Policy, Reload, open, open_text

__all__ = [
    "BatchColumn", "Call", "Document", "Error", "Fault", "GuardCounts", "LastReload", "LogCounts", "Policy", "Reload", "Status",
    "can_compile", "open", "open_text", "version",
]
