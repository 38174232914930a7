#pragma once

#include <map>
#include <optional>
#include <string>

#include "net/timer.h"
#include "transport/janus_transport.h"

namespace janus_harness::transport {

// A POST a request, and one long-poll GET at a time once the session exists. A poll that is cut
// short is named by a ProtocolError "janus_poll_cut_short" of the session and repeated with
// back-off; so is one whose answer holds nothing of use, which the session names. A POST that
// libcurl had to send twice is named "http_request_repeated": Janus may have got both. HTTP 404 on
// the poll is SessionTimedOut; 403, or too many failures in a row, is ConnectionLost.
class JanusHttpTransport : public JanusTransport {
  public:
    JanusHttpTransport(net::HttpClient& client, std::string url, JanusTransportOptions options,
                       janus::Session& session, ActivityCallback on_activity);
    ~JanusHttpTransport() override;

    void connect() override {}
    void flush() override;
    void close() override;
    JanusTransportStatistics statistics() const override { return statistics_; }

  private:
    void post(janus::Outgoing outgoing);
    void handle_answer(TimePoint now, const std::string& transaction,
                       const Result<net::HttpResponse>& answer);
    void keep_polling();
    void poll();
    std::string poll_url() const;
    void handle_poll(TimePoint now, const Result<net::HttpResponse>& answer);
    void handle_poll_cut_short(TimePoint now, const Error& error);
    void back_off(TimePoint now, const Error& error);
    void tell_owner(TimePoint now);

    net::HttpClient& client_;
    net::HttpLane lane_;
    std::string url_;
    JanusTransportOptions options_;
    janus::Session& session_;
    ActivityCallback on_activity_;
    JanusTransportStatistics statistics_;
    std::map<std::string, net::HttpClient::RequestId> requests_;  // by transaction
    std::optional<net::HttpClient::RequestId> poll_;
    net::Timer poll_timer_;
    int poll_failures_ = 0;  // in a row
    bool closed_ = false;
};

}  // namespace janus_harness::transport
