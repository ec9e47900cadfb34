#!/usr/bin/env python3
"""broken_clients.py TALLY [CONNECTIONS]: slow, silent and broken clients of `tally serve`.

Each case ends with a request that must be answered as if nothing had happened. CONNECTIONS (default 500) is how many
idle connections are held while requests are answered.
"""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time

RULES = """type network = onnet | offnet
input source : network
decision recording : flag = source is offnet
"""
REQUEST = b'{"source":"offnet"}'
ANSWER = b'{"recording":true}\n'

failures = []


def check(what, holds, evidence=""):
    print(("ok    " if holds else "FAULT ") + what + ("" if holds else f": {evidence!r}"), flush=True)
    if not holds:
        failures.append(what)


class Served:
    """A running `tally serve` at a port that the system chose."""

    def __init__(self, tally, *options):
        self.folder = tempfile.TemporaryDirectory()
        rules = os.path.join(self.folder.name, "rules.tally")
        with open(rules, "w", encoding="utf-8") as out:
            out.write(RULES)
        self.process = subprocess.Popen(
            [tally, "serve", rules, "--listen", "127.0.0.1:0", *options], stderr=subprocess.PIPE, text=True)
        with open(tally, "rb") as program:
            self.is_sanitized = b"__asan_init" in program.read()  # which keeps what was freed for a while
        line = self.process.stderr.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", line)
        if not found:
            raise SystemExit("it does not serve: " + line + self.process.stderr.read())
        self.port = int(found.group(1))

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def exchange(self, sent, wait=20.0):
        """Everything that comes back, until the other side closes or falls silent."""
        with self.connect() as client:
            client.settimeout(wait)
            got = b""
            try:
                client.sendall(sent)
                while True:
                    piece = client.recv(65536)
                    if not piece:
                        break
                    got += piece
            except (socket.timeout, ConnectionError):
                pass
            return got

    def is_well(self):
        sent = post(REQUEST, "Connection: close\r\n")
        return self.exchange(sent).endswith(ANSWER)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024

    def end(self):
        self.process.terminate()
        code = self.process.wait(timeout=30)
        rest = self.process.stderr.read()
        self.folder.cleanup()
        return code, rest


