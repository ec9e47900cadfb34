#include "editor/protocol/documents.h"

namespace tally::editor {
namespace {

// Readings of files that are not open are kept up to this number.
constexpr std::size_t max_readings = 64;

}  // namespace

void Documents::open(const std::string& path, std::string text, std::optional<std::int64_t> version) {
  documents_[path] = {std::make_shared<const std::string>(std::move(text)), version};
}

void Documents::close(const std::string& path) { documents_.erase(path); }

std::vector<std::string> Documents::changed(const std::string& path) {
  std::vector<std::string> out;
  const auto forget = [&](const std::string& of) {
    Document* document = find(of);
    if (document == nullptr) return;
    document->state = ++states_;
    document->is_published = false;
    document->checked.reset();
    document->facts.reset();
    document->unnoticed.clear();
    out.push_back(of);
  };
  bool known = false;
  for (auto at = readings_.begin(); at != readings_.end();) {
    if (at->first != path && !at->second.asked.contains(path)) {
      ++at;
      continue;
    }
    known = known || at->first == path;
    forget(at->first);
    at = readings_.erase(at);
  }
  if (!known) forget(path);
  return out;
}

Document* Documents::find(const std::string& path) {
  const auto at = documents_.find(path);
  return at == documents_.end() ? nullptr : &at->second;
}

std::shared_ptr<const Reading> Documents::reading(const std::string& path) {
  const auto at = readings_.find(path);
  if (at != readings_.end()) return at->second.reading;
  Kept kept;
  const ReadFile now = snapshot();
  kept.reading = read_program(path, [&](const std::string& of) {
    kept.asked.insert(of);
    return now(of);
  });
  if (readings_.size() >= max_readings)
    std::erase_if(readings_, [&](const auto& other) { return !documents_.contains(other.first); });
  return readings_.emplace(path, std::move(kept)).first->second.reading;
}

std::optional<std::string> Documents::text(const std::string& path) const {
  auto text = snapshot()(path);
  if (auto* found = std::get_if<std::string>(&text)) return std::move(*found);
  return std::nullopt;
}

ReadFile Documents::snapshot() const {
  std::map<std::string, std::shared_ptr<const std::string>> texts;
  for (const auto& [path, document] : documents_) texts.emplace(path, document.text);
  return [texts = std::move(texts), read = read_](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto open = texts.find(path);
    return open != texts.end() ? std::variant<std::string, ReadError>(*open->second) : read(path);
  };
}

}  // namespace tally::editor
