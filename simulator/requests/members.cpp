#include "simulator/requests/members.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/documents/document_reader.h"

namespace tally {
namespace {

// Walks over a text from left to right. A step that does not find what it expects returns false, and stays there.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.starts_with(mark)) at_ = mark.size();
  }

  std::size_t at() const { return at_; }
  bool is_too_deep() const { return is_too_deep_; }
  bool is_at_end() {
    skip_blanks();
    return at_ == text_.size();
  }
  bool is_next(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) {
    if (!is_next(c)) return false;
    ++at_;
    return true;
  }

  bool string() {
    if (!is_next('"')) return false;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '"') {
        at_ = i + 1;
        return true;
      }
    }
    return false;
  }

  bool value() {
    if (is_at_end()) return false;
    if (text_[at_] == '"') return string();
    if (text_[at_] == '{' || text_[at_] == '[') return brackets();
    const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    return std::exchange(at_, end) != end;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool brackets() {
    std::string closing;  // what closes the brackets that are open
    do {
      const char c = text_[at_];
      if (c == '"') {
        if (!string()) return false;
        continue;
      }
      if (c == '{' || c == '[') closing += c == '{' ? '}' : ']';
      if (c == '}' || c == ']') {
        if (closing.back() != c) return false;
        closing.pop_back();
      }
      is_too_deep_ = closing.size() > max_document_depth;
      if (is_too_deep_) return false;
      ++at_;
    } while (!closing.empty() && at_ < text_.size());
    return closing.empty();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_too_deep_ = false;
};

// Reads one member. Returns false where the text is not one.
bool read_member(Walk& walk, std::string_view text, MemberText& member) {
  if (!walk.is_next('"')) return false;
  member.key_begin = walk.at();
  if (!walk.string()) return false;
  const auto key = nlohmann::json::parse(text.substr(member.key_begin, walk.at() - member.key_begin), nullptr, false);
  if (!key.is_string() || !walk.take(':') || walk.is_at_end()) return false;
  member.key = key.get<std::string>();
  member.begin = walk.at();
  if (!walk.value()) return false;
  member.end = walk.at();
  return true;
}

}  // namespace

Result<std::vector<MemberText>, NoMembers> members_of(std::string_view text) {
  Walk walk(text);
  const auto fault = [&](NoMembers::Why why) { return NoMembers{why, walk.at()}; };
  if (walk.is_at_end()) return fault(NoMembers::Why::malformed);
  if (!walk.take('{')) return fault(NoMembers::Why::no_object);
  std::vector<MemberText> members;
  for (bool is_first = true; !walk.is_next('}'); is_first = false) {
    if (!is_first && !walk.take(',')) return fault(NoMembers::Why::malformed);
    if (!read_member(walk, text, members.emplace_back()))
      return fault(walk.is_too_deep() ? NoMembers::Why::too_deep : NoMembers::Why::malformed);
  }
  walk.take('}');
  if (!walk.is_at_end()) return fault(NoMembers::Why::malformed);
  return members;
}

}  // namespace tally
