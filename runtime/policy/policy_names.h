// The names of a policy, as handles that outlive its versions.
//
// In:     names, from the descriptor of one version after another.
// Out:    a small number per name, the same for as long as the policy lives.
// Always: handles count from 1, and none is ever given to another name. Any thread may use the
//         tables while it holds the mutex.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tally {

class NameTable {
 public:
  NameTable() = default;
  NameTable(const NameTable&) = delete;  // the views are of these very strings
  NameTable& operator=(const NameTable&) = delete;

  std::uint32_t handle(std::string_view name);      // a new one if the name has none
  std::uint32_t find(std::string_view name) const;  // 0 if the name has none
  const std::string* name(std::uint32_t handle) const;
  std::size_t size() const { return names_.size(); }

 private:
  std::deque<std::string> names_;  // texts stay where they are
  std::map<std::string_view, std::uint32_t> handles_;
};

struct PolicyNames {
  mutable std::mutex mutex;  // of all that follows
  NameTable inputs, decisions;
  NameTable members;  // "decision" + '\0' + JSON Pointer
  // Deques: a table stays where it is while others come.
  std::deque<NameTable> input_values;   // by input, from 1
  std::deque<NameTable> member_values;  // by member, from 1
  std::uint64_t versions = 0;           // that were made, whether they came in use or not

  static std::string member_key(std::string_view decision, std::string_view pointer) {
    return std::string(decision) + '\0' + std::string(pointer);
  }
};

}  // namespace tally
