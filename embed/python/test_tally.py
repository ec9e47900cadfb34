"""Tests of the package: python3 embed/python/test_tally.py ROOT WORK

ROOT  the project's directory
WORK  a directory with requests/NAME.jsonl and answers/NAME.jsonl for the shipped rule files (what `tally decide`
      says), and policies/NAME.so
TALLY_LIBRARY names the library, and TALLY the command. numpy is used where it is installed.
"""

import array
import gc
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import tally

ROOT, WORK = (pathlib.Path(argument) for argument in sys.argv[1:3])

RECORDING = """
type network = onnet | offnet
type settings = { enabled : flag?, time_limit : (5..10800)?, url : text? }
input source : network
input urgent : flag = off
input count  : number?
input user   : settings?  at /user/call_recording
input device : settings?  at /device/call_recording
let setting = device else user
decision recording : flag {
  on   when source is offnet and setting.enabled is on  because "a call from {source}"
  off  otherwise
}
decision limit : number? = setting.time_limit
decision how : settings? = setting
decision kind : (plain | special)? {
  special when urgent is on
  plain   when count < 10
  unset   otherwise
}
"""


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


class Case(unittest.TestCase):
    def fails(self, pattern, status, function, *arguments, **named):
        """Checks that a function raises tally.Error with a status and a message that matches; returns the error."""
        with self.assertRaisesRegex(tally.Error, pattern) as caught:
            function(*arguments, **named)
        self.assertEqual(caught.exception.status, status)
        return caught.exception


class Requests(Case):
    def test_an_answer_has_python_values(self):
        policy = tally.open_text("recording.tally", RECORDING)
        user = {"call_recording": {"enabled": True, "time_limit": 60, "url": "ä"}}
        self.assertEqual(
            policy.decide({"source": "offnet", "user": user}),
            {"recording": True, "limit": 60, "how": {"enabled": True, "time_limit": 60, "url": "ä"}, "kind": None},
        )

    def test_because_names_rule_and_place(self):
        answer = tally.open_text("recording.tally", RECORDING).decide(
            {"source": "offnet", "device": {"call_recording": {"enabled": True}}}, because=True)
        self.assertEqual(
            answer["recording"],
            {"value": True, "because": "a call from offnet", "rule": 1, "file": "recording.tally", "line": 11})

    def test_a_request_may_be_a_text(self):
        policy = tally.open_text("recording.tally", RECORDING)
        for request in ('{"source": "onnet"}', b'{"source": "onnet"}', {"source": "onnet"}):
            self.assertFalse(policy.decide(request)["recording"])

    def test_a_fault_has_its_place_and_what_was_expected(self):
        policy = tally.open_text("recording.tally", RECORDING)
        error = self.fails("has no value", tally.Status.DOCUMENT, policy.decide, {"source": "internal"})
        self.assertEqual(error.pointer, "/source")
        self.assertEqual([fault.code for fault in error.faults], ["T503"])
        self.assertIn("`offnet`", error.faults[0].expected)
        self.fails("missing", tally.Status.DOCUMENT, policy.decide, {})
        self.fails("", tally.Status.DOCUMENT, policy.decide, "{")
        self.fails("is not JSON", tally.Status.DOCUMENT, policy.decide, {"source": float("nan")})
        self.fails("is not JSON", tally.Status.DOCUMENT, policy.decide, {"source": "\ud800"})

    def test_slips_are_listed(self):
        policy = tally.open_text("recording.tally", RECORDING)
        found = policy.warnings({"source": "onnet", "user": {"call_recordng": {}}})
        self.assertEqual([(w["pointer"], w["meant"]) for w in found], [("/user/call_recordng", "call_recording")])
        slip = policy.bind("/user", {"call_recordng": {"enabled": True}, "id": 7})
        self.assertEqual(slip.unknown_keys, 2)
        self.assertEqual([w["meant"] for w in slip.warnings()], ["call_recording"])


