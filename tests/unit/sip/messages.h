#pragma once

#include <string>
#include <string_view>

// Messages as real peers write them: Sofia-SIP as Janus 1.1.2 uses it, Kamailio 5.6. Line ends are
// added by wire().
namespace janus_harness::sip::messages {

// Lines end in LF here for legibility; on the wire in CRLF.
inline std::string wire(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

inline constexpr std::string_view sofia_sdp =
    "v=0\r\no=- 8253491342013421467 5274935163893462152 IN IP4 127.0.0.2\r\ns=-\r\nt=0 0\r\n"
    "m=audio 10042 RTP/AVP 0 101\r\nc=IN IP4 127.0.0.2\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

inline std::string with_sdp(std::string_view head) {
    return wire(head) + "Content-Length: " + std::to_string(sofia_sdp.size()) + "\r\n\r\n" +
           std::string(sofia_sdp);
}

inline std::string sofia_invite() {
    return with_sdp(R"(INVITE sip:phone@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.2:41234;rport;branch=z9hG4bKZ0y6ZcHNpp6Dg
Max-Forwards: 70
From: "Web \"1\"" <sip:web1@127.0.0.1>;tag=rQ3XaN0gFDjtc
To: <sip:phone@127.0.0.1:5060>
Call-ID: Lh1TgQbR6wOM0fYQAWzVgkq
CSeq: 132641533 INVITE
Contact: <sip:web1@127.0.0.2:41234>
User-Agent: Janus WebRTC Server SIP Plugin 0.0.8
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, MESSAGE, INFO, NOTIFY
Supported: replaces
X-Call-Token: a, b,c
Content-Type: application/sdp
Content-Disposition: session
)");
}

inline std::string sofia_register() {
    return wire(R"(REGISTER sip:127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.2:41234;rport;branch=z9hG4bKtgS9yF0SNFZQm
Max-Forwards: 70
From: <sip:web1@127.0.0.1>;tag=2mQD8vZ3cNmZc
To: <sip:web1@127.0.0.1>
Call-ID: 1f7eb0c9-5d1c-123f-5a8d-0242ac110002
CSeq: 132641530 REGISTER
Contact: <sip:web1@127.0.0.2:41234>
Expires: 3600
User-Agent: Janus WebRTC Server SIP Plugin 0.0.8
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, MESSAGE, INFO, NOTIFY
Supported: replaces
Content-Length: 0

)");
}

// Sofia's keep-alive to its own address of record, with compact header names.
inline std::string sofia_options() {
    return wire(R"(OPTIONS sip:web1@127.0.0.1 SIP/2.0
v: SIP/2.0/UDP 127.0.0.2:41234;rport;branch=z9hG4bK9r43SyjUcQyyS
Max-Forwards: 70
f: <sip:web1@127.0.0.1>;tag=Xyg2K1HtHmeNH
t: <sip:web1@127.0.0.1>
i: 1f8104f1-5d1c-123f-5a8d-0242ac110002
CSeq: 132641531 OPTIONS
l: 0

)");
}

inline std::string kamailio_invite() {
    return with_sdp(R"(INVITE sip:phone@127.0.0.1:5060 SIP/2.0
Record-Route: <sip:127.0.0.3;lr=on;ftag=rQ3XaN0gFDjtc;did=cdf.9d41>
Record-Route: <sip:127.0.0.4:5070;lr>, <sip:127.0.0.5;lr;r2=on>
Via: SIP/2.0/UDP 127.0.0.3;branch=z9hG4bK1c5f.5d0f7ac2f3a8cd7be7a2e93f6d1a9d9d.0
Via: SIP/2.0/UDP 127.0.0.2:41234;received=127.0.0.2;rport=41234;branch=z9hG4bKZ0y6ZcHNpp6Dg
Max-Forwards: 69
From: "Web 1" <sip:web1@example.test>;tag=rQ3XaN0gFDjtc
To: <sip:phone@example.test>
Call-ID: kamailio-Lh1TgQbR6wOM0fYQAWzVgkq
CSeq: 132641533 INVITE
Contact: <sip:web1@127.0.0.2:41234;alias=127.0.0.2~41234~1>
User-Agent: Janus WebRTC Server SIP Plugin 0.0.8
Content-Type: application/sdp
)");
}

inline std::string kamailio_challenge() {
    return wire(R"(SIP/2.0 401 Unauthorized
Via: SIP/2.0/UDP 127.0.0.1:5060;rport=5060;branch=z9hG4bKtest;received=127.0.0.1
From: <sip:phone@example.test>;tag=abc
To: <sip:phone@example.test>;tag=b27e1a1d33761e85846fc98f5f3a7e58.7aa9
Call-ID: reg-1
CSeq: 1 REGISTER
WWW-Authenticate: Digest realm="example.test", nonce="ZVrkXGVa4zCLMe1yXz2Rg5C9bPPaNw+q", qop="auth"
Server: kamailio (5.6.3 (x86_64/linux))
Content-Length: 0

)");
}

}  // namespace janus_harness::sip::messages
