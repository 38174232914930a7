"""The seed document "janus interaction flow", step by step on a real Janus 1.1.2: create, attach,
register, ack, poll, call with the seed's own offer, byte for byte (tests/golden/sdp/seed_offer.sdp).

What Janus 1.1.2 (libnice 0.1.21) makes of that offer, asserted below:
- The seed sends it under "jsep_dict". Janus knows only "jsep": it takes the message, ignores the
  key and the plugin answers with error 448, "Missing SDP".
- Under "jsep" it is accepted as it is. Nobody minds that the ice-pwd "printf`1" has 8 characters,
  where RFC 8839 5.4 asks for 22 at least, nor that "`" is no ice-char; nor that it has neither
  rtcp-mux nor candidates.
- The INVITE reaches the SIP side with all five formats as offered, on RTP/AVP and a port of Janus.
  o= keeps the user name, with a session id and version of Sofia's own. extmap, mid and msid go on
  to the phone, which can make nothing of them; fingerprint, setup, ICE, BUNDLE and ssrc are gone.
- The phone's answer comes back with `accepted`: its one codec, DTLS role active, ICE credentials
  and a host candidate of Janus.
- Janus checks a trickled candidate with a MESSAGE-INTEGRITY made with "printf`1": the malformed
  password is used as it stands. It answers our check with its own password. So ICE would succeed,
  and only the certificate behind the seed's fingerprint is missing for the call to have audio.
"""

import json
import os
import re
import socket
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import stun
from harness_support import (BINARY, ROOT, check, check_equal, finish, run_program,
                             skip_without_namespaces, temporary_folder)
from sip_phone import SipPhone, body, header

CALLEE = "2150_00014748"
SIP_PORT = 9500
ICE_UFRAG, ICE_PWD = "huanglin", "printf`1"
SEED_OFFER = os.path.join(ROOT, "tests", "golden", "sdp", "seed_offer.sdp")

PHONE_ANSWER = """v=0\r
o=- 1 1 IN IP4 {address}\r
s=-\r
c=IN IP4 {address}\r
t=0 0\r
m=audio 40000 RTP/AVP 0 101\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:101 telephone-event/8000\r
"""


class Janus:
    """The plain HTTP API: every request a POST, every event a GET."""

    def __init__(self, url):
        self.url, self.path, self.transactions = url, "", 0

    def post(self, **message):
        self.transactions += 1
        message["transaction"] = f"seed-{self.transactions}"
        request = urllib.request.Request(self.url + self.path, json.dumps(message).encode())
        with urllib.request.urlopen(request, timeout=10) as response:
            reply = json.load(response)
        check_equal(reply.get("transaction"), message["transaction"], "transaction of the reply")
        return reply

    def poll(self):
        session = "/" + self.path.split("/")[1]
        with urllib.request.urlopen(f"{self.url}{session}?maxev=1", timeout=35) as response:
            return json.load(response)

    def poll_sip(self, name):
        """The next event of the SIP plugin, which must be this one; others of Janus are shown."""
        while True:
            event = self.poll()
            if event["janus"] == "event":
                data = event["plugindata"]["data"]
                got = data.get("result", {}).get("event", data.get("error"))
                check_equal(got, name, "event of the plugin")
                print(f"    event {got}", data.get("result", data))
                return event
            print(f"    {event['janus']}")


def attributes(sdp):
    return re.findall(r"^a=(.*?)\r?$", sdp, re.M)


def value(sdp, name):
    return next((a.split(":", 1)[1] for a in attributes(sdp) if a.startswith(name + ":")), None)


def register(janus):
    reply = janus.post(janus="create")
    check_equal(reply["janus"], "success", "create")
    janus.path = f"/{reply['data']['id']}"
    reply = janus.post(janus="attach", plugin="janus.plugin.sip")
    check_equal(reply["janus"], "success", "attach")
    janus.path += f"/{reply['data']['id']}"
    # The seed's fields, with an account of the testbed.
    reply = janus.post(janus="message", body={
        "request": "register", "username": f"sip:1000@{os.environ['SIP_DOMAIN']}",
        "authuser": "1000", "display_name": "seed", "secret": "secret",
        "proxy": os.environ["SIP_PROXY"]})
    check_equal(reply["janus"], "ack", "reply to register")
    print("register: ack")
    event = janus.poll_sip("registering")
    check_equal(event["transaction"], "seed-3", "transaction of the event")
    event = janus.poll_sip("registered")
    check_equal(event["plugindata"]["data"]["result"]["username"], "1000", "who is registered")


def call(janus, uri, offer):
    request = {"request": "call", "uri": uri}
    reply = janus.post(janus="message", body=request, jsep_dict={"type": "offer", "sdp": offer})
    check_equal(reply["janus"], "ack", "reply to call with jsep_dict")
    print("call with jsep_dict: ack")
    event = janus.poll_sip("Missing SDP")
    check_equal(event["plugindata"]["data"].get("error_code"), 448, "its error code")
    reply = janus.post(janus="message", body=request, jsep={"type": "offer", "sdp": offer})
    check_equal(reply["janus"], "ack", "reply to call with jsep")
    print("call with jsep: ack")
    janus.poll_sip("calling")