class Opening(Case):
    def test_what_cannot_be_opened(self):
        self.fails("no such file", tally.Status.FILE, tally.open, "/nowhere/missing.tally")
        self.fails("zero byte", tally.Status.ARGUMENT, tally.open, "a\0b")
        self.fails("unknown name `x`", tally.Status.RULES, tally.open_text, "rules", "decision d : flag = x\n")
        with self.assertRaises(TypeError):
            tally.open(7)
        with self.assertRaises(TypeError):
            tally.open_text(7, "")

    def test_a_closed_policy_says_so(self):
        with tally.open_text("recording.tally", RECORDING) as policy:
            call = policy.call()
            call.set("source", "onnet")
        self.assertFalse(call.decide()["recording"])  # by what it has
        for function in (policy.reload, policy.describe, policy.call, lambda: policy.decide({}), lambda: policy.inputs,
                         lambda: call.set("source", "onnet")):
            self.fails("closed", tally.Status.ARGUMENT, function)
        policy.close()

    def test_what_a_policy_has(self):
        policy = tally.open_text("recording.tally", RECORDING)
        self.assertEqual(policy.inputs[:4], ["source", "urgent", "count", "user"])
        self.assertEqual(policy.decisions, ["recording", "limit", "how", "kind"])
        self.assertEqual(policy.describe()["inputs"][0]["values"], ["onnet", "offnet"])
        self.assertEqual(policy.generation, 1)
        self.assertIsNone(policy.last_reload())
        self.assertRegex(tally.version(), r"^\d+\.\d+\.\d+$")
        self.assertTrue(tally.can_compile())

    def test_nothing_is_kept_when_nothing_refers_to_it(self):
        def resident():
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])

        def once():
            policy = tally.open(WORK / "policies" / "call_recording.so")
            policy.call()

        for _ in range(50):
            once()
        gc.collect()
        before = resident()
        for _ in range(500):
            once()
        gc.collect()
        self.assertLess(resident() - before, 20_000, "kB")


