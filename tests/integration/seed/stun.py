"""As much of STUN (RFC 8489) as one connectivity check needs."""

import hashlib
import hmac
import os
import struct
import zlib

MAGIC = 0x2112A442
BINDING_REQUEST, BINDING_SUCCESS = 0x0001, 0x0101
USERNAME, MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE = 0x0006, 0x0008, 0x0024, 0x0025
FINGERPRINT, ICE_CONTROLLING = 0x8028, 0x802A


def _attribute(kind, value):
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _message(kind, transaction, attributes, extra):
    # The length counts what is still to come: the attribute that is computed over this.
    return struct.pack("!HHI", kind, len(attributes) + extra, MAGIC) + transaction + attributes


def binding_request(username, password):
    """A connectivity check of the controlling side that nominates its pair."""
    transaction = os.urandom(12)
    attributes = (_attribute(USERNAME, username.encode()) +
                  _attribute(PRIORITY, struct.pack("!I", 2130706431)) +
                  _attribute(ICE_CONTROLLING, os.urandom(8)) + _attribute(USE_CANDIDATE, b""))
    covered = _message(BINDING_REQUEST, transaction, attributes, 24)
    attributes += _attribute(MESSAGE_INTEGRITY,
                             hmac.new(password.encode(), covered, hashlib.sha1).digest())
    covered = _message(BINDING_REQUEST, transaction, attributes, 8)
    return covered + _attribute(FINGERPRINT, struct.pack("!I", zlib.crc32(covered) ^ 0x5354554E))


def parse(message):
    """Type and attributes {kind: (value, offset)}; None for what is no STUN."""
    if len(message) < 20 or struct.unpack("!I", message[4:8])[0] != MAGIC:
        return None
    attributes, offset = {}, 20
    while offset + 4 <= len(message):
        kind, length = struct.unpack("!HH", message[offset:offset + 4])
        attributes.setdefault(kind, (message[offset + 4:offset + 4 + length], offset))
        offset += 4 + length + -length % 4
    return struct.unpack("!H", message[:2])[0], attributes


def made_with(message, password):
    """Whether MESSAGE-INTEGRITY was computed with this password."""
    value, offset = parse(message)[1][MESSAGE_INTEGRITY]
    covered = message[:2] + struct.pack("!H", offset + 4) + message[4:offset]
    return hmac.compare_digest(value, hmac.new(password.encode(), covered, hashlib.sha1).digest())
