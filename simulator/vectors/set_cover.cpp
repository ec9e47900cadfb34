#include "simulator/vectors/set_cover.h"

#include <algorithm>
#include <optional>

namespace tally {
namespace {

class CoverBranches {
 public:
  CoverBranches(const std::vector<Members>& sets, std::size_t members, std::size_t max_steps)
      : sets_(sets), members_(members), max_steps_(max_steps), with_(members) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      // A set within another one is never needed.
      const auto is_within = [&](std::size_t other) {
        return other != i && sets[other].contains(sets[i]) && (sets[other] != sets[i] || other < i);
      };
      bool needed = true;
      for (std::size_t other = 0; needed && other < sets.size(); ++other) needed = !is_within(other);
      if (!needed) continue;
      for (std::size_t m = 0; m < members; ++m) {
        if (sets[i].has(m)) with_[m].push_back(i);
      }
    }
  }

  SetCover run() {
    best_ = greedy();
    Members open(members_);
    for (std::size_t m = 0; m < members_; ++m) open.add(m);
    std::vector<std::size_t> chosen;
    branch(open, chosen);
    std::sort(best_.begin(), best_.end());
    return {best_, steps_ < max_steps_};
  }

 private:
  std::vector<std::size_t> greedy() const {
    std::vector<std::size_t> out;
    Members open(members_);
    for (std::size_t m = 0; m < members_; ++m) open.add(m);
    while (!open.is_empty()) {
      std::size_t best = 0, most = 0;
      for (std::size_t i = 0; i < sets_.size(); ++i) {
        if (const std::size_t n = sets_[i].common(open); n > most) {
          most = n;
          best = i;
        }
      }
      out.push_back(best);
      open -= sets_[best];
    }
    without_needless(out);
    return out;
  }

  // Leaves out each set whose members the others have, the last first.
  void without_needless(std::vector<std::size_t>& chosen) const {
    for (std::size_t i = chosen.size(); i-- > 0;) {
      Members others(members_);
      for (std::size_t j = 0; j < chosen.size(); ++j) {
        if (j != i) others |= sets_[chosen[j]];
      }
      if (others.contains(sets_[chosen[i]])) chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // How many sets are needed at least for the open members: members of which no set has two.
  std::size_t least_for(Members open) const {
    std::size_t n = 0;
    while (!open.is_empty()) {
      const std::size_t m = rarest(open);
      ++n;
      for (const std::size_t i : with_[m]) open -= sets_[i];
    }
    return n;
  }

  // The open member that the fewest sets have.
  std::size_t rarest(const Members& open) const {
    std::size_t best = members_;
    for (std::size_t m = 0; m < members_; ++m) {
      if (open.has(m) && (best == members_ || with_[m].size() < with_[best].size())) best = m;
    }
    return best;
  }

  void branch(const Members& open, std::vector<std::size_t>& chosen) {
    if (open.is_empty()) {
      if (chosen.size() < best_.size()) best_ = chosen;
      return;
    }
    if (++steps_ >= max_steps_ || chosen.size() + least_for(open) >= best_.size()) return;
    std::vector<std::size_t> next = with_[rarest(open)];
    std::stable_sort(next.begin(), next.end(),
                     [&](std::size_t a, std::size_t b) { return sets_[a].common(open) > sets_[b].common(open); });
    for (const std::size_t i : next) {
      if (steps_ >= max_steps_) return;
      Members rest = open;
      rest -= sets_[i];
      chosen.push_back(i);
      branch(rest, chosen);
      chosen.pop_back();
    }
  }

  const std::vector<Members>& sets_;
  const std::size_t members_, max_steps_;
  std::vector<std::vector<std::size_t>> with_;  // by member: the sets that have it
  std::vector<std::size_t> best_;
  std::size_t steps_ = 0;
};

}  // namespace

SetCover fewest_sets(const std::vector<Members>& sets, std::size_t members, std::size_t max_steps) {
  return CoverBranches(sets, members, max_steps).run();
}

}  // namespace tally
