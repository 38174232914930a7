#include "net/http_client.h"

#include <map>
#include <utility>

#include "net/http_transfer.h"

namespace janus_harness::net {

struct HttpClient::Requests {
    std::map<RequestId, std::unique_ptr<HttpTransfer>> under_way;
    RequestId last_id = 0;
};

HttpClient::HttpClient(Loop& loop, long max_connections)
    : multi_(std::make_shared<Multi>(loop, max_connections)),
      requests_(std::make_shared<Requests>()) {}

HttpClient::~HttpClient() {
    // The transfers give their handles back to the multi handle.
    requests_->under_way.clear();
}

HttpClient::RequestId HttpClient::send(HttpRequest request, Callback callback) {
    const RequestId id = ++requests_->last_id;
    // Weak: the callback may destroy the client.
    const std::weak_ptr<Requests> weak = requests_;
    auto finished = [weak, id, callback = std::move(callback)](Result<HttpResponse> result) {
        // The handle goes back before the callback, which may want to reuse its connection.
        if (const auto requests = weak.lock()) requests->under_way.erase(id);
        callback(Loop::now(), std::move(result));
    };
    requests_->under_way.emplace(
        id, std::make_unique<HttpTransfer>(multi_, std::move(request), std::move(finished)));
    return id;
}

void HttpClient::cancel(RequestId id) {
    requests_->under_way.erase(id);
}

std::size_t HttpClient::requests_under_way() const {
    return requests_->under_way.size();
}

std::uint64_t HttpClient::connections_opened() const {
    return multi_->connections_opened;
}

Loop& HttpClient::loop() {
    return multi_->loop();
}

std::shared_ptr<HttpClient::Multi> HttpClient::multi() {
    return multi_;
}

}  // namespace janus_harness::net
