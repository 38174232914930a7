"""Reads a pcap file of a loopback interface: UDP datagrams, and the HTTP requests in TCP streams."""

import collections
import re
import socket
import struct

# Times are seconds, as the kernel stamped the packet.
Datagram = collections.namedtuple("Datagram", "time source destination payload")
Request = collections.namedtuple("Request", "time body")

ETHERNET = 1


def frames(path):
    """(time, frame) of every packet in a pcap file with microseconds or nanoseconds."""
    with open(path, "rb") as file:
        content = file.read()
    magic, linktype = struct.unpack("<I", content[:4])[0], struct.unpack("<I", content[20:24])[0]
    if linktype != ETHERNET or magic not in (0xA1B2C3D4, 0xA1B23C4D):
        raise ValueError(f"no little-endian pcap of Ethernet: {magic:x}, link type {linktype}")
    unit = 1e-9 if magic == 0xA1B23C4D else 1e-6
    offset = 24
    while offset + 16 <= len(content):
        seconds, fraction, length, _ = struct.unpack("<IIII", content[offset:offset + 16])
        offset += 16
        yield seconds + fraction * unit, content[offset:offset + length]
        offset += length


def _transport(frame):
    """Protocol number, addresses and the transport's own header and payload, of IPv4."""
    if frame[12:14] != b"\x08\x00":
        return None
    header = (frame[14] & 15) * 4
    total = struct.unpack("!H", frame[16:18])[0]
    inner = frame[14 + header:14 + total]
    ports = struct.unpack("!HH", inner[:4])
    source, destination = (socket.inet_ntoa(frame[at:at + 4]) for at in (26, 30))
    return frame[23], (source, ports[0]), (destination, ports[1]), inner


def read(path):
    """All UDP datagrams, and all HTTP requests with a body."""
    datagrams, streams = [], collections.defaultdict(list)
    for time, frame in frames(path):
        found = _transport(frame)
        if found is None:
            continue
        protocol, source, destination, inner = found
        if protocol == socket.IPPROTO_UDP:
            datagrams.append(Datagram(time, source, destination, inner[8:]))
        elif protocol == socket.IPPROTO_TCP:
            payload = inner[(inner[12] >> 4) * 4:]
            if payload:
                streams[source, destination].append((time, payload))
    return datagrams, [r for segments in streams.values() for r in _requests(segments)]


def _requests(segments):
    """The requests of one direction of a connection; loopback neither loses nor reorders."""
    stream = b"".join(payload for _, payload in segments)
    for head in re.finditer(rb"POST [^\r]* HTTP/1\.1\r\n(?:[^\r]+\r\n)*\r\n", stream):
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head.group())
        if length:
            body = stream[head.end():head.end() + int(length.group(1))]
            yield Request(_time_at(segments, head.start()), body)


def _time_at(segments, position):
    """When the byte at this position of the stream was on the wire."""
    for time, payload in segments:
        if position < len(payload):
            return time
        position -= len(payload)
    raise ValueError("behind the end of the stream")


def is_rtp(payload):
    """RTP and not STUN, DTLS (RFC 7983) or RTCP (RFC 5761 4)."""
    return len(payload) >= 12 and payload[0] >> 6 == 2 and not 192 <= payload[1] <= 223
