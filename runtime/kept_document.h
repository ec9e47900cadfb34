// A document that is bound alone and kept, over versions of its policy.
//
// In: the text of a document and its place. Out: for a version, what the document
// says of the version's elements, ready to be brought along. Always: the text is
// kept and read again only where the version asks other things of it; may be used
// from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/counted.h"
#include "runtime/policy_version.h"

namespace tally {

// A document in one version. Refers to defaults of the version.
struct DocumentBinding {
  std::uint64_t generation = 0;
  PlaceIndex place = 0;
  std::vector<ElementIndex> elements;                 // at and below the place, parents first
  std::shared_ptr<const std::vector<Fact>> facts;     // what the text says of each
  std::vector<const Fact*> values;                    // what stands at each, defaults taken
  std::vector<std::uint8_t> codes;                    // of each
  std::vector<ElementIndex> around;                   // objects around the document, which it makes present
};
using BindingResult = std::variant<std::shared_ptr<const DocumentBinding>, Failure>;

class ReloadablePolicy;

class KeptDocument : public Counted {
 public:
  // `version` is the first that it is bound to; `binding` is that.
  KeptDocument(Ref<ReloadablePolicy> policy, std::string place, std::string text,
               std::shared_ptr<const PolicyVersion> version, std::shared_ptr<const DocumentBinding> binding);
  ~KeptDocument() override;

  enum class Taken : std::uint8_t { carried, rebound, failed };
  // For a version; kept for the next who asks for the same one.
  BindingResult in(const std::shared_ptr<const PolicyVersion>& version, Taken* taken = nullptr);
  ReloadablePolicy& policy() const { return *policy_; }

 private:
  Ref<ReloadablePolicy> policy_;
  std::string place_, text_;
  std::mutex mutex_;
  struct Known {
    std::uint64_t generation;
    BindingResult result;
  };
  std::vector<Known> known_;  // of the last two versions
  // What the facts were read for; carrying compares with it.
  std::shared_ptr<const PolicyDescriptor> read_for_;
  std::shared_ptr<const DocumentBinding> last_;
};

// Binds a text for the first time.
BindingResult bind_text(const PolicyVersion& version, const std::string& place, const std::string& text);

}  // namespace tally
