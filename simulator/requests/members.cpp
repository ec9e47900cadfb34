#include "simulator/requests/members.h"

#include <nlohmann/json.hpp>

namespace tally {
namespace {

// Walks over valid JSON. `at` is the position of the next byte.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  char next() {
    at_ = text_.find_first_not_of(" \t\r\n", at_);
    return text_[at_];
  }
  void skip() { ++at_; }

  void string() {
    for (++at_; text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\';
    ++at_;
  }

  void value() {
    const char first = next();
    if (first == '"') return string();
    if (first != '{' && first != '[') {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      return;
    }
    // Brackets are balanced, so their kinds need not be told apart.
    std::size_t depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<MemberText> members_of(std::string_view text) {
  std::vector<MemberText> members;
  Walk walk(text);
  walk.next();
  for (walk.skip(); walk.next() != '}';) {
    MemberText& member = members.emplace_back();
    member.key_begin = walk.at();
    walk.string();
    member.key = nlohmann::json::parse(text.substr(member.key_begin, walk.at() - member.key_begin)).get<std::string>();
    walk.next();
    walk.skip();  // the colon
    walk.next();
    member.begin = walk.at();
    walk.value();
    member.end = walk.at();
    if (walk.next() == ',') walk.skip();
  }
  return members;
}

}  // namespace tally
