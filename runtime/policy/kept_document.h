// A document that is bound alone and kept, over versions of its policy.
//
// In: the text of a document and its place. Out: for a version, what the document
// says of the version's elements, ready to be brought along. Always: the text is
// kept and read again only where the version asks other things of it; what it is in
// a version lives as long as both; may be used from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/policy/policy_version.h"
#include "runtime/support/counted.h"

namespace tally {

// A document in one version. Refers to defaults of the version.
struct DocumentBinding {
  // A code of a call that the document says.
  struct Placed {
    std::uint32_t offset;
    std::uint8_t code;
  };
  PlaceIndex place = 0;
  std::vector<ElementIndex> elements;              // at and below the place, parents first
  std::shared_ptr<const std::vector<Fact>> facts;  // what the text says of each
  std::vector<const Fact*> values;                 // what stands at each, defaults taken
  std::vector<Placed> codes;                       // of those that have one
  std::vector<ElementIndex> around;                // objects around the document, which it makes present
};
using MadeBinding = std::variant<std::unique_ptr<const DocumentBinding>, Failure>;
// Belongs to the document, and is there as long as somebody holds the document and
// the version.
using BindingResult = std::variant<const DocumentBinding*, Failure>;

class ReloadablePolicy;

class KeptDocument : public Counted {
 public:
  // `version` is the first that it is bound to; `binding` is that.
  KeptDocument(Ref<ReloadablePolicy> policy, std::string place, std::string text,
               const std::shared_ptr<const PolicyVersion>& version, std::unique_ptr<const DocumentBinding> binding);
  ~KeptDocument() override;

  enum class Taken : std::uint8_t { carried, rebound, failed };
  // For a version; kept for the next who asks for the same one.
  BindingResult in(const std::shared_ptr<const PolicyVersion>& version, Taken* taken = nullptr);

  // Likewise where it was bound to the version already: takes no lock. Null: ask `in`.
  const DocumentBinding* known_in(const PolicyVersion& version) const {
    const Recent& recent = recent_[version.serial() % recent_.size()];
    if (recent.serial.load(std::memory_order_acquire) != version.serial()) return nullptr;
    const DocumentBinding* const binding = recent.binding.load(std::memory_order_acquire);
    // No version has the number of another: where it is the same still, the binding is its.
    return recent.serial.load(std::memory_order_relaxed) == version.serial() ? binding : nullptr;
  }
  const std::string& place() const { return place_; }
  ReloadablePolicy& policy() const { return *policy_; }

 private:
  struct Known {
    std::uint64_t serial;
    std::weak_ptr<const PolicyVersion> version;
    MadeBinding result;
  };
  BindingResult keep(const std::shared_ptr<const PolicyVersion>& version, MadeBinding result);

  Ref<ReloadablePolicy> policy_;
  std::string place_, text_;
  std::mutex mutex_;          // of the next five
  std::vector<Known> known_;  // of the versions that somebody may hold
  // What the facts were read for; carrying compares with it.
  std::shared_ptr<const PolicyDescriptor> read_for_;
  std::shared_ptr<const std::vector<Fact>> facts_;
  std::vector<ElementIndex> elements_;
  std::uint64_t last_ = 0;  // the number of that version
  // Where the bindings of the last two versions are found. A binding is freed after
  // its version, so who holds a version may follow what is said to be of it.
  struct Recent {
    std::atomic<std::uint64_t> serial{0};
    std::atomic<const DocumentBinding*> binding{nullptr};
  };
  std::array<Recent, 2> recent_;
};

// Binds a text for the first time.
MadeBinding bind_text(const PolicyVersion& version, const std::string& place, const std::string& text);

}  // namespace tally
