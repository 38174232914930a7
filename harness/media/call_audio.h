#pragma once

#include <optional>
#include <string>

#include "core/time.h"
#include "harness/media/audio_leg.h"
#include "reports/call_record.h"

namespace janus_harness::media {

// The audio of one call, both ends: says when each end may send, stops both before the call is hung
// up, waits until what was sent has arrived, and so makes "sent minus received" exact.
//
// The browser sends once its DTLS handshake is done and the call was answered. The far end (with
// audio_start "media_up") sends once Janus has said webrtcup and its dialog is up: what it sent
// before could reach nobody. Both stop together.
class CallAudio {
  public:
    // Longest wait for packets that are still on their way.
    explicit CallAudio(Duration drain) : drain_limit_(drain) {}

    // A leg, or null when it goes. The legs are owned by their actors, which must take them away
    // here before they destroy them.
    void set_browser_leg(AudioLeg* leg);
    void set_far_leg(AudioLeg* leg);
    // The far end is a browser too: nothing reaches it before its own path is up.
    void set_far_end_is_browser() { far_end_is_browser_ = true; }
    // False where the far end is not ours: then only what the browser received is known.
    void set_far_end_ours(bool ours) { far_end_ours_ = ours; }
    bool far_end_ours() const { return far_end_ours_; }

    void browser_may_send(TimePoint now, Pacer& pacer);
    // Janus said webrtcup: the path is up for packets to the browser.
    void path_up(TimePoint now, Pacer& pacer);
    // The far end's dialog is up (or its early media began).
    void far_end_ready(TimePoint now, Pacer& pacer);
    // The far end sends from now on, whatever the path (audio_start "answer").
    void far_end_sends_at_once() { far_end_waits_for_path_ = false; }

    void expect_silence_at_far_end() {
        if (far_ != nullptr) far_->expect(Content::silence);
    }

    bool flowing_both_ways() const;
    // A packet that arrives now may be what a step waits for: the first ones, and those that were
    // on their way when the senders stopped.
    bool awaits_packets() const { return !in_order_ && (stopped_ || !flowing_both_ways()); }
    // Why not, for people: "no packet has reached the browser".
    std::string missing() const;
    bool sending() const;
    bool stopped() const { return stopped_; }
    void stop_sending(TimePoint now);
    // Everything sent has arrived, or the drain limit has passed since stop_sending().
    bool drained(TimePoint now) const;
    std::optional<TimePoint> drain_deadline() const;
    // True when the streams were stopped by us and drained: the counts are final and exact.
    bool ended_in_order() const { return in_order_; }
    void note_drained(TimePoint now);

    // Writes both directions into the record. Call it once, when the call is over.
    void fill(reports::CallRecord& record) const;
    bool has_streams() const;
    // Forgets both legs; neither knows the other any more.
    void release();
    // Null where there is no such leg.
    const AudioLeg* browser_leg() const { return browser_; }
    const AudioLeg* far_leg() const { return far_; }

  private:
    void start_ready(TimePoint now, Pacer& pacer);

    Duration drain_limit_;
    AudioLeg* browser_ = nullptr;
    AudioLeg* far_ = nullptr;
    bool far_end_ours_ = true;
    bool far_end_is_browser_ = false;
    bool browser_ready_ = false;
    bool path_up_ = false;
    bool far_ready_ = false;
    bool far_end_waits_for_path_ = true;
    bool stopped_ = false;
    bool in_order_ = false;
    std::optional<TimePoint> stopped_at_;
};

}  // namespace janus_harness::media
