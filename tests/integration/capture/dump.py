"""Writes what passes the loopback interface to a pcap file, until it is interrupted: for a tcpdump
that cannot do it, because it insists on changing its user, which a user namespace does not allow.

Usage: dump.py FILE; says "listening on lo" on standard error when it does.
"""

import signal
import socket
import struct
import sys

ALL_PROTOCOLS, PACKET_OUTGOING, SO_TIMESTAMPNS = 3, 4, 35
SNAP_LENGTH = 262144


def interrupt(*_):
    raise KeyboardInterrupt


def main(path):
    signal.signal(signal.SIGINT, interrupt)
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
    packets.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    packets.bind(("lo", 0))
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, SNAP_LENGTH, 1))
        print("listening on lo", file=sys.stderr, flush=True)
        while True:
            frame, ancillary, _, address = packets.recvmsg(SNAP_LENGTH, 64)
            # The loopback interface shows every packet twice: going out and coming in.
            if address[2] == PACKET_OUTGOING:
                continue
            time = next(data for _, kind, data in ancillary if kind == SO_TIMESTAMPNS)
            seconds, nanoseconds = struct.unpack("qq", time)
            file.write(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)


try:
    main(sys.argv[1])
except KeyboardInterrupt:
    pass