def check_invite(invite, uri, offer):
    print("INVITE at the phone:\n" + "\n".join("    " + line for line in invite.splitlines()))
    check_equal(invite.split("\r\n", 1)[0], f"INVITE {uri} SIP/2.0", "request line")
    check(f"sip:1000@{os.environ['SIP_DOMAIN']}" in header(invite, "From"), "From", invite)
    sdp = body(invite)
    media = re.findall(r"^m=(.*?)\r$", sdp, re.M)
    check(len(media) == 1 and re.fullmatch(r"audio \d+ RTP/AVP 109 9 0 8 101", media[0]),
          "formats of the INVITE", media)
    check(sdp.split("\r\n")[1].startswith("o=mozilla...THIS_IS_SDPARTA-71.0 "), "o= line", sdp)
    check("193135304282057553" not in sdp, "session id is not the browser's")
    names = {attribute.split(":")[0] for attribute in attributes(sdp)}
    check_equal(names, {"rtpmap", "fmtp", "extmap", "mid", "msid"}, "attributes of the INVITE")
    for kept in ("rtpmap", "fmtp", "extmap", "msid"):
        check_equal(sorted(a for a in attributes(sdp) if a.startswith(kept + ":")),
                    sorted(a for a in attributes(offer) if a.startswith(kept + ":")),
                    f"{kept} as offered")


def check_answer(event):
    jsep = event.get("jsep", {})
    check_equal(jsep.get("type"), "answer", "type of the jsep with accepted")
    sdp = jsep.get("sdp", "")
    print("answer to the browser:\n" + "\n".join("    " + line for line in sdp.splitlines()))
    check("m=audio 9 UDP/TLS/RTP/SAVPF 0 101\r\n" in sdp, "formats of the answer", sdp)
    check_equal(value(sdp, "setup"), "active", "DTLS role of Janus")
    check_equal(value(sdp, "group"), "BUNDLE 0", "group")
    check_equal(value(sdp, "mid"), "0", "mid")
    check("rtcp-mux" in attributes(sdp), "rtcp-mux in the answer, though it was not offered")
    check(value(sdp, "fingerprint").startswith("sha-256 "), "fingerprint")
    return sdp


def check_ice(janus, answer):
    """One check each way between Janus's candidate and a socket of ours."""
    ufrag, password = value(answer, "ice-ufrag"), value(answer, "ice-pwd")
    candidate = value(answer, "candidate").split()
    browser = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    browser.bind((os.environ["BROWSER_ADDRESS"], 0))
    browser.settimeout(5)
    address, port = browser.getsockname()
    reply = janus.post(janus="trickle", candidate={
        "sdpMid": "0", "sdpMLineIndex": 0,
        "candidate": f"candidate:1 1 udp 2130706431 {address} {port} typ host"})
    check_equal(reply["janus"], "ack", "reply to trickle")
    browser.sendto(stun.binding_request(f"{ufrag}:{ICE_UFRAG}", password),
                   (candidate[4], int(candidate[5])))
    wanted = {stun.BINDING_REQUEST, stun.BINDING_SUCCESS}
    while wanted:
        message = browser.recv(2048)
        parsed = stun.parse(message)
        if not parsed or parsed[0] not in wanted:
            continue
        kind, found = parsed
        wanted.discard(kind)
        if kind == stun.BINDING_SUCCESS:
            check(stun.made_with(message, password), "Janus answers our check with its password")
            print("Janus's answer to our check is made with its own ice-pwd")
        else:
            check_equal(found[stun.USERNAME][0].decode(), f"{ICE_UFRAG}:{ufrag}", "USERNAME")
            check(stun.made_with(message, ICE_PWD), "Janus checks with the seed's ice-pwd")
            check(not stun.made_with(message, password), "the two passwords can be told apart")
            print(f"Janus's check is made with the seed's ice-pwd {ICE_PWD!r}")


def walk():
    """Runs in the testbed."""
    with open(SEED_OFFER, encoding="utf-8", newline="") as file:
        offer = file.read()
    check(f"a=ice-pwd:{ICE_PWD}\r\na=ice-ufrag:{ICE_UFRAG}\r\n" in offer, "the seed's offer")
    janus, phone = Janus(os.environ["JANUS_URL"]), SipPhone(os.environ["FAR_END_ADDRESS"], SIP_PORT)
    uri = f"sip:{CALLEE}@{os.environ['FAR_END_ADDRESS']}:{SIP_PORT}"
    register(janus)
    call(janus, uri, offer)
    invite = phone.receive("INVITE")
    check_invite(invite, uri, offer)
    phone.respond(invite, "180 Ringing")
    janus.poll_sip("ringing")
    janus.poll_sip("proceeding")
    phone.respond(invite, "200 OK", PHONE_ANSWER.format(address=os.environ["FAR_END_ADDRESS"]))
    phone.receive("ACK")
    check_ice(janus, check_answer(janus.poll_sip("accepted")))
    reply = janus.post(janus="message", body={"request": "hangup"})
    check_equal(reply["janus"], "ack", "reply to hangup")
    janus.poll_sip("hangingup")
    phone.respond(phone.receive("BYE"), "200 OK")
    janus.poll_sip("hangup")
    janus.path = "/" + janus.path.split("/")[1]
    check_equal(janus.post(janus="destroy")["janus"], "success", "destroy")
    finish()


if len(sys.argv) > 2:
    walk()
skip_without_namespaces()
with temporary_folder() as folder:
    inside = run_program(["testbed", "--log-folder", folder, "--", sys.executable, "-B", __file__,
                          BINARY, "inside"])
    print(inside.stdout + inside.stderr)
    check_equal(inside.returncode, 0, "exit code of the part inside the testbed")
finish()
