// A document that is bound alone and kept, over the versions of its policy.
//
// In:     the text of a document, and its place.
// Out:    for a version, the document's facts of the version's elements, ready to be attached.
// Always: the text is read again only if a version asks for other elements than the one before.
//         Any thread may use a document.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/policy/policy_version.h"
#include "runtime/support/counted.h"

namespace tally {

// A document in one version. It refers to defaults of the version.
struct DocumentBinding {
  // A code that the document gives to a call.
  struct Placed {
    std::uint32_t offset;
    bool wide;
    std::uint16_t code;
  };
  PlaceIndex place = 0;
  std::vector<ElementIndex> elements;              // at and below the place, parents first
  std::shared_ptr<const std::vector<Fact>> facts;  // the text's facts of each
  std::vector<const Fact*> values;                 // what stands at each, defaults included
  std::vector<Placed> codes;                       // of those elements that have one
  std::vector<ElementIndex> around;                // objects around the document, which it makes present
  std::size_t unknown_keys = 0;                    // in the text, where other keys are allowed
};
using OwnedBinding = std::unique_ptr<const DocumentBinding>;

class ReloadablePolicy;

class KeptDocument : public Counted {
 public:
  // `version` is the first that it was bound to, and `binding` the result.
  KeptDocument(Ref<ReloadablePolicy> policy, std::string place, std::string text,
               const std::shared_ptr<const PolicyVersion>& version, OwnedBinding binding);
  ~KeptDocument() override;

  enum class Taken : std::uint8_t { carried, rebound, failed };
  // The binding in a version, or why the version refuses the document. It belongs to the document,
  // and lives as long as somebody holds both. The next caller for the same version gets the same.
  Result<const DocumentBinding*, Failure> in(const std::shared_ptr<const PolicyVersion>& version,
                                             Taken* taken = nullptr);

  // Fast path: the binding if there is one for the version already. Takes no lock. Null: use `in`.
  const DocumentBinding* known_in(const PolicyVersion& version) const {
    const Recent& recent = recent_[version.serial() % recent_.size()];
    if (recent.serial.load(std::memory_order_acquire) != version.serial()) return nullptr;
    const DocumentBinding* const binding = recent.binding.load(std::memory_order_acquire);
    // No two versions have one serial: if it is unchanged, the binding belongs to it.
    return recent.serial.load(std::memory_order_relaxed) == version.serial() ? binding : nullptr;
  }
  // How many unknown keys the text has, in the newest version that accepted it. Takes no lock.
  std::size_t unknown_keys() const { return unknown_keys_.load(std::memory_order_relaxed); }
  // The warnings for the text in a version, or why the version refuses it. Reads the text again.
  Result<std::vector<DocumentFault>, Failure> warnings(const PolicyVersion& version) const;
  const std::string& place() const { return place_; }
  ReloadablePolicy& policy() const { return *policy_; }

 private:
  struct Known {
    std::uint64_t serial;
    std::weak_ptr<const PolicyVersion> version;
    Result<OwnedBinding, Failure> result;
  };
  Result<const DocumentBinding*, Failure> keep(const std::shared_ptr<const PolicyVersion>& version,
                                               Result<OwnedBinding, Failure> result);

  Ref<ReloadablePolicy> policy_;
  std::string place_, text_;
  std::mutex mutex_;          // of the next five
  std::vector<Known> known_;  // by version that somebody may still hold
  // The version that the facts were read for; a document is carried if the next asks for the same.
  std::shared_ptr<const PolicyDescriptor> read_for_;
  std::shared_ptr<const std::vector<Fact>> facts_;
  std::vector<ElementIndex> elements_;
  std::uint64_t last_ = 0;  // the serial of that version
  std::atomic<std::size_t> unknown_keys_{0};
  // The bindings in the last two versions. A binding is freed after its version, so whoever holds a
  // version may follow the pointer that is stored with its serial.
  struct Recent {
    std::atomic<std::uint64_t> serial{0};
    std::atomic<const DocumentBinding*> binding{nullptr};
  };
  std::array<Recent, 2> recent_;
};

// Binds a text for the first time.
Result<OwnedBinding, Failure> bind_text(const PolicyVersion& version, const std::string& place,
                                        const std::string& text);

}  // namespace tally
