"""An impairment drops every Nth RTP packet of one direction, and nothing else."""

import shutil
import socket
import sys
import unittest

import testbed_support as support

ADDRESSES = {"to_browser": ("10.99.0.1", "10.99.0.2"), "from_browser": ("10.99.0.2", "10.99.0.1"),
             "to_far_end": ("10.99.0.1", "10.99.0.3"), "from_far_end": ("10.99.0.3", "10.99.0.1")}
RTCP_TYPES = (192, 200, 201, 223)


class Path:
    """Sends packets from one address to another and counts those that arrive."""

    def __init__(self, source, destination):
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sender.bind((source, 0))
        self.receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.receiver.bind((destination, 0))
        # Local delivery is done when sendto() returns.
        self.receiver.setblocking(False)

    def passes(self, packet):
        self.sender.sendto(packet, self.receiver.getsockname())
        try:
            self.receiver.recv(2000)
            return True
        except BlockingIOError:
            return False


def send_inside():
    """Run in the namespace: 210 RTP packets each way of each leg, and others between them."""
    rtp = bytes([0x80, 0x00]) + bytes(170)
    rtp_with_marker = bytes([0xBF, 0x80 | 111]) + bytes(170)
    others = [bytes([0x80, kind]) + bytes(26) for kind in RTCP_TYPES]
    others += [bytes([0x00, 0x01]) + bytes(18), bytes([0x16, 0xFE]) + bytes(60),
               bytes([0x40, 0x00]) + bytes(60)]
    for name, addresses in ADDRESSES.items():
        path = Path(*addresses)
        arrived = [path.passes(rtp if number % 2 else rtp_with_marker) for number in range(210)]
        others_arrived = all(path.passes(packet) for packet in others * 30)
        lost = [number for number, passed in enumerate(arrived, start=1) if not passed]
        print(name, "others" if others_arrived else "OTHERS_LOST", *lost)


class Impairment(unittest.TestCase):
    def check(self, direction, every):
        result = support.run("impair", direction, str(every), sys.executable, __file__,
                             support.PROGRAM, "inside")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
        for name in ADDRESSES:
            expected = range(every, 211, every) if name == direction else []
            self.assertEqual(lines[name], ["others", *map(str, expected)], name)
        self.assertIn(f"matched=210 dropped={210 // every}", result.stdout)

    def test_every_20th_in_each_direction(self):
        for direction in ADDRESSES:
            with self.subTest(direction):
                self.check(direction, 20)

    def test_every_packet(self):
        self.check("to_browser", 1)


if __name__ == "__main__":
    if "inside" in sys.argv:
        send_inside()
        sys.exit()
    support.skip_without_namespaces()
    support.skip_without("nft")
    unittest.main(argv=["impairment"], verbosity=2)
