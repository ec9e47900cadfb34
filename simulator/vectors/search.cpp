#include "simulator/vectors/search.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "simulator/vectors/clique.h"
#include "simulator/vectors/set_cover.h"

namespace tally {
namespace {

constexpr std::size_t max_work = 60'000'000;  // nodes that are made to look for better answers
constexpr std::size_t max_rounds = 60;        // orders that are tried
constexpr std::size_t max_idle_rounds = 12;   // of these without a better result

class VectorSearch {
 public:
  VectorSearch(MutantDetector& detector, MutantSpace& space, const Members& done,
               const std::function<void(const std::string&)>& step)
      : detector_(detector), space_(space), step_(step) {
    for (std::size_t i = 0; i < detector.mutants().size(); ++i) {
      if (!detector.mutants()[i].parts.empty() && !done.has(i)) mutants_.push_back(i);
    }
    lateness_.assign(mutants_.size(), 0);
  }

  FoundVectors run() {
    FoundVectors out;
    if (mutants_.empty()) return out;
    std::vector<std::size_t> order(mutants_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::size_t> narrowness;
    for (const std::size_t t : order) narrowness.push_back(d().support(parts(t).front().where).size());
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return narrowness[a] > narrowness[b]; });
    cover_in(order);
    leave_out_undetected();
    SetCover best = fewest_sets(detected_, mutants_.size());
    out.least = apart();
    std::minstd_rand random(1);
    for (std::size_t round = 0, idle = 0; best.sets.size() > out.least && round < max_rounds && idle < max_idle_rounds;
         ++round) {
      if (detector_.work() > max_work) break;
      order.resize(mutants_.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
      // Whatever was detected late is hard to detect, and comes first.
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return lateness_[a] > lateness_[b]; });
      cover_in(order);
      SetCover next = fewest_sets(detected_, mutants_.size());
      ++idle;
      if (next.sets.size() < best.sets.size()) idle = 0;
      if (next.sets.size() <= best.sets.size()) best = next;
    }
    for (const std::size_t i : best.sets) out.requests.push_back(pool_[i]);
    make_small(out.requests);
    return out;
  }

 private:
  Diagrams& d() { return space_.diagrams(); }
  const std::vector<ComparedMutant::Part>& parts(std::size_t t) const { return detector_.mutants()[mutants_[t]].parts; }

  // Adds requests to the pool that together detect all mutants, taken in this order.
  void cover_in(const std::vector<std::size_t>& order) {
    Members open(mutants_.size());
    for (const std::size_t t : order) open.add(t);
    for (std::size_t late = 0; !open.is_empty(); ++late) {
      step_(grouped(mutants_.size() - open.size()) + " of " + counted(mutants_.size(), "mutant"));
      const std::size_t seed = *std::find_if(order.begin(), order.end(), [&](std::size_t t) { return open.has(t); });
      lateness_[seed] += late;
      PossibleCalls calls = detector_.calls_of(parts(seed).front());
      for (const std::size_t t : order) {
        if (t != seed && open.has(t)) narrow(calls, t);
      }
      Members detected = detected_[add(detector_.request_in(calls), seed)];
      detected.add(seed);
      open -= detected;
    }
  }

  // Leaves only the calls that detect the mutant as well, if there are any.
  void narrow(PossibleCalls& calls, std::size_t t) {
    for (std::size_t i = 0; i < parts(t).size(); ++i) {
      if (detector_.narrow(calls, parts(t)[i])) return;
    }
  }

  Members among_mutants(const Detection& detection) const {
    Members out(mutants_.size());
    for (std::size_t t = 0; t < mutants_.size(); ++t) {
      if (detection.detects.has(mutants_[t])) out.add(t);
    }
    return out;
  }

  // Adds a request to the pool. If it has no values that detect the seed, the seed gets a request of its own.
  std::size_t add(Detection detection, std::size_t seed) {
    Members detected = among_mutants(detection);
    if (!detected.has(seed)) {
      detection = detector_.request_for(mutants_[seed]);
      detected = among_mutants(detection);
    }
    pool_.push_back(std::move(detection));
    detected_.push_back(std::move(detected));
    return pool_.size() - 1;
  }

