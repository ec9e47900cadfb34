// The texts that a client has open, and what was read of them.
//
// In:     texts and edits of the client, and a function that reads files
// Out:    readings, each made once per state of the files that it depends on
// Always: an open text counts, whatever is on the disk. For one thread; readings and texts may be shared.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "editor/facts.h"
#include "editor/reading.h"
#include "editor/unnoticed.h"

namespace tally::editor {

// A text that is open.
struct Document {
  std::shared_ptr<const std::string> text;
  std::optional<std::int64_t> version;
  std::uint64_t state = 0;                          // another one after each change of it or of what it uses
  bool is_published = false;                        // whether the client has the diagnostics of this state
  std::shared_ptr<const Compilation> checked = {};  // null until it is there
  std::shared_ptr<const Facts> facts = {};
  std::vector<Unnoticed> unnoticed = {};  // of the decision that was asked about last
};

class Documents {
 public:
  explicit Documents(ReadFile read) : read_(std::move(read)) {}

  void open(const std::string& path, std::string text, std::optional<std::int64_t> version);
  void close(const std::string& path);
  // Forgets what was read of a file and of those that use it. Returns the open ones among them.
  std::vector<std::string> changed(const std::string& path);

  Document* find(const std::string& path);
  std::map<std::string, Document>& all() { return documents_; }

  std::shared_ptr<const Reading> reading(const std::string& path);
  // The text of a file, whether it is open or not.
  std::optional<std::string> text(const std::string& path) const;
  // Reads the texts as they are now. It may be used by another thread, and does not change.
  ReadFile snapshot() const;

 private:
  struct Kept {
    std::shared_ptr<const Reading> reading;
    std::set<std::string> asked;  // the files that it read, or tried to
  };
  ReadFile read_;
  std::uint64_t states_ = 0;
  std::map<std::string, Document> documents_;
  std::map<std::string, Kept> readings_;
};

}  // namespace tally::editor
