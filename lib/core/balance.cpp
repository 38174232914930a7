#include "core/balance.h"

#include <mutex>

namespace janus_harness {
namespace {

struct Registry {
    std::mutex mutex;
    std::map<std::string, std::atomic<std::int64_t>> counters;
};

Registry& registry() {
    static Registry instance;
    return instance;
}

}  // namespace

std::atomic<std::int64_t>& Balance::counter(const std::string& name) {
    const std::lock_guard lock(registry().mutex);
    return registry().counters[name];
}

std::map<std::string, std::int64_t> Balance::outstanding() {
    const std::lock_guard lock(registry().mutex);
    std::map<std::string, std::int64_t> result;
    for (const auto& [name, count] : registry().counters) {
        if (count != 0) result[name] = count;
    }
    return result;
}

}  // namespace janus_harness
