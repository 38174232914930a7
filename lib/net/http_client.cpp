#include "net/http_client.h"

#include <algorithm>
#include <map>
#include <utility>

#include "net/http_transfer.h"

namespace janus_harness::net {

struct HttpClient::Requests {
    std::map<RequestId, std::unique_ptr<HttpTransfer>> under_way;
    RequestId last_id = 0;
};

struct HttpClient::Lanes {
    struct Lane {
        std::shared_ptr<Multi> multi;
        std::size_t users = 0;
    };

    Lanes(Loop& owning_loop, long connections) : loop(owning_loop), max_connections(connections) {
        add();
    }
    void add() { lanes.push_back({std::make_shared<Multi>(loop, max_connections, pool), 0}); }
    const std::shared_ptr<Multi>& multi(std::size_t lane) const { return lanes.at(lane).multi; }

    Loop& loop;
    long max_connections;
    std::shared_ptr<EasyPool> pool = std::make_shared<EasyPool>();
    std::vector<Lane> lanes;
};

HttpClient::HttpClient(Loop& loop, long max_connections)
    : lanes_(std::make_shared<Lanes>(loop, max_connections)),
      requests_(std::make_shared<Requests>()) {}

HttpClient::~HttpClient() {
    // The transfers give their handles back to the multi handles.
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
    const auto& multi = lanes_->multi(request.lane);
    requests_->under_way.emplace(
        id, std::make_unique<HttpTransfer>(multi, std::move(request), std::move(finished)));
    return id;
}

void HttpClient::cancel(RequestId id) {
    requests_->under_way.erase(id);
}

std::size_t HttpClient::requests_under_way() const {
    return requests_->under_way.size();
}

std::uint64_t HttpClient::connections_opened() const {
    std::uint64_t opened = 0;
    for (const auto& lane : lanes_->lanes) opened += lane.multi->connections_opened;
    return opened;
}

Loop& HttpClient::loop() {
    return lanes_->loop;
}

std::shared_ptr<HttpClient::Multi> HttpClient::multi() {
    return lanes_->multi(0);
}

HttpLane::HttpLane(HttpClient& client) : client_(client) {
    auto& lanes = client_.lanes_->lanes;
    const auto with_room = std::find_if(lanes.begin(), lanes.end(),
                                        [](const auto& lane) { return lane.users < most_users; });
    number_ = static_cast<std::size_t>(with_room - lanes.begin());
    if (with_room == lanes.end()) client_.lanes_->add();
    ++lanes[number_].users;
}

HttpLane::~HttpLane() {
    --client_.lanes_->lanes[number_].users;
}

}  // namespace janus_harness::net