class Calls(Case):
    def setUp(self):
        self.policy = tally.open_text("recording.tally", RECORDING)
        self.call = self.policy.call()

    def test_facts_and_documents(self):
        call = self.call
        call.update({"source": "offnet", "urgent": True, "count": 3})
        document = self.policy.bind("/user/call_recording", {"enabled": True, "url": "u"})
        call.attach(document)
        self.assertEqual(call.decide(), {"recording": True, "limit": None, "how": {"enabled": True, "url": "u"},
                                         "kind": "special"})
        self.assertEqual((call.rule("recording"), call.reason("recording"), call.reason("kind")),
                         (1, "a call from offnet", None))
        self.assertEqual(call.generation, 1)
        call.set("urgent", None)
        self.assertIsNone(call.generation)
        self.assertEqual(call.decide("kind", because=True)["kind"]["value"], "plain")
        self.assertIsNone(call.rule("recording"))
        call.detach(document)
        self.assertEqual(call.decide("recording"), {"recording": False})
        call.set("user", True)
        self.assertEqual(call.decide("how"), {"how": {}})
        call.clear()
        self.fails("missing", tally.Status.MISSING, call.decide)

    def test_a_fact_of_another_type(self):
        status = tally.Status
        for name, value, pattern, why in [
            ("source", 1, "takes a str", status.TYPE), ("source", "x", "no value `x`", status.UNKNOWN),
            ("urgent", 3, "takes a bool", status.TYPE), ("count", -1, "from 0 on", status.VALUE),
            ("count", 2**64, "from 0 on", status.VALUE), ("count", True, "takes an int", status.TYPE),
            ("count", 1.5, "takes an int", status.TYPE), ("user", 1, "or a document", status.TYPE),
            ("user.url", 7, "takes a str", status.TYPE), ("user.url", "\ud800", "not UTF-8", status.VALUE),
            ("user.time_limit", 3, "5..10800", status.VALUE), ("sorce", "onnet", "source", status.UNKNOWN),
            ("a\0b", "onnet", "zero byte", status.ARGUMENT),
        ]:
            with self.subTest(name=name, value=value):
                self.fails(pattern, why, self.call.set, name, value)

    def test_it_explains(self):
        self.call.update({"source": "offnet", "user.enabled": True})
        self.call.decide()
        explained = self.call.explain("recording")
        self.assertEqual((explained["value"], explained["rule"]), (True, 1))
        self.assertIn("rests_on", explained)
        self.fails("no decision", tally.Status.UNKNOWN, self.call.explain, "recordin")

    def test_documents_of_another_policy(self):
        other = tally.open_text("recording.tally", RECORDING)
        self.fails("another policy", tally.Status.ARGUMENT, self.call.attach, other.bind("user", {"enabled": True}))
        self.fails("", tally.Status.UNKNOWN, self.policy.bind, "/nowhere", {})
        error = self.fails("", tally.Status.DOCUMENT, self.policy.bind, "/user", {"call_recording": {"enabled": 7}})
        self.assertEqual(error.pointer, "/call_recording/enabled")

    def test_threads_share_a_call(self):
        self.call.set("source", "offnet")
        wrong = []

        def decide(on):
            for _ in range(300):
                self.call.update({"user.enabled": on})
                if self.call.decide("recording")["recording"] not in (True, False):
                    wrong.append(on)

        threads = [threading.Thread(target=decide, args=(on,)) for on in (True, False) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Changing(Case):
    """A rule file that changes."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "changing.tally"

    def tearDown(self):
        self.folder.cleanup()

    def write(self, rules):
        self.path.with_suffix(".new").write_text(rules)
        os.replace(self.path.with_suffix(".new"), self.path)


class Reloading(Changing):
    def test_a_reload_takes_over_calls(self):
        self.write("input a : flag\ndecision d : flag = a\n")
        policy = tally.open(self.path)
        call = policy.call()
        call.set("a", True)
        document = policy.bind("a", True)
        self.assertTrue(call.decide()["d"])
        self.write("input a : flag\ndecision d : flag = not a\ndecision e : number = 7\n")
        self.assertEqual(policy.reload(), tally.Reload(generation=2, carried=1, rebound=0, failed=0))
        self.assertEqual(call.decide(), {"d": False, "e": 7})
        document.check()
        self.write("decision d : flag =")
        self.fails("T1", tally.Status.RULES, policy.reload)
        self.assertEqual(policy.generation, 2)
        self.assertEqual(policy.last_reload().refusal.status, tally.Status.RULES)
        self.assertLess(abs(policy.last_reload().time - time.time()), 60)
        self.write("input b : flag\ndecision d : flag = b\n")
        self.assertEqual(policy.reload().failed, 1)
        self.fails("", tally.Status.UNKNOWN, document.check)
        self.fails("another version", tally.Status.TYPE, call.set, "a", True)

    def test_a_watch_reloads_and_reports(self):
        self.write("input a : flag\ndecision d : flag = a\n")
        policy = tally.open(self.path)
        seen = []

        def watcher(reload, error):
            seen.append((reload, error))
            try:
                policy.close()
            except tally.Error as refused:
                seen.append(str(refused))

        policy.watch(0.01, watcher)
        self.fails("every 0.01 to 3,600 seconds", tally.Status.ARGUMENT, policy.watch, 4000)
        self.fails("every 0.01 to 3,600 seconds", tally.Status.ARGUMENT, policy.watch, -1)
        self.write("input a : flag\ndecision d : flag = not a\n")
        self.assertTrue(wait_for(lambda: len(seen) == 2))
        self.assertEqual(seen[0][0].generation, 2)
        self.assertIn("cannot change the watch", seen[1])
        self.write("decision d : flag = nothing")
        self.assertTrue(wait_for(lambda: len(seen) == 4))
        self.assertIn("unknown name `nothing`", str(seen[2][1]))
        policy.unwatch()
        self.write("input a : flag\ndecision d : flag = a\n")
        time.sleep(0.1)
        self.assertEqual(len(seen), 4)
        # A watch without a watcher, which ends with the policy.
        policy.watch(0.01)
        self.assertTrue(wait_for(lambda: policy.generation == 3))
        policy.close()

    def test_threads_decide_while_one_reloads(self):
        versions = ["input a : flag\ndecision d : flag = a\n", "input a : flag\ndecision d : flag = not a\n"]
        self.write(versions[0])
        policy = tally.open(self.path)
        stop, wrong = threading.Event(), []

        def decide():
            call = policy.call()
            call.set("a", True)
            while not stop.is_set():
                if call.decide()["d"] is not (call.generation % 2 == 1):
                    wrong.append(call.generation)

        threads = [threading.Thread(target=decide) for _ in range(4)]
        for thread in threads:
            thread.start()
        for turn in range(1, 30):
            self.write(versions[turn % 2])
            policy.reload()
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Guard(Changing):
    def test_only_signed_versions_come_in_use(self):
        def tally_command(*arguments):
            subprocess.run([os.environ["TALLY"], *arguments], check=True, capture_output=True, cwd=self.folder.name)

        tally_command("keygen", "release")
        key = pathlib.Path(self.folder.name) / "release.pub"
        self.write("input a : flag\ndecision d : flag = a\n")
        policy = tally.open(self.path)
        self.fails("", tally.Status.REFUSED, policy.guard, key)
        self.fails("", tally.Status.ARGUMENT, policy.guard_counts)
        self.fails("", tally.Status.FILE, policy.guard, "/nowhere.pub")
        tally_command("sign", str(self.path), "--key", "release.key", "--serial", "5")
        policy.guard(key)
        self.write("input a : flag\ndecision d : flag = not a\n")
        self.fails("", tally.Status.REFUSED, policy.reload)
        counts = policy.guard_counts()
        self.assertEqual((counts.admitted, counts.refused, counts.serial), (1, 1, 5))
        self.assertEqual(counts.last_refusal.status, tally.Status.REFUSED)
        tally_command("sign", str(self.path), "--key", "release.key", "--serial", "6")
        self.assertEqual(policy.reload().generation, 2)
        self.assertFalse(policy.decide({"a": True})["d"])
        policy.roll_back()
        self.assertTrue(policy.decide({"a": True})["d"])
        with self.assertRaises(TypeError):
            policy.guard(key, allow="a")
        for wrong in ({"serial": -1}, {"serial": 2**64 + 1}, {"at_most": -1}):
            self.fails("from 0 on", tally.Status.ARGUMENT, policy.guard, key, **wrong)


class Log(Case):
    def test_decisions_are_written(self):
        policy = tally.open_text("recording.tally", RECORDING)
        self.fails("no log", tally.Status.ARGUMENT, policy.log_flush)
        self.fails("no input", tally.Status.UNKNOWN, policy.log, "/tmp", keep=["m"])
        with tempfile.TemporaryDirectory() as folder:
            policy.log(folder, name="python", keep=["user.url"], id_bytes=8, wait_seconds=None)
            call = policy.call()
            call.set_id("call-1")
            call.set("source", "onnet")
            call.decide()
            policy.log_flush()
            policy.log_rotate()
            counts = policy.log_counts()
            self.assertEqual((counts.written, counts.dropped, counts.files, counts.last_error), (1, 0, 2, None))
            policy.log_close()
            names = sorted(os.listdir(folder))
            self.assertTrue(all(re.fullmatch(r"python-.*\.tlog", name) for name in names), names)
            self.assertIn(b"call-1", b"".join((pathlib.Path(folder) / name).read_bytes() for name in names))


class Batches(Case):
    def setUp(self):
        self.policy = tally.open_text("recording.tally", RECORDING)

    def test_columns_of_values(self):
        answers = self.policy.decide_batch({
            "source": ["onnet", "offnet", "offnet"], "user.enabled": [True, True, None], "count": [None, 9, 10],
            "urgent": [None, True, None], "device.url": [None, None, "ä"],
        })
        self.assertEqual(list(answers), self.policy.decisions)
        self.assertEqual(answers["recording"].decoded(), [False, True, False])
        self.assertEqual(list(answers["recording"].rules), [2, 1, 2])
        self.assertEqual(answers["kind"].decoded(), [None, "special", None])
        self.assertIsNone(answers["limit"].values)
        self.fails("neither an enum nor a flag", tally.Status.TYPE, answers["limit"].decoded)

    def test_buffers_are_read_where_they_are(self):
        source = self.policy.codes("source")
        self.assertEqual((source, self.policy.codes("urgent")),
                         ({None: 0, "onnet": 1, "offnet": 2}, {None: 0, False: 1, True: 2}))
        rows = 100_000
        sources = bytes([source["onnet"], source["offnet"]]) * (rows // 2)
        counts = array.array("Q", range(rows))
        answers = self.policy.decide_batch({"source": sources, "count": counts, "user.enabled": b"\2" * rows}, ["recording", "kind"])
        self.assertEqual(answers["recording"].decoded(), [False, True] * (rows // 2))
        self.assertEqual(answers["kind"].decoded(), ["plain"] * 10 + [None] * (rows - 10))
        masked = self.policy.decide_batch({"source": sources, "count": (counts, b"\0" * rows)}, ["kind"])
        self.assertEqual(set(masked["kind"].decoded()), {None})

    def test_numpy_arrays(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        sources = numpy.array([1, 2, 2], dtype=numpy.uint8)
        sources.flags.writeable = False
        counts = numpy.arange(6, dtype=numpy.int64)
        answers = self.policy.decide_batch({"source": sources, "count": counts[3:], "user.enabled": numpy.array([2, 2, 1], numpy.uint8)})
        values = numpy.asarray(answers["recording"].values)
        self.assertEqual(values.tolist(), [1, 2, 1])
        self.assertEqual(values.__array_interface__["data"][0], answers["recording"].values.buffer_info()[0])
        self.fails("in one row", tally.Status.TYPE, self.policy.decide_batch, {"source": sources, "count": counts[::2]})
        self.fails("of 8 bytes", tally.Status.TYPE, self.policy.decide_batch,
                   {"source": sources, "count": numpy.array([1.0, 2.0, 3.0])})

    def test_what_a_column_cannot_be(self):
        status, batch = tally.Status, self.policy.decide_batch
        for columns, pattern, why in [
            ({"source": ["x"]}, "row 0 of column `source`: no value `x`", status.UNKNOWN),
            ({"source": "onnet"}, "a value per row", status.TYPE), ({"source": ["onnet"], "count": 5}, "a value per row", status.TYPE), ({"source": [1]}, "row 0 of column `source`", status.TYPE),
            ({"source": [True]}, "is not a flag", status.TYPE), ({"source": b"\x09"}, "handle 9 in row 0", status.VALUE),
            ({"source": ["onnet"], "count": [1, 2]}, "2 rows, and the one before 1", status.ARGUMENT),
            ({"source": ["onnet"], "count": [-1]}, "row 0 of column `count`", status.TYPE),
            ({"source": ["onnet"], "count": array.array("I", [1])}, "of 8 bytes", status.TYPE),
            ({"source": ["onnet"], "user.url": ["a\0b"]}, "zero byte", status.ARGUMENT),
            ({"source": ["onnet"], "user.url": [7]}, "neither a str nor None", status.TYPE),
            ({"source": ["onnet"], "user.time_limit": [3]}, "row 0", status.VALUE),
            ({"sorce": ["onnet"]}, "source", status.UNKNOWN), ({}, "missing", status.MISSING),
        ]:
            with self.subTest(columns=columns):
                self.fails(pattern, why, batch, columns)
        self.fails("no decision", status.UNKNOWN, batch, {"source": ["onnet"]}, ["recordin"])
        with self.assertRaises(TypeError):
            batch({"source": ["onnet"]}, "recording")
        self.assertEqual(list(batch({"source": []})["recording"].rules), [])

    def test_a_batch_decides_as_a_call_does(self):
        generator, call = random.Random(7), self.policy.call()
        choices = {"source": ["onnet", "offnet"], "urgent": [True, False, None], "count": [None, 0, 9, 10, 2**40],
                   "user.enabled": [True, False, None], "device.enabled": [True, False, None]}
        rows = [{name: generator.choice(values) for name, values in choices.items()} for _ in range(500)]
        answers = self.policy.decide_batch({name: [row[name] for row in rows] for name in choices})
        for i, row in enumerate(rows):
            call.clear()
            call.update(row)
            decided = call.decide()
            for name in ("recording", "kind"):
                self.assertEqual((answers[name].decoded()[i], answers[name].rules[i]), (decided[name], call.rule(name)), row)


class Readme(Case):
    """The examples of README.md, and what they print."""

    def test_examples(self):
        text = (ROOT / "embed/python/README.md").read_text(encoding="utf-8")
        logged, printed, expected = [], [], []
        known = {"account": {}, "log": logged.append, "carrier": None, "print": lambda value: printed.append(str(value))}
        try:
            import numpy

            known |= {"numpy": numpy, "carrier": numpy.array([0, 3])}
        except ImportError:
            pass
        before = os.getcwd()
        os.chdir(WORK / "policies")
        try:
            for block in re.findall(r"```python\n(.*?)```", text, re.S):
                if "numpy" in block and "numpy" not in known:
                    continue
                exec(block, known)
                expected += re.findall(r"print\(.*\) +# (.*)", block)
        finally:
            os.chdir(before)
        self.assertGreaterEqual(len(expected), 4)
        self.assertEqual(printed, expected)


class Shipped(Case):
    """Every shipped rule file decides as `tally decide` does."""

    def test_requests_of_all_rule_files(self):
        files = sorted((WORK / "requests").glob("*.jsonl"))
        self.assertGreaterEqual(len(files), 20)
        for file in files:
            policy = tally.open(WORK / "policies" / (file.stem + ".so"))
            requests, answers = lines(file), lines(WORK / "answers" / file.name)
            self.assertEqual(len(requests), len(answers))
            for request, answer in zip(requests, answers):
                with self.subTest(file=file.stem, request=request):
                    try:
                        self.assertEqual(policy.decide(request), json.loads(answer))
                    except tally.Error:
                        self.assertIn('"error"', answer)

    def test_what_kazoo_itself_decided(self):
        policy = tally.open(WORK / "policies" / "kazoo5.so")
        call = policy.call()
        for line in lines(ROOT / "tests/data/kazoo5_cases.jsonl"):
            case = json.loads(line)
            call.clear()
            call.update({"source": case["source"], "destination": case["destination"]})
            if case["account"] is not None:
                call.attach(policy.bind("/account", case["account"]))
            for role in ("caller", "callee"):
                if case[role] is None:
                    continue
                call.set(role, True)
                for part in ("user", "device"):
                    if case[role].get(part) is not None:
                        call.attach(policy.bind(f"/{role}/{part}", case[role][part]))
            decided, expected = call.decide(), case["expected"]
            self.assertEqual(
                [decided[name] for name in
                 ("account-recording", "caller-recording", "callee-recording", "callee-recording-via-user")],
                [expected[name] for name in ("account", "caller_endpoint", "callee_endpoint", "callee_endpoint_via_user")])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
