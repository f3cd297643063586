"""What both clients share: cases, checks that end the process, a proxy that fails first, many callers."""
import argparse
import http.client
import http.server
import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-b"
CALLERS = 64
CLIENTS = Path(__file__).resolve().parent.parent


def check(ok, message):
    if ok:
        return
    print(f"failed: {message}", file=sys.stderr, flush=True)
    sys.exit(1)


def done(what):
    print(f"ok: {what}", flush=True)


def options(package):
    """--endpoint host:port, --cases the file that `world` made; prints the version of the package."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--cases", required=True)
    given = parser.parse_args()
    print(f"{package} {version(package)}, Python {sys.version.split()[0]}", flush=True)
    return given


def cases(file):
    """(action, outcome, {wire name: text}) of each line."""
    rows = []
    for line in Path(file).read_text().splitlines():
        action, outcome, words = line.split("\t")
        parameters = dict(word.split("=", 1) for word in words.split())
        rows.append((action, outcome, parameters))
    return rows


def nested(parameters):
    """{"Tag.1.Key": "k"} as {"Tag": [{"Key": "k"}]}."""
    tree = {}
    for name, value in parameters.items():
        base, _, rest = name.partition(".")
        index, _, member = rest.partition(".")
        if not index.isdigit():
            tree[name] = value
            continue
        items = tree.setdefault(base, [])
        while len(items) < int(index):
            items.append({} if member else None)
        if member:
            items[int(index) - 1][member] = value
        else:
            items[int(index) - 1] = value
    return tree


def plain(name):
    return re.sub("[^a-z0-9]", "", name.lower())


def outcome_of(call, refusal, code_of):
    """(answer, "OK") or (None, the code of the package's own error)."""
    try:
        return call(), "OK"
    except refusal as error:
        return None, code_of(error)


def lab(endpoint, path, body):
    connection = http.client.HTTPConnection(endpoint)
    connection.request("POST", f"/_zonedisk/{path}", json.dumps(body))
    answer = connection.getresponse()
    check(answer.status == 200, f"{path}: {answer.status} {answer.read()}")


class Unavailable:
    """A proxy of the cloud that answers 503 to the first `times` requests."""

    def __init__(self, endpoint, times):
        self.left = times
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, kind, text = outer.answer(endpoint, self.command, self.path, body, self.headers)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"127.0.0.1:{self.server.server_port}"

    def answer(self, endpoint, method, path, body, headers):
        if self.left > 0:
            self.left -= 1
            text = {"RequestId": "0", "HostId": "proxy", "Code": "ServiceUnavailable", "Message": "Later."}
            return 503, "application/json;charset=utf-8", json.dumps(text).encode()
        connection = http.client.HTTPConnection(endpoint)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("content-type"), answer.read()


def at_once(call):
    """What CALLERS calls answer that start together."""
    barrier = threading.Barrier(CALLERS)

    def one(number):
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(one, range(CALLERS)))


def many_callers(create, attach):
    """`create(token)` and `attach(disk)` answer (value, code); the running instance is attach's own."""
    made = at_once(lambda _: create("same-token"))
    ids = {value for value, code in made if code == "OK"}
    codes = {code for _, code in made}
    check(len(ids) == 1, f"one token made the disks {ids}")
    check(codes <= {"OK", "LastTokenProcessing"}, f"CreateDisk with one token: {codes}")
    (disk,) = ids
    for _ in range(200):
        if create("same-token") == (disk, "OK"):
            break
        time.sleep(0.02)
    codes = sorted(code for _, code in at_once(lambda _: attach(disk)))
    check(codes.count("OK") == 1, f"AttachDisk at once: {codes}")
    check(set(codes) == {"OK", "IncorrectDiskStatus"}, f"AttachDisk at once: {set(codes)}")
    done(f"{CALLERS} callers at once: one disk of one token, one attachment")
