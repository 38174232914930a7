"""What a run is told may stand in the environment and in a file; the command line comes first."""

import contextlib
import os
import subprocess

import somebodys_network as network
import harness_support as support
from harness_support import check, check_equal


def options(accounts, phones):
    return {"url": network.HTTP_URL, "accounts": accounts, "far-end": "register",
            "far-end-accounts": phones, "sip-proxy": network.PROXY, "sip-domain": network.DOMAIN,
            "admin-url": network.ADMIN[1], "admin-secret": network.ADMIN[3], "calls": "2",
            "talk": "1"}


def run(folder, *arguments, environment=()):
    done = subprocess.run(
        [support.BINARY, "run", support.scenario("load/outgoing_call"), "--out", folder,
         *support.PATIENCE, *arguments],
        env={**support.environment(), **dict(environment)}, capture_output=True, text=True,
        timeout=60, stdin=subprocess.DEVNULL)
    return support.Run(folder, done)


def check_run(done, name, url, completed=2):
    if not support.check_passed(done, name):
        return
    check_equal((done.result["calls"]["completed"], done.result["run"]["janus"]["url"]),
                (completed, url), f"{name}: completed calls and URL")
    for file in ("result.json", "events.jsonl", "calls.csv", "junit.xml", "report.html"):
        check(network.ADMIN[3] not in done.text(file), f"{name}: no secret in {file}")


def main():
    network.enter("janus", "kamailio", "ip")
    with support.temporary_folder() as folder, contextlib.ExitStack() as stack:
        accounts, web = network.write_accounts(folder, "accounts.csv", 2, "web")
        phones, phone = network.write_accounts(folder, "phones.csv", 2, "phone")
        stack.enter_context(network.janus(folder))
        stack.enter_context(network.kamailio(folder, web + phone))
        given = options(accounts, phones)
        environment = {"JANUS_HARNESS_" + name.upper().replace("-", "_"): value
                       for name, value in given.items()}
        check_run(run(f"{folder}/environment", environment=environment), "environment",
                  network.HTTP_URL)
        check_run(run(f"{folder}/both", "--url", network.WS_URL, "--calls", "1",
                      environment=environment),
                  "the command line before the environment", network.WS_URL, 1)
        file = os.path.join(folder, "harness.conf")
        with open(file, "w", encoding="utf-8") as text:
            text.write("[run]\n")
            text.writelines(f'{name} = "{value}"\n' for name, value in given.items())
        check_run(run(f"{folder}/file", "--config", file), "file", network.HTTP_URL)
        check_run(run(f"{folder}/file-both", "--config", file, "--calls", "1"),
                  "the command line before the file", network.HTTP_URL, 1)
        with open(file, "a", encoding="utf-8") as text:
            text.write("no-such-option = 1\n")
        check_equal(run(f"{folder}/unknown", "--config", file).exit_code, 2,
                    "an unknown option in the file: exit code")
    support.finish()


main()
