"""A phone that a test plays by hand: it reads one SIP request and writes one response at a time."""

import re
import socket


class SipPhone:
    def __init__(self, address, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.socket.settimeout(5)
        self.peer = None

    def receive(self, method):
        """The next request of this method; retransmissions of others are passed over."""
        while True:
            datagram, self.peer = self.socket.recvfrom(65535)
            text = datagram.decode()
            if text.startswith(method + " "):
                return text

    def respond(self, request, status, body=""):
        lines = [f"SIP/2.0 {status}"]
        lines += re.findall(r"^(?:Via|From|Call-ID|CSeq): .*(?=\r$)", request, re.M)
        lines.append(header(request, "To") + ("" if "tag=" in header(request, "To")
                                              else ";tag=phone"))
        address, port = self.socket.getsockname()
        lines.append(f"Contact: <sip:{address}:{port}>")
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.peer)


def header(message, name):
    """The whole line of a header; the empty text where there is none."""
    found = re.search(rf"^{name}: .*(?=\r$)", message, re.M)
    return found.group() if found else ""


def body(message):
    return message.split("\r\n\r\n", 1)[1]
