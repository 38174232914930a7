"""A Janus that cannot be used is exit code 3 with the URL and the cause, before any call is placed."""

import contextlib
import http.server
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

OWN_PROXY = ["--far-end", "none", "--sip-proxy", "sip:127.0.0.1:5060", "--callee",
             "sip:100@127.0.0.1"]


def accounts(folder, count=2):
    path = os.path.join(folder, "accounts.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("username,authuser,secret,display_name\n")
        file.writelines(f"u{i},u{i},pw{i},\n" for i in range(count))
    return path


def run_against(url, folder, *more):
    return support.run_scenario(
        support.scenario("load/outgoing_call"), "--url", url, "--calls", "2", *OWN_PROXY,
        "--accounts", accounts(os.path.dirname(folder)), *more, folder=folder)


def check_exit_3(run, name, *words):
    if not support.check_passed(run, name, exit_code=3):
        return
    result = run.result
    check_equal(result["verdict"], "error", f"{name}: verdict")
    check_equal((result["calls"]["planned"], result["calls"]["started"]), (2, 0), f"{name}: calls")
    for word in words:
        check(word in result["reason"], f"{name}: the reason says \"{word}\"", result["reason"])
        check(word in run.output, f"{name}: so does the console", run.output)
    check(words[0] in run.text("junit.xml"), f"{name}: and junit.xml")


class Stranger(http.server.BaseHTTPRequestHandler):
    """A web server that is no Janus."""

    def answer(self):
        status, content_type, body = self.server.reply
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stranger(status, content_type, body):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    server.reply = (status, content_type, body)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def check_strangers(folder):
    for number, (reply, word) in enumerate((
            ((404, "text/html", b"<html>not found</html>"), "404"),
            ((200, "text/html", b"<html>It works!</html>"), "It works!"),
            ((200, "application/json", b'{"hello": 1}'), "hello"))):
        with stranger(*reply) as port:
            url = f"http://127.0.0.1:{port}/janus"
            check_exit_3(run_against(url, f"{folder}/stranger{number}"), f"a stranger ({word})",
                         url, word)
            # No web server speaks janus-protocol either.
            url = f"ws://127.0.0.1:{port}"
            check_exit_3(run_against(url, f"{folder}/ws{number}"), f"a stranger at ws ({word})",
                         url)


def check_testbed(folder):
    """A testbed whose Janus does not come up, or refuses us."""
    for janus, word in (("/bin/false", "exited with 1"), ("/nowhere/janus", "cannot be run")):
        run = support.run_scenario(support.scenario("load/outgoing_call"), "--janus", janus,
                                   folder=f"{folder}/{os.path.basename(janus)}")
        check_equal(run.exit_code, 3, f"--janus {janus}: exit code")
        check(word in run.output, f"--janus {janus}: \"{word}\"", run.output)
    secret = ["--janus-config", "janus.general.api_secret=open-sesame"]
    run = support.run_scenario(support.scenario("load/outgoing_call"), *secret, "--api-secret",
                               "open-sesame", "--calls", "1", "--talk", "1",
                               folder=f"{folder}/right")
    support.check_passed(run, "the right API secret")
    for file in ("result.json", "report.html", "events.jsonl", "junit.xml"):
        check("sesame\"" not in run.text(file) and " open-sesame" not in run.text(file),
              f"the API secret is masked in {file}")
    run = support.run_scenario(support.scenario("load/outgoing_call"), *secret, "--api-secret",
                               "wrong", "--calls", "1", "--talk", "1", folder=f"{folder}/wrong")
    if support.check_passed(run, "a wrong API secret", exit_code=1):
        check_equal(run.result["calls"]["failures"], {"create_failed_403": 1},
                    "a wrong API secret: calls.failures")
        text = run.result["failure_examples"][0]["text"]
        check("403" in text and "Unauthorized" in text, "a wrong API secret: explained", text)


def main():
    support.skip_without_namespaces()
    support.skip_without("janus")
    with support.temporary_folder() as folder:
        check_exit_3(run_against("http://127.0.0.1:1/janus", f"{folder}/http"), "nobody at http",
                     "http://127.0.0.1:1/janus", "connect")
        check_exit_3(run_against("ws://127.0.0.1:1", f"{folder}/ws"), "nobody at ws",
                     "ws://127.0.0.1:1", "connect")
        check_exit_3(run_against("https://127.0.0.1:1/janus", f"{folder}/https"),
                     "nobody at https", "https://127.0.0.1:1/janus")
        check_exit_3(run_against("http://no-such-host.invalid/janus", f"{folder}/dns"),
                     "an unknown host", "http://no-such-host.invalid/janus")
        check_strangers(folder)
        check_testbed(folder)
    support.finish()


main()