def post(body, more="", path="/v1/decide"):
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def smuggling(served):
    """One request may be answered, or refused; what is hidden behind it must never be answered as a second one."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = "POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    chunk = b"0\r\n\r\n"
    cases = {
        "Content-Length and Transfer-Encoding":
            (head + f"Content-Length: {len(chunk + hidden)}\r\nTransfer-Encoding: chunked\r\n\r\n").encode() + chunk + hidden,
        "two Content-Lengths": (head + f"Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n\r\n").encode() + hidden,
        "two equal Content-Lengths": (head + f"Content-Length: {len(hidden)}\r\nContent-Length: {len(hidden)}\r\n\r\n").encode() + hidden,
        "a list of lengths": (head + f"Content-Length: 0, {len(hidden)}\r\n\r\n").encode() + hidden,
        "a blank before the colon": (head + f"Content-Length : {len(hidden)}\r\n\r\n").encode() + hidden,
        "another coding": (head + f"Transfer-Encoding: xchunked\r\nContent-Length: {len(hidden)}\r\n\r\n").encode() + hidden,
        "two codings": (head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n").encode() + chunk + hidden,
        "chunks in HTTP/1.0": (head.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunk + hidden,
        "a length with a sign": (head + f"Content-Length: +{len(hidden)}\r\n\r\n").encode() + hidden,
        "a length below zero": (head + "Content-Length: -1\r\n\r\n").encode() + hidden,
        "a length of 2^64": (head + "Content-Length: 18446744073709551616\r\n\r\n").encode() + hidden,
        "a chunk of a size that is not hexadecimal":
            (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + b"zz\r\n" + hidden,
        "a chunk of 2^64": (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + b"10000000000000000\r\n" + hidden,
        "two Hosts": b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
    }
    for name, sent in cases.items():
        got = served.exchange(sent, wait=1.5)
        check(f"smuggling, {name}: nothing hidden is answered", b'"status":"ok"' not in got, got)
    # A line may end in LF alone (RFC 9112, 2.2); the framing is the same.
    lf = post(REQUEST).replace(b"\r\n", b"\n")
    got = served.exchange(lf + post(REQUEST, "Connection: close\r\n"))
    check("bare LF: one answer per request, or a refusal", got.count(b"HTTP/1.1 ") in (1, 2) and
          (got.count(ANSWER) in (0, 2) or b" 400 " in got), got)
    check("it is well after smuggling", served.is_well())


def broken(served):
    for name, sent in {
        "nothing": b"", "half a request line": b"POST /v1/de", "half-sent headers": b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nConte",
        "half a body": post(REQUEST)[:-5], "zeros": b"\0" * 4096, "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500,
        "an endless header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (1 << 20),
        "an endless path": b"GET /" + b"a" * (1 << 20), "many headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: 1\r\n" * 100_000,
        "invalid JSON": post(b"{" * 10_000), "deep JSON": post(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        "bytes that are not UTF-8": post(b'{"source":"\xff\xfe"}'),
    }.items():
        got = served.exchange(sent, wait=0.7)
        check(f"{name}: no decision", ANSWER not in got, got[:300])
    check("it is well after broken requests", served.is_well())


def large(served, size):
    before = served.memory()
    head = f"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n".encode()
    got = served.exchange(head)
    check(f"a body of {size} bytes is refused by its length", b" 413 " in got, got)
    piece = b"a" * 65536
    with served.connect() as client:
        client.sendall(b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < size:
                client.sendall(b"10000\r\n" + piece + b"\r\n")
                sent += len(piece)
        except (ConnectionError, socket.timeout):
            pass
    check(f"a body of {size} bytes in chunks is cut off", sent < size, sent)
    grown = served.memory() - before
    check(f"it takes no memory ({grown:.0f} MB)", grown < (400 if served.is_sanitized else 30))
    check("it is well after large bodies", served.is_well())


def idle(served, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 1000), hard))
    before = served.memory()
    clients = []
    for i in range(count):
        client = served.connect()
        # A third is silent, a third has sent half of its headers, and a third has been answered once.
        if i % 3 == 1:
            client.sendall(b"POST /v1/decide HTTP/1.1\r\nHost: x\r\n")
        elif i % 3 == 2:
            client.sendall(post(REQUEST))
        clients.append(client)
    for client in clients[2::3]:
        got = b""
        while not got.endswith(ANSWER):
            got += client.recv(4096)
    begun = time.monotonic()
    well = all(served.is_well() for _ in range(20))
    took = (time.monotonic() - begun) / 20
    check(f"{count} idle connections: requests are answered ({took * 1000:.1f} ms each with their connection, "
          f"{served.memory() - before:.0f} MB more)", well)
    # Those that were answered before are as good as new.
    sample = clients[2::3][:50]
    for client in sample:
        client.sendall(post(REQUEST))
    answered = 0
    for client in sample:
        got = b""
        while not got.endswith(ANSWER):
            piece = client.recv(4096)
            if not piece:
                break
            got += piece
        answered += got.endswith(ANSWER)
    check("a connection that was idle is used again", answered == len(sample), answered)
    for client in clients:
        client.close()


def slow(tally):
    served = Served(tally, "--request-seconds", "1", "--idle-seconds", "1", "--connections", "64", "--threads", "2")
    clients = []
    # A byte every 0.3 seconds: never idle, and never done.
    heads = [b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nX-Slow: ", post(REQUEST)[:-len(REQUEST)]]
    for i in range(40):
        client = served.connect()
        client.sendall(heads[i % 2])
        clients.append(client)
    end = time.monotonic() + 20
    alive = set(range(len(clients)))
    while alive and time.monotonic() < end:
        for i in list(alive):
            try:
                clients[i].sendall(b" ")
                clients[i].setblocking(False)
                try:
                    if clients[i].recv(4096) == b"":
                        alive.discard(i)
                except BlockingIOError:
                    pass
                clients[i].setblocking(True)
            except OSError:
                alive.discard(i)
        time.sleep(0.3)
    check("slow clients are cut off", not alive, len(alive))
    check("it is well after slow clients", served.is_well())
    # More silent clients than there is room for give way to those that ask.
    crowd = [served.connect() for _ in range(80)]
    time.sleep(1.0)
    check("a crowd of silent clients does not hold it", served.is_well())
    for client in crowd + clients:
        client.close()
    code, rest = served.end()
    check("it stops in order", code == 0, rest)


def stop(tally):
    served = Served(tally, "--grace", "5")
    # A request that has begun, and ends after the signal.
    client = served.connect()
    client.sendall(post(REQUEST)[:-4])
    time.sleep(0.3)
    served.process.terminate()
    time.sleep(0.3)
    client.sendall(REQUEST[-4:])
    got = client.recv(4096)
    check("a request that was begun is finished after SIGTERM", got.endswith(ANSWER) and b"Connection: close" in got, got)
    client.close()
    check("it ends with 0", served.process.wait(timeout=10) == 0)


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    tally = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 200 << 20
    served = Served(tally)
    smuggling(served)
    broken(served)
    large(served, size)
    idle(served, count)
    code, rest = served.end()
    check("it stops in order", code == 0 and "ERROR" not in rest, rest)
    slow(tally)
    stop(tally)
    raise SystemExit(1 if failures else 0)


main()
