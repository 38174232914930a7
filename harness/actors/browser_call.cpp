// The media of a browser's call: from the descriptions to the last packet.
#include <fmt/format.h>

#include <algorithm>

#include "harness/actors/browser_actor.h"
#include "harness/media/call_audio.h"

namespace janus_harness::actors {

using reports::LatencyMetric;

namespace {

// The slug under which a failure of the media path is counted.
std::string media_reason(const std::string& code) {
    if (code == "dtls_fingerprint_mismatch") return code;
    if (code.starts_with("ice_")) return "ice_failed";
    if (code.starts_with("dtls_")) return "dtls_failed";
    if (code.starts_with("srtp_")) return "srtp_failed";
    return "no_media";
}

}  // namespace

run::CallTracker* BrowserActor::measured_tracker() {
    return part_ == BrowserPart::measured ? host_.tracker() : nullptr;
}

void BrowserActor::mark(LatencyMetric metric, TimePoint at) {
    if (auto* tracker = measured_tracker()) tracker->mark(metric, at);
}

bool BrowserActor::open_media(TimePoint now, const run::Command& command) {
    release_media(now);
    auto media = BrowserMedia::create(environment_, settings_, *this, host_.random(index_));
    if (!media) {
        fail_step(command, "no_media", fmt::format("no media socket: {}", media.error().message));
        return false;
    }
    media_ = std::move(media).value();
    webrtc_up_ = false;
    return true;
}

void BrowserActor::release_media(TimePoint now) {
    if (!media_) return;
    media_->close(now);
    if (media_->leg() != nullptr) {
        auto& audio = host_.audio();
        if (part_ == BrowserPart::measured) {
            audio.set_browser_leg(nullptr);
        } else {
            audio.set_far_leg(nullptr);
        }
    }
    // We may be inside a callback of its socket.
    std::shared_ptr<BrowserMedia> last(std::move(media_));
    environment_.loop.defer([last] {});
}

// Both descriptions are known: what is sent and what has to arrive is settled.
void BrowserActor::attach_leg() {
    media::AudioLegConfig config;
    config.stream_id = streams_.own;
    config.expected_stream_id = streams_.expected;
    if (streams_.silence_expected) config.expected = media::Content::silence;
    config.peer_known = host_.audio().far_end_ours();
    auto& recorder = environment_.recorder;
    const auto period = run::period_of(host_.tracker());
    config.delays = part_ == BrowserPart::measured ? &recorder.delays_from_far_end(period)
                                                   : &recorder.delays_to_far_end(period);
    const auto created = media_->create_leg(config);
    if (!created) {
        fail_call(net::Loop::now(), {"no_media", created.error().message});
        return;
    }
    auto& audio = host_.audio();
    if (part_ == BrowserPart::measured) {
        audio.set_browser_leg(media_->leg());
    } else {
        audio.set_far_leg(media_->leg());
        audio.set_far_end_is_browser();
    }
}

void BrowserActor::start_audio_if_ready(TimePoint now) {
    const bool answered = call_state_ == CallState::established || answer_seen_;
    if (!media_ || !media_->media_up() || media_->leg() == nullptr || !answered) return;
    auto& audio = host_.audio();
    if (part_ == BrowserPart::measured) {
        audio.browser_may_send(now, environment_.pacer);
    } else if (webrtc_up_) {
        audio.far_end_ready(now, environment_.pacer);
    }
    environment_.pacer_changed();
    media_->update(now);
}

void BrowserActor::on_ice_connected(TimePoint now) {
    mark(LatencyMetric::ice_connected, now);
    host_.emit(event_at(now, "ice_connected"));
}

void BrowserActor::on_dtls_connected(TimePoint now, const webrtc::DtlsConnected& details) {
    mark(LatencyMetric::dtls_connected, now);
    auto event = event_at(now, "dtls_connected");
    event.fields = {{"profile", std::string(srtp::profile_name(details.profile))},
                    {"version", details.version},
                    {"cipher", details.cipher}};
    host_.emit(std::move(event));
    if (part_ == BrowserPart::measured) report_fingerprint({});
    start_audio_if_ready(now);
}

// `mismatch` says what is wrong with it; empty: nothing.
void BrowserActor::report_fingerprint(const std::string& mismatch) {
    const bool matches = mismatch.empty();
    environment_.recorder.check(
        {.id = "dtls.fingerprint",
         .verdict = matches ? reports::CheckVerdict::passed : reports::CheckVerdict::failed,
         .requirement = "The certificate of the DTLS handshake matches the fingerprint in the SDP",
         .reference = "RFC 8122 6.2; RFC 5763 5",
         .level = "must",
         .expected = matches ? "" : "a certificate with the fingerprint of the SDP",
         .actual = mismatch},
        host_.call_id());
}

void BrowserActor::on_first_audio(TimePoint now) {
    if (part_ == BrowserPart::measured) {
        mark(LatencyMetric::first_audio_from_far_end, now);
    } else if (auto* tracker = host_.tracker()) {
        tracker->mark(LatencyMetric::first_audio_at_far_end, now);
    }
    host_.emit(event_at(now, "first_audio"));
    host_.audio_progress(now);
}

void BrowserActor::on_media_packet(TimePoint now) {
    if (host_.audio().awaits_packets()) host_.audio_progress(now);
}

void BrowserActor::audio_progress(TimePoint now) {
    if ((talk_ && (!talk_->flowing_since || talk_->stopping)) || hangup_) handle_call_timeout(now);
}

void BrowserActor::on_media_failed(TimePoint now, const Error& error) {
    if (error.code == "dtls_fingerprint_mismatch") report_fingerprint(error.message);
    // After the end of a call the peer's silence is its right.
    if (call_state_ == CallState::idle || call_state_ == CallState::ending) return;
    fail_call(now, {media_reason(error.code), error.message});
}

void BrowserActor::on_media_closed(TimePoint now) {
    host_.emit(event_at(now, "media_closed"));
}

// Whatever step waits for this actor fails, and the next one will.
void BrowserActor::fail_call(TimePoint at, run::Failure failure) {
    call_end_ = failure;
    auto event = event_at(at, "media_failed");
    event.fields = {{"reason", failure.reason}, {"text", failure.text}};
    event.failure = std::move(failure);
    event.fatal = true;
    host_.emit(std::move(event));
}

// Deadlines of a talk and of a hang-up that waits for the last packets.
void BrowserActor::handle_call_timeout(TimePoint now) {
    if (core_hangup_deadline_ && now >= *core_hangup_deadline_) {
        core_hangup_deadline_.reset();
        core_hangup_due_ = false;
    }
    if (waiting_ && handle_id_ != 0 && !core_hangup_due_) {
        const run::Command command = *waiting_;
        waiting_.reset();
        run(now, command);
    }
    auto& audio = host_.audio();
    if (talk_) continue_talk(now);
    if (hangup_ && (!audio.has_streams() || audio.drained(now))) {
        audio.note_drained(now);
        send_hangup(now);
    }
}

void BrowserActor::continue_talk(TimePoint now) {
    auto& audio = host_.audio();
    if (!talk_->flowing_since && audio.flowing_both_ways()) talk_->flowing_since = now;
    if (!talk_->flowing_since) {
        if (now >= talk_->command.planned + talk_->command.step->within) {
            const run::Command command = talk_->command;
            talk_.reset();
            fail_step(command, "no_media",
                      fmt::format("no audio both ways within {:g} s: {}",
                                  to_seconds(command.step->within), audio.missing()));
        }
    } else if (!talk_->stopping && now >= *talk_->flowing_since + talk_->action->duration) {
        talk_->stopping = true;
        audio.stop_sending(now);
    }
    if (talk_ && talk_->stopping && audio.drained(now)) {
        audio.note_drained(now);
        finish_talk(now);
        return;
    }
    arm_timer();
}

void BrowserActor::finish_talk(TimePoint now) {
    const std::size_t step = talk_->command.step->id;
    talk_.reset();
    arm_timer();
    host_.action_finished(step, now);
}

}  // namespace janus_harness::actors
