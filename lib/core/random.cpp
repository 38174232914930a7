#include "core/random.h"

namespace janus_harness {
namespace {

std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

}  // namespace

Random::result_type Random::operator()() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
}

std::uint64_t Random::below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(*this);
}

double Random::unit() {
    return static_cast<double>((*this)() >> 11) * 0x1.0p-53;
}

std::string Random::text(std::size_t length, std::string_view alphabet) {
    std::string result(length, '\0');
    for (char& character : result) character = alphabet[below(alphabet.size())];
    return result;
}

std::string Random::token(std::size_t length) {
    return text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}

Random Random::fork(std::uint64_t stream) const {
    return Random(mix(state_ ^ mix(stream + 0x632be59bd9b4e019ULL)));
}

}  // namespace janus_harness
