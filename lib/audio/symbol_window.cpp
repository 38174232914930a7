#include "audio/symbol_window.h"

#include <algorithm>

namespace janus_harness::audio {

std::uint32_t code_place(std::int64_t extended_sequence) {
    const std::int64_t remainder = extended_sequence % kCodePackets;
    return static_cast<std::uint32_t>(remainder < 0 ? remainder + kCodePackets : remainder);
}

// Majority vote (Boyer and Moore), so that a stray packet does not take a place for good.
void SymbolWindow::add(std::int64_t extended_sequence, std::uint8_t symbol) {
    ++packets_;
    Place& place = places_[code_place(extended_sequence)];
    if (place.votes == 0) {
        place = {symbol, 1};
    } else if (place.symbol == symbol) {
        place.votes = static_cast<std::uint8_t>(std::min(place.votes + 1, 255));
    } else {
        --place.votes;
    }
}

SymbolWindow::Fit SymbolWindow::fit(const IdentityCode& code) const {
    Fit best{.mismatched = UINT32_MAX, .runner_up = UINT32_MAX};
    for (std::uint32_t offset = 0; offset < kCodePackets; ++offset) {
        const std::uint32_t mismatched = votes_against(code, offset);
        if (mismatched < best.mismatched) {
            best.runner_up = best.mismatched;
            best.mismatched = mismatched;
            best.offset = offset;
        } else {
            best.runner_up = std::min(best.runner_up, mismatched);
        }
    }
    add_support(code, best);
    return best;
}

std::uint32_t SymbolWindow::votes_against(const IdentityCode& code, std::uint32_t offset) const {
    std::uint32_t votes = 0;
    for (std::uint32_t place = 0; place < kCodePackets; ++place) {
        if (places_[place].symbol != symbol_of_packet(code, place + offset)) {
            votes += places_[place].votes;
        }
    }
    return votes;
}

void SymbolWindow::add_support(const IdentityCode& code, Fit& fit) const {
    std::array<int, kCodeSymbols> balance{};
    for (std::uint32_t place = 0; place < kCodePackets; ++place) {
        const Place& heard = places_[place];
        const std::uint32_t k = (place + fit.offset) % kCodePackets / kSymbolPackets;
        const bool agrees = heard.symbol == code[k];
        if (agrees) fit.matched += heard.votes;
        balance[k] += agrees ? heard.votes : -heard.votes;
    }
    for (std::size_t k = 0; k < kCodeSymbols; ++k) {
        if (balance[k] > 0) fit.symbols = static_cast<std::uint8_t>(fit.symbols | 1 << k);
    }
}

std::optional<std::uint32_t> SymbolWindow::decode() const {
    for (std::uint32_t start = 0; start < kCodePackets; ++start) {
        IdentityCode code;
        bool whole = true;
        for (std::uint32_t k = 0; k < kCodeSymbols && whole; ++k) {
            whole =
                symbol_at(start + k * kSymbolPackets, code[k]) && (k > 0 || code[0] == kSyncSymbol);
        }
        if (!whole) continue;
        if (const auto stream_id = decode_identity(code)) return stream_id;
    }
    return std::nullopt;
}

// What the five places from `start` say, if they say anything and the same.
bool SymbolWindow::symbol_at(std::uint32_t start, std::uint8_t& symbol) const {
    bool heard = false;
    for (std::uint32_t i = 0; i < kSymbolPackets; ++i) {
        const Place& place = places_[(start + i) % kCodePackets];
        if (place.votes == 0) continue;
        if (heard && place.symbol != symbol) return false;
        symbol = place.symbol;
        heard = true;
    }
    return heard;
}

}  // namespace janus_harness::audio
