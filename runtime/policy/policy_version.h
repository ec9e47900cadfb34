// One version of a policy: what was loaded, and what each handle means in it.
//
// In:     a loaded policy, and the names of all versions, to which it adds its own.
// Out:    tables from handles to elements, codes and slots.
// Always: immutable; lives as long as a call that uses it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/documents/request_binder.h"
#include "runtime/logging/decision_log.h"
#include "runtime/policy/policy_loader.h"
#include "runtime/policy/policy_names.h"

namespace tally {

inline constexpr std::uint16_t no_code = 0xffff;
inline constexpr std::uint32_t no_index = 0xffffffff;

// A handle of an input, in this version.
struct InputMeaning {
  ElementIndex element = no_index;   // no_index: this version has no such input
  std::vector<std::uint16_t> codes;  // flags and enums: by value handle; no_code: not a value of it
  std::vector<tally_value> values;   // by code
  bool same = true;                  // whether codes are the value handles
};

// A handle of a member: a scalar of a decision's result.
struct MemberMeaning {
  const ScalarDescriptor* scalar = nullptr;  // null: this version has no such member
  std::uint32_t decision = no_index;         // an index
  std::vector<std::uint32_t> around;         // slots that are 0 if an object around it is unset
  std::vector<tally_value> values;           // by code
  bool same = true;
};

// The part of this that setting a value and reading a decision need, close together in memory: a
// call does both several times in the time of a decision.
struct QuickInput {
  const std::uint16_t* codes = nullptr;  // by value handle
  std::uint32_t count = 0;               // of them; 0: not an enum or flag of this version
  ElementIndex element = 0;
  std::uint32_t offset = no_index;  // of its code in a call
};
struct QuickDecision {
  std::uint32_t index = no_index;
  std::uint32_t rule_slot = 0;
  std::uint32_t value_slot = no_index;  // no_index: the value is not an enum or flag
  const tally_value* values = nullptr;  // by code; null: codes are the handles
  std::uint32_t codes = 0;              // how many values there are
};

// The part of this that a column of an input needs.
struct QuickColumn {
  ElementIndex element = no_index;  // no_index: not an input of this version
  std::uint32_t offset = no_index;  // of its code in a call
  std::uint16_t codes = 0;          // value handles below this one are values
  std::uint8_t low = 0;             // the smallest that may stand in a row
  bool direct = false;              // value handles are codes, whatever the objects around it are
  bool alone = false;               // direct, and no object around it depends on it
};

// A value that an answer may have: a decision, or a member of a record or map. Nodes stand
// in the order of the JSON answer, an object before its members.
struct AnswerNode {
  const std::string* name = nullptr;  // the decision's, or the member's key
  std::uint32_t decision = no_index;  // an index
  tally_member scalar = 0;            // 0: an object
  std::uint32_t presence = no_index;  // object: the slot that is 0 if it is unset; no_index: never unset
  bool grouping = false;              // object: left out if it is empty
  std::uint32_t end = 0;              // the index of the next node that is not inside this one
};

class PolicyVersion {
 public:
  PolicyVersion(LoadedPolicy loaded, std::uint64_t generation, PolicyNames& names);
  PolicyVersion(const PolicyVersion&) = delete;
  PolicyVersion& operator=(const PolicyVersion&) = delete;

  const PolicyDescriptor& policy() const { return *loaded_.contents.descriptor; }
  const PolicyFunctions& code() const { return loaded_.contents.code; }
  const LoadedPolicy& loaded() const { return loaded_; }
  const RequestBinder& binder() const { return binder_; }
  LogSource log_source() const {
    return {loaded_.contents.descriptor, loaded_.contents.tables, loaded_.contents.source_hash, generation_};
  }
  std::uint64_t generation() const { return generation_; }
  // A number that no other version of the policy has, even one that never came in use. It grows.
  std::uint64_t serial() const { return serial_; }

  // Null if this version has no such handle.
  const InputMeaning* input(tally_input handle) const {
    return handle < inputs_.size() && inputs_[handle].element != no_index ? &inputs_[handle] : nullptr;
  }
  const MemberMeaning* member(tally_member handle) const {
    return handle < members_.size() && members_[handle].scalar != nullptr ? &members_[handle] : nullptr;
  }
  // TALLY_KIND_UNSET if this version has no such input.
  tally_kind kind_of(tally_input handle) const;
  // The handle of an input of this version; 0 if it has none of this name. Takes no lock.
  tally_input find_input(std::string_view name) const {
    const auto at = input_names_.find(name);
    return at == input_names_.end() ? 0 : at->second;
  }
  // no_index if this version has no such decision.
  std::uint32_t decision(tally_decision handle) const {
    return handle < decisions_.size() ? decisions_[handle] : no_index;
  }
  // The scalar that a decision is; null if it is an object.
  const MemberMeaning* scalar_of(std::uint32_t decision) const { return scalars_[decision]; }

  std::size_t input_handles() const { return inputs_.size(); }                            // handles are below this
  const std::vector<QuickInput>& quick_inputs() const { return quick_inputs_; }           // by handle
  const std::vector<QuickDecision>& quick_decisions() const { return quick_decisions_; }  // by handle
  const std::vector<QuickColumn>& quick_columns() const { return quick_columns_; }        // by handle
  const std::vector<AnswerNode>& answer_nodes() const { return answer_nodes_; }
  // Whether anything depends on what stands in an object, or around it.
  bool matters(ElementIndex object) const { return matters_[object]; }
  tally_input handle_of(ElementIndex element) const { return handles_[element]; }
  tally_decision handle_of_decision(std::uint32_t decision) const { return decision_handles_[decision]; }
  const std::vector<Fact>& defaults() const { return defaults_; }  // by element; an empty fact if it has none

 private:
  void add_members(PolicyNames& names, std::uint32_t decision, const ResultDescriptor& result, const std::string& name,
                   const std::string& pointer, std::vector<std::uint32_t>& around);
  void add_columns();
  LoadedPolicy loaded_;
  RequestBinder binder_;
  std::uint64_t generation_, serial_ = 0;
  std::vector<InputMeaning> inputs_;
  std::unordered_map<std::string_view, tally_input> input_names_;  // the descriptor's own strings
  std::vector<MemberMeaning> members_;
  std::vector<AnswerNode> answer_nodes_;
  std::vector<std::uint32_t> decisions_;  // by handle
  std::vector<const MemberMeaning*> scalars_;
  std::vector<tally_input> handles_;
  std::vector<tally_decision> decision_handles_;
  std::vector<Fact> defaults_;
  std::vector<QuickInput> quick_inputs_;
  std::vector<QuickDecision> quick_decisions_;
  std::vector<QuickColumn> quick_columns_;
  std::vector<bool> matters_;
};

}  // namespace tally
