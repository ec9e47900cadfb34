// The names of a policy, as handles that outlive its versions.
//
// In: the descriptors of one version after the other. Out: the same small number
// for the same name, for as long as the policy lives. Always: handles count from
// 1 and are never given back; may be used from any thread.
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

  std::uint32_t handle(std::string_view name);      // a new one where there is none
  std::uint32_t find(std::string_view name) const;  // 0: none
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
  std::uint64_t versions = 0;           // that were made, in use or not

  static std::string member_key(std::string_view decision, std::string_view pointer) {
    return std::string(decision) + '\0' + std::string(pointer);
  }
};

}  // namespace tally
