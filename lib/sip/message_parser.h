#pragma once

#include "core/datagram.h"
#include "core/result.h"
#include "sip/message.h"

namespace janus_harness::sip {

inline constexpr std::size_t max_message_size = 65535;

// Parses one UDP datagram (RFC 3261 7, 18.3): long or compact header names, folded lines, CRLF or
// bare LF. Without Content-Length the body is the rest; a shorter one cuts it.
//
// Error "sip_syntax" for what cannot even be answered: no start line, no valid top Via, NUL bytes
// in the head, more than max_message_size bytes. Everything else that is missing or malformed is
// named in Message::defect, so that a request can be answered 400.
Result<Message> parse_message(ByteView datagram);

}  // namespace janus_harness::sip
