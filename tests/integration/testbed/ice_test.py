"""A socket bound to the browsers' address gets through ICE to a real Janus, which offers one
candidate, its own address. The INVITE it sends is answered by SIPp at the far end's address."""

import binascii
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import testbed_support as support

OUR_UFRAG, OUR_PASSWORD = "webu", "webpasswordwebpasswordwe"
OFFER = """v=0
o=- 1 1 IN IP4 10.99.0.2
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 0
c=IN IP4 10.99.0.2
a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:0 PCMU/8000
a=setup:actpass
a=fingerprint:sha-256 {fingerprint}
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=candidate:1 1 udp 2130706431 10.99.0.2 {port} typ host
a=end-of-candidates
"""


def attribute(kind, value):
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def binding_request(username, password):
    """RFC 8445, 7.2.2, signed as RFC 8489, 14.5 and 14.7 say."""
    attributes = (attribute(0x0006, username.encode()) + attribute(0x802A, bytes(8)) +
                  attribute(0x0025, b"") + attribute(0x0024, struct.pack("!I", 1853824767)))
    header = struct.pack("!HHI", 1, len(attributes) + 24, 0x2112A442) + os.urandom(12)
    attributes += attribute(0x0008, hmac.new(password.encode(), header + attributes,
                                             hashlib.sha1).digest())
    header = header[:2] + struct.pack("!H", len(attributes) + 8) + header[4:]
    crc = binascii.crc32(header + attributes) ^ 0x5354554E
    return header + attributes + attribute(0x8028, struct.pack("!I", crc))


class Janus:
    def __init__(self):
        self.url = "http://10.99.0.1:8088/janus"
        self.path = ""
        self.path += f"/{self.post(janus='create')['data']['id']}"
        self.session = self.path
        attached = self.post(janus="attach", plugin="janus.plugin.sip")
        self.path += f"/{attached['data']['id']}"

    def post(self, **message):
        body = json.dumps({**message, "transaction": "t"}).encode()
        with urllib.request.urlopen(self.url + self.path, body, timeout=10) as answer:
            return json.load(answer)

    def wait_for(self, name):
        while True:
            with urllib.request.urlopen(self.url + self.session, timeout=10) as answer:
                event = json.load(answer)
            result = event.get("plugindata", {}).get("data", {}).get("result", {})
            if event["janus"] == "event" and result.get("event") == name:
                return event


def call_inside():
    """Run in the namespace beside Janus: prints what a call's ICE came to, as JSON."""
    scenario = os.path.join(support.SIPP_SCENARIOS, "answer.xml")
    answerer = subprocess.Popen(["sipp", "-sf", scenario, "-i", "10.99.0.3", "-mi", "10.99.0.3",
                                 "-p", "5070", "-nostdin", "-cp", "0"],
                                stdout=subprocess.DEVNULL)
    browser = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    browser.bind(("10.99.0.2", 0))
    browser.settimeout(5)
    janus = Janus()
    janus.post(janus="message", body={"request": "register", "type": "guest",
                                      "username": "sip:web@10.99.0.1"})
    janus.wait_for("registered")
    offer = OFFER.format(fingerprint=":".join(["AB"] * 32), ufrag=OUR_UFRAG,
                         password=OUR_PASSWORD, port=browser.getsockname()[1])
    janus.post(janus="message", body={"request": "call", "uri": "sip:phone@10.99.0.3:5070"},
               jsep={"type": "offer", "sdp": offer.replace("\n", "\r\n")})
    answer = janus.wait_for("accepted")["jsep"]["sdp"]
    candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+)", answer)
    username = re.search(r"a=ice-ufrag:(\S+)", answer).group(1) + ":" + OUR_UFRAG
    password = re.search(r"a=ice-pwd:(\S+)", answer).group(1)
    request = binding_request(username, password)
    browser.sendto(request, (candidates[0][0], int(candidates[0][1])))
    response = b""
    while response[:2] != b"\x01\x01":
        response, source = browser.recvfrom(2000)
    answerer.kill()
    print(json.dumps({"candidates": [address for address, _ in candidates],
                      "response_from": source[0],
                      "same_transaction": response[4:20] == request[4:20]}))


class Ice(unittest.TestCase):
    def test_the_browsers_address_reaches_janus_and_only_its_own_address_is_offered(self):
        folder = tempfile.mkdtemp(prefix="ice-test-")
        self.addCleanup(shutil.rmtree, folder)
        result = support.run("janus-started", folder, sys.executable, os.path.abspath(__file__),
                             support.PROGRAM, "inside")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        found = json.loads(result.stdout.splitlines()[1])
        self.assertEqual(found, {"candidates": ["10.99.0.1"], "response_from": "10.99.0.1",
                                 "same_transaction": True})


if __name__ == "__main__":
    if "inside" in sys.argv:
        call_inside()
        sys.exit()
    support.skip_without_namespaces()
    support.skip_without("janus")
    support.skip_without("sipp")
    unittest.main(argv=["ice"], verbosity=2)
