#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace janus_harness::controller {

enum class TrialVerdict {
    good,               // everything held
    broken,             // a threshold broke, calls failed, or Janus died
    generator_invalid,  // says nothing about Janus
};

struct CapacityOptions {
    double from = 1;             // the first level, > 0
    std::optional<double> to{};  // the highest level, >= from
    double precision = 0.1;      // the search ends when the bounds are this close to each other
    bool whole_numbers = true;   // clients are, rates are not
    unsigned most_trials = 30;
};

struct TrialOutcome {
    TrialVerdict verdict = TrialVerdict::good;
    // How much of the scarcest resource was used, 0 to 1, where that is known: the steps up are
    // then as large as they can be, and small where little is left.
    std::optional<double> utilisation;
};

// What the search has come to.
struct CapacityConclusion {
    enum class Kind {
        limit,            // `level` held (twice), `above` broke
        upper_end,        // every level held, up to the highest that was asked for
        at_least,         // `level` held; at `above` the generator itself gave up
        below_first,      // not even the lowest level that was tried held
        generator_first,  // the generator gave up at the lowest level that was tried
        gave_up,          // too many trials: results contradict each other
    };
    Kind kind = Kind::gave_up;
    std::optional<double> level;  // the highest that is good
    bool confirmed = false;       // by a second trial
    std::optional<double> above;  // the lowest that is not
};

// "limit", "upper_end" and so on.
std::string_view name(CapacityConclusion::Kind kind);

// Finds the highest level of load that a system carries: rises until a trial is not good, narrows
// down by bisection, and confirms the highest good level by a second trial. Sans-IO: says which
// level to try next and is told what came of it.
//
// A level at which the generator was invalid is tried once more before the conclusion rests on it,
// because a single stall of a shared machine is enough for it: at once where the system had spare
// resources, else when the search has come down to it. A good level that breaks when it is
// confirmed counts as broken, and the search goes on below it.
class CapacitySearch {
  public:
    explicit CapacitySearch(CapacityOptions options) : options_(options) {}

    // The level of the next trial; nullopt when the search is over. Asking again without
    // finished() gives the same level.
    std::optional<double> next_level() const;
    // What came of the trial at next_level().
    void finished(TrialOutcome outcome);
    // After the search, or at any time what is known by then.
    CapacityConclusion conclusion() const;

  private:
    struct Trial {
        double level = 0;
        TrialOutcome outcome;
    };
    // What the trials at one level come to.
    enum class Standing { good, broken, generator };

    Standing standing(double level) const;
    std::optional<double> lowest_not_good() const;
    std::optional<double> highest_good() const;
    // The generator was invalid there, but only once: it may have been chance.
    bool doubtful(double level) const;
    bool looks_like_a_stall(const Trial& trial) const;
    unsigned count(double level, TrialVerdict verdict) const;
    bool close_enough(double low, double high) const;
    double least() const;
    double rounded(double level) const;
    double larger(double level) const;
    double smaller(double level) const;
    double between(double low, double high) const;

    CapacityOptions options_;
    std::vector<Trial> trials_;
};

}  // namespace janus_harness::controller
