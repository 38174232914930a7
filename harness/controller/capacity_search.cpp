#include "harness/controller/capacity_search.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace janus_harness::controller {
namespace {

// How much larger the next level is while nothing has broken.
constexpr double usual_growth = 2;
constexpr double most_growth = 4;
// The utilisation that a step which knows it aims at.
constexpr double aimed_utilisation = 0.85;
// A system that does not carry this part of the first level is not searched further.
constexpr double smallest_part = 1.0 / 64;
// A generator that is invalid while less than this is used was not pushed aside by the system.
constexpr double spare = 0.5;
constexpr unsigned invalid_trials_that_count = 2;
constexpr unsigned good_trials_that_confirm = 2;

constexpr std::array<std::string_view, 6> kind_names{"limit",       "upper_end",       "at_least",
                                                     "below_first", "generator_first", "gave_up"};

}  // namespace

std::string_view name(CapacityConclusion::Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

unsigned CapacitySearch::count(double level, TrialVerdict verdict) const {
    return static_cast<unsigned>(
        std::count_if(trials_.begin(), trials_.end(), [&](const Trial& trial) {
            return trial.level == level && trial.outcome.verdict == verdict;
        }));
}

CapacitySearch::Standing CapacitySearch::standing(double level) const {
    if (count(level, TrialVerdict::broken) > 0) return Standing::broken;
    if (count(level, TrialVerdict::generator_invalid) >= invalid_trials_that_count) {
        return Standing::generator;
    }
    return count(level, TrialVerdict::good) > 0 ? Standing::good : Standing::generator;
}

bool CapacitySearch::doubtful(double level) const {
    return standing(level) == Standing::generator &&
           count(level, TrialVerdict::generator_invalid) < invalid_trials_that_count;
}

bool CapacitySearch::looks_like_a_stall(const Trial& trial) const {
    return doubtful(trial.level) && trial.outcome.utilisation.value_or(0) < spare;
}

std::optional<double> CapacitySearch::lowest_not_good() const {
    std::optional<double> lowest;
    for (const Trial& trial : trials_) {
        if (standing(trial.level) == Standing::good) continue;
        lowest = std::min(trial.level, lowest.value_or(trial.level));
    }
    return lowest;
}

// Below every level that is not good: what held above one of these was luck.
std::optional<double> CapacitySearch::highest_good() const {
    const auto limit = lowest_not_good();
    std::optional<double> highest;
    for (const Trial& trial : trials_) {
        if (standing(trial.level) != Standing::good || (limit && trial.level >= *limit)) continue;
        highest = std::max(trial.level, highest.value_or(trial.level));
    }
    return highest;
}

double CapacitySearch::least() const {
    return options_.whole_numbers ? 1 : options_.from * smallest_part;
}

double CapacitySearch::rounded(double level) const {
    return options_.whole_numbers ? std::round(level) : level;
}

bool CapacitySearch::close_enough(double low, double high) const {
    return high <= low * (1 + options_.precision) || (options_.whole_numbers && high - low <= 1);
}

double CapacitySearch::larger(double level) const {
    double growth = usual_growth;
    for (const Trial& trial : trials_) {
        const auto& used = trial.outcome.utilisation;
        if (trial.level != level || !used || *used <= 0) continue;
        growth = std::clamp(aimed_utilisation / *used, 1 + options_.precision, most_growth);
    }
    double next = rounded(level * growth);
    if (options_.whole_numbers) next = std::max(next, level + 1);
    return options_.to ? std::min(next, *options_.to) : next;
}

double CapacitySearch::smaller(double level) const {
    return std::max(least(), rounded(level / 2));
}

double CapacitySearch::between(double low, double high) const {
    const double middle = rounded(std::sqrt(low * high));
    return options_.whole_numbers ? std::clamp(middle, low + 1, high - 1) : middle;
}

std::optional<double> CapacitySearch::next_level() const {
    if (trials_.empty()) return options_.from;
    if (trials_.size() >= options_.most_trials) return std::nullopt;
    if (looks_like_a_stall(trials_.back())) return trials_.back().level;
    const auto good = highest_good();
    const auto above = lowest_not_good();
    if (!above) {
        if (options_.to && *good >= *options_.to) return std::nullopt;
        return larger(*good);
    }
    if (!good) {
        if (doubtful(*above)) return above;
        if (*above <= least()) return std::nullopt;
        return smaller(*above);
    }
    if (!close_enough(*good, *above)) return between(*good, *above);
    if (doubtful(*above)) return above;
    if (count(*good, TrialVerdict::good) < good_trials_that_confirm) return good;
    return std::nullopt;
}

void CapacitySearch::finished(TrialOutcome outcome) {
    if (const auto level = next_level()) trials_.push_back({*level, outcome});
}

CapacityConclusion CapacitySearch::conclusion() const {
    using Kind = CapacityConclusion::Kind;
    CapacityConclusion conclusion;
    conclusion.level = highest_good();
    conclusion.above = lowest_not_good();
    if (conclusion.level) {
        conclusion.confirmed =
            count(*conclusion.level, TrialVerdict::good) >= good_trials_that_confirm;
    }
    if (next_level() || trials_.size() >= options_.most_trials) return conclusion;
    if (!conclusion.above) {
        conclusion.kind = Kind::upper_end;
        return conclusion;
    }
    const bool generator = standing(*conclusion.above) == Standing::generator;
    if (!conclusion.level) {
        conclusion.kind = generator ? Kind::generator_first : Kind::below_first;
    } else {
        conclusion.kind = generator ? Kind::at_least : Kind::limit;
    }
    return conclusion;
}

}  // namespace janus_harness::controller