  // Values were found for no request of such a mutant.
  void leave_out_undetected() {
    Members all(mutants_.size());
    for (const Members& detected : detected_) all |= detected;
    std::vector<std::size_t> left;
    for (std::size_t t = 0; t < mutants_.size(); ++t) {
      if (all.has(t)) left.push_back(mutants_[t]);
    }
    if (left.size() == mutants_.size()) return;
    mutants_ = std::move(left);
    lateness_.assign(mutants_.size(), 0);
    detected_.clear();
    for (const Detection& detection : pool_) detected_.push_back(among_mutants(detection));
  }

  // --- how many are needed at least ------------------------------------------------------------

  // Whether no call detects both. If that takes too long, they count as not apart.
  bool are_apart(std::size_t a, std::size_t b) {
    for (const Members& detected : detected_) {
      if (detected.has(a) && detected.has(b)) return false;
    }
    if (detector_.work() > max_work) return false;
    try {
      for (std::size_t i = 0; i < parts(a).size(); ++i) {
        for (std::size_t j = 0; j < parts(b).size(); ++j) {
          if (!detector_.are_apart(parts(a)[i], parts(b)[j])) return false;
        }
      }
    } catch (const NodeLimit&) {
      return false;
    }
    return true;
  }

  // The size of a set of mutants of which no call detects two.
  std::size_t apart() {
    const std::size_t n = mutants_.size();
    std::vector<Members> apart(n, Members(n));
    for (std::size_t a = 0; a < n; ++a) {
      step_("bound: " + grouped(a) + " of " + counted(n, "mutant"));
      for (std::size_t b = a + 1; b < n; ++b) {
        if (!are_apart(a, b)) continue;
        apart[a].add(b);
        apart[b].add(a);
      }
    }
    return largest_clique(apart);
  }

  // --- the requests that are shown ---------------------------------------------------------------

  // Makes each request the smallest that detects what no other one detects.
  void make_small(std::vector<Detection>& requests) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      Members others(detector_.mutants().size());
      for (std::size_t j = 0; j < requests.size(); ++j) {
        if (j != i) others |= requests[j].detects;
      }
      Members needed = requests[i].detects;
      needed -= others;
      std::optional<PossibleCalls> calls;
      for (std::size_t m = 0; m < detector_.mutants().size(); ++m) {
        if (!needed.has(m)) continue;
        const auto& mutant = detector_.mutants()[m];
        const auto& part = mutant.parts[*detector_.differing_part(m, requests[i].codes)];
        if (calls) {
          detector_.narrow(*calls, part);
        } else {
          calls = detector_.calls_of(part);
        }
      }
      if (!calls) continue;
      Detection smaller = detector_.request_in(*calls);
      if (smaller.detects.contains(needed) && smaller.document.size() < requests[i].document.size())
        requests[i] = std::move(smaller);
    }
    without_needless(requests);
  }

  // A request that became smaller may detect mutants that it did not detect before, so that another one is not needed.
  void without_needless(std::vector<Detection>& requests) const {
    for (std::size_t i = requests.size(); i-- > 0;) {
      Members others(detector_.mutants().size());
      for (std::size_t j = 0; j < requests.size(); ++j) {
        if (j != i) others |= requests[j].detects;
      }
      if (others.contains(requests[i].detects)) requests.erase(requests.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  MutantDetector& detector_;
  MutantSpace& space_;
  const std::function<void(const std::string&)>& step_;
  std::vector<std::size_t> mutants_;   // those that some call detects
  std::vector<std::size_t> lateness_;  // of each: how late it was detected so far
  std::vector<Detection> pool_;
  std::vector<Members> detected_;  // by request of the pool: indices into `mutants_`
};

}  // namespace

FoundVectors find_vectors(MutantDetector& detector, MutantSpace& space, const Members& done,
                          const std::function<void(const std::string&)>& step) {
  return VectorSearch(detector, space, done, step).run();
}

}  // namespace tally
