#include "harness/media/media_socket.h"

#include <algorithm>

#include "ice/packet_demux.h"
#include "ice/stun_message.h"

namespace janus_harness::media {
namespace {

constexpr std::size_t most_early = 2048;  // datagrams
constexpr Duration longest_early = std::chrono::seconds{4};

}  // namespace

Result<std::shared_ptr<MediaSocket>> MediaSocket::open(const Bind& bind, bool exclusive) {
    std::shared_ptr<MediaSocket> media(new MediaSocket);
    media->exclusive_ = exclusive;
    auto socket = bind([owner = media.get()](TimePoint arrival, const SocketAddress& remote,
                                             std::span<std::uint8_t> bytes) {
        owner->receive(arrival, remote, bytes);
    });
    if (!socket) return socket.error();
    media->socket_ = std::move(socket).value();
    return media;
}

void MediaSocket::receive(TimePoint arrival, const SocketAddress& remote,
                          std::span<std::uint8_t> bytes) {
    MediaPort* port = routes_.find(remote);
    if (port == nullptr) {
        port = find_owner(remote, bytes);
        if (port == nullptr) return keep_early(arrival, remote, bytes);
        port->claim(remote);
    }
    if (!port->heard_) {
        port->heard_ = true;
        std::erase(unheard_, port);
    }
    port->receiver_.receive(arrival, remote, bytes);
}

MediaPort* MediaSocket::find_owner(const SocketAddress& remote,
                                   std::span<const std::uint8_t> bytes) const {
    if (MediaPort* port = find_by_user_name(bytes)) return port;
    if (exclusive_) return only_;
    for (MediaPort* port : unheard_) {
        for (const SocketAddress& claimed : port->claimed_) {
            if (claimed.port() == remote.port()) return port;
        }
    }
    return nullptr;
}

void MediaSocket::keep_early(TimePoint arrival, const SocketAddress& remote,
                             std::span<const std::uint8_t> bytes) {
    while (!early_.empty() &&
           (early_.size() >= most_early || early_.front().arrival + longest_early < arrival)) {
        early_.pop_front();
        ++strays_;
    }
    early_.push_back({arrival, remote, Bytes(bytes.begin(), bytes.end())});
}

MediaPort* MediaSocket::find_by_user_name(std::span<const std::uint8_t> bytes) const {
    if (!ice::is_stun(bytes)) return nullptr;
    const auto ufrag = ice::destination_ufrag(bytes);
    if (!ufrag) return nullptr;
    const auto found = user_names_.find(*ufrag);
    return found == user_names_.end() ? nullptr : found->second;
}

void MediaSocket::set_polled(bool polled) {
    polled_ = polled;
    update_watch();
}

void MediaSocket::update_watch() {
    socket_->set_watched(!polled_ || urgent_ > 0);
}

MediaPort::MediaPort(std::shared_ptr<MediaSocket> socket, DatagramReceiver& receiver)
    : socket_(std::move(socket)), receiver_(receiver) {
    ++socket_->ports_;
    socket_->only_ = this;
}

MediaPort::~MediaPort() {
    release();
    --socket_->ports_;
    if (socket_->only_ == this) socket_->only_ = nullptr;
}

bool MediaPort::claim(const SocketAddress& remote) {
    MediaPort* owner = socket_->routes_.find(remote);
    if (owner == this) return true;
    if (owner != nullptr) {
        if (!owner->retired_) return false;
        std::erase(owner->claimed_, remote);
    }
    if (claimed_.empty()) socket_->unheard_.push_back(this);
    socket_->routes_.insert(remote, *this);
    claimed_.push_back(remote);
    return true;
}

void MediaPort::receive_early() {
    std::deque<MediaSocket::Early> kept;
    kept.swap(socket_->early_);
    for (MediaSocket::Early& early : kept) {
        const bool ours = socket_->routes_.find(early.remote) == this;
        if (ours && early.arrival < opened_) {
            // It was for a call that had this address before.
            ++socket_->strays_;
        } else if (ours) {
            socket_->receive(early.arrival, early.remote, early.bytes);
        } else {
            socket_->early_.push_back(std::move(early));
        }
    }
}

void MediaPort::claim_user_name(const std::string& ufrag) {
    user_name_ = ufrag;
    socket_->user_names_[ufrag] = this;
}

void MediaPort::release() {
    for (const SocketAddress& remote : claimed_) socket_->routes_.erase(remote);
    claimed_.clear();
    std::erase(socket_->unheard_, this);
    if (!user_name_.empty()) socket_->user_names_.erase(user_name_);
    user_name_.clear();
    set_urgent(false);
}

void MediaPort::set_urgent(bool urgent) {
    if (urgent == urgent_) return;
    urgent_ = urgent;
    if (urgent) {
        ++socket_->urgent_;
    } else {
        --socket_->urgent_;
    }
    socket_->update_watch();
}

}  // namespace janus_harness::media
