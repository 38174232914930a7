"""https and wss with a certificate of the deployment's own: trusted by --ca-file, taken on trust with
--insecure, and refused by name otherwise."""

import contextlib

import somebodys_network as network
import harness_support as support
from harness_support import check, check_equal

CALLS = 2


def main():
    network.enter("janus", "kamailio", "openssl", "ip")
    with support.temporary_folder() as folder, contextlib.ExitStack() as stack:
        accounts, web = network.write_accounts(folder, "accounts.csv", CALLS, "web")
        phones, phone = network.write_accounts(folder, "phones.csv", CALLS, "phone")
        ca_file = network.certificate(folder)
        stack.enter_context(network.janus(folder, secure=True))
        stack.enter_context(network.kamailio(folder, web + phone))
        for url in (network.HTTPS_URL, network.WSS_URL):
            network.wait_until(lambda: network.tls_answers(url), url)

        def run(name, url, *arguments):
            return support.run_scenario(
                support.scenario("load/outgoing_call"), "--url", url, "--accounts", accounts,
                "--far-end", "register", "--far-end-accounts", phones, "--sip-proxy",
                network.PROXY, "--sip-domain", network.DOMAIN, *network.ADMIN, "--calls",
                str(CALLS), "--talk", "1", *arguments, folder=f"{folder}/{name}")

        for scheme, url in (("https", network.HTTPS_URL), ("wss", network.WSS_URL)):
            for option in (["--ca-file", ca_file], ["--insecure"]):
                done = run(f"{scheme}{option[0]}", url, *option)
                if support.check_passed(done, f"{scheme} {option[0]}"):
                    check_equal(done.result["calls"]["completed"], CALLS, f"{scheme} {option[0]}")
                    check_equal(done.result["run"]["janus"]["transport"], scheme, "transport")
            done = run(f"{scheme}-untrusted", url)
            if support.check_passed(done, f"{scheme} untrusted", exit_code=3):
                reason = done.result["reason"]
                check(url in reason and "certificate" in reason, f"{scheme} untrusted: reason",
                      reason)
    support.finish()


main()
