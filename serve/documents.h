// The documents that clients have bound, by the place that they stand at and a key.
//
// In:     the texts of documents, each bound once, by the version in use.
// Out:    a document, ready for the requests that name it, in any version.
// Always: a reload binds each document anew from its text. One that the new version refuses stays, says why, and
//         decides nothing until a version takes it again, or it is replaced. Any thread may use any function.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/policy/policy_version.h"
#include "serve/http.h"

namespace tally::serve {

struct DocumentBounds {
  std::size_t count = 100'000;
  std::size_t bytes = std::size_t{256} << 20;  // of all texts together
};
inline constexpr std::size_t max_key_bytes = 256;

// A document in one version; none if the version refuses it.
struct VersionedDocument {
  std::uint64_t serial = 0;  // of the version
  std::optional<BoundDocument> document;
  std::vector<DocumentFault> faults;  // warnings, too
  std::size_t unknown_keys = 0;
};

class StoredDocument {
 public:
  StoredDocument(std::string pointer, std::string text) : pointer_(std::move(pointer)), text_(std::move(text)) {}

  const std::string& pointer() const { return pointer_; }  // of its place
  const std::string& text() const { return text_; }
  // Binds the text unless it is known in the version.
  std::shared_ptr<const VersionedDocument> in(const PolicyVersion& version) const;

 private:
  const std::string pointer_, text_;
  mutable std::atomic<std::shared_ptr<const VersionedDocument>> last_;
};

class Documents {
 public:
  explicit Documents(DocumentBounds bounds) : bounds_(bounds) {}

  enum class Put : std::uint8_t { created, replaced };
  // Binds a text and keeps it. `kind` is the name of an input, or the pointer of a place.
  struct Stored {
    Put put;
    std::shared_ptr<const StoredDocument> document;
    std::shared_ptr<const VersionedDocument> binding;
  };
  Result<Stored, Refusal> put(const PolicyVersion& version, const std::string& kind, const std::string& key,
                              std::string text);
  // Null if there is none.
  std::shared_ptr<const StoredDocument> find(std::string_view pointer, std::string_view key) const;
  bool remove(std::string_view pointer, std::string_view key);
  // The pointer of the place that a kind means in a version, or that an earlier version meant by it.
  Result<std::string, Refusal> pointer_of(const PolicyVersion& version, const std::string& kind) const;

  // How many documents there are for a place, and which of them the version refuses.
  struct Summary {
    std::size_t bound = 0, refused = 0, bytes = 0;
    std::vector<std::string> refused_keys;  // the first `max_listed`
  };
  static constexpr std::size_t max_listed = 100;
  // By pointer. Binds those that are not known in the version yet, so after a reload this takes a while.
  std::map<std::string, Summary> summaries(const PolicyVersion& version) const;

 private:
  using Name = std::pair<std::string, std::string>;  // pointer and key
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      const int first = std::string_view(a.first).compare(b.first);
      return first != 0 ? first < 0 : std::string_view(a.second) < std::string_view(b.second);
    }
  };
  using NameView = std::pair<std::string_view, std::string_view>;

  DocumentBounds bounds_;
  mutable std::shared_mutex mutex_;  // of the next two
  std::map<Name, std::shared_ptr<const StoredDocument>, Less> documents_;
  std::size_t bytes_ = 0;
};

}  // namespace tally::serve
