#include "harness/media/call_audio.h"

#include <algorithm>

namespace janus_harness::media {

void CallAudio::set_browser_leg(AudioLeg* leg) {
    if (leg != browser_ && browser_ != nullptr) browser_->set_peer(nullptr);
    browser_ = leg;
    if (far_ != nullptr) far_->set_peer(leg);
    if (leg != nullptr) leg->set_peer(far_);
}

void CallAudio::set_far_leg(AudioLeg* leg) {
    if (leg != far_ && far_ != nullptr) far_->set_peer(nullptr);
    far_ = leg;
    if (browser_ != nullptr) browser_->set_peer(leg);
    if (leg != nullptr) leg->set_peer(browser_);
}

void CallAudio::release() {
    set_far_leg(nullptr);
    set_browser_leg(nullptr);
}

void CallAudio::browser_may_send(TimePoint now, Pacer& pacer) {
    browser_ready_ = true;
    start_ready(now, pacer);
}

void CallAudio::path_up(TimePoint now, Pacer& pacer) {
    path_up_ = true;
    start_ready(now, pacer);
}

void CallAudio::far_end_ready(TimePoint now, Pacer& pacer) {
    far_ready_ = true;
    start_ready(now, pacer);
}

void CallAudio::start_ready(TimePoint now, Pacer& pacer) {
    if (stopped_) return;
    if (browser_ != nullptr && browser_ready_ && (far_ready_ || !far_end_is_browser_)) {
        browser_->start(pacer, now);
    }
    if (far_ != nullptr && far_ready_ && (path_up_ || !far_end_waits_for_path_)) {
        far_->start(pacer, now);
    }
}

bool CallAudio::flowing_both_ways() const {
    const bool from_far_end = browser_ != nullptr && browser_->first_received().has_value();
    const bool to_far_end = far_ != nullptr && far_->first_received().has_value();
    return from_far_end && (to_far_end || !far_end_ours_);
}

std::string CallAudio::missing() const {
    if (browser_ == nullptr) return "the browser has no media";
    if (browser_->packets_sent() == 0)
        return "the browser could not send: its media path is not up";
    if (!browser_->first_received()) return "no RTP packet has reached the browser";
    return "no RTP packet has reached the far end";
}

bool CallAudio::sending() const {
    return (browser_ != nullptr && browser_->sending()) || (far_ != nullptr && far_->sending());
}

void CallAudio::stop_sending(TimePoint now) {
    if (stopped_) return;
    stopped_ = true;
    stopped_at_ = now;
    if (browser_ != nullptr) browser_->stop(now);
    if (far_ != nullptr) far_->stop(now);
}

bool CallAudio::drained(TimePoint now) const {
    if (!stopped_) return false;
    if (now >= *stopped_at_ + drain_limit_) return true;
    if (browser_ == nullptr || far_ == nullptr) return !has_streams();
    // An echo is sent when a packet arrives, so both directions are looked at together.
    return far_->packets_received() >= browser_->packets_sent() &&
           browser_->packets_received() >= far_->packets_sent();
}

std::optional<TimePoint> CallAudio::drain_deadline() const {
    if (!stopped_) return std::nullopt;
    return *stopped_at_ + drain_limit_;
}

void CallAudio::note_drained(TimePoint now) {
    if (drained(now)) in_order_ = true;
}

bool CallAudio::has_streams() const {
    const auto used = [](const AudioLeg* leg) {
        return leg != nullptr && (leg->packets_sent() > 0 || leg->packets_received() > 0);
    };
    return used(browser_) || used(far_);
}

void CallAudio::fill(reports::CallRecord& record) const {
    if (browser_ != nullptr) {
        browser_->fill(record.from_far_end);
        record.to_far_end.sent = browser_->packets_sent();
        record.codec = browser_->config().codec;
    }
    if (far_ != nullptr) {
        far_->fill(record.to_far_end);
        record.from_far_end.sent = far_->packets_sent();
    }
    for (reports::CallAudio* direction : {&record.to_far_end, &record.from_far_end}) {
        if (!direction->sent || !direction->received) continue;
        // More received than sent is impossible on a path that does not duplicate; what the
        // duplicate detection missed must not become a negative loss.
        const std::uint64_t received = std::min(*direction->received, *direction->sent);
        direction->lost = *direction->sent - received;
    }
    if (browser_ != nullptr) browser_->rate(record.from_far_end);
    if (far_ != nullptr) far_->rate(record.to_far_end);
}

}  // namespace janus_harness::media
