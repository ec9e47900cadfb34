#include "runtime/policy/policy_version.h"

#include <utility>

#include "base/section.h"
#include "runtime/support/json_text.h"

namespace tally {

std::uint32_t NameTable::find(std::string_view name) const {
  const auto at = handles_.find(name);
  return at == handles_.end() ? 0 : at->second;
}

std::uint32_t NameTable::handle(std::string_view name) {
  if (const std::uint32_t known = find(name); known != 0) return known;
  names_.emplace_back(name);
  const auto made = static_cast<std::uint32_t>(names_.size());
  handles_.emplace(names_.back(), made);
  return made;
}

const std::string* NameTable::name(std::uint32_t handle) const {
  return handle == 0 || handle > names_.size() ? nullptr : &names_[handle - 1];
}

namespace {

using Kind = ElementDescriptor::Kind;

NameTable& table_at(std::deque<NameTable>& tables, std::uint32_t handle) {
  if (tables.size() <= handle) tables.resize(handle + 1);
  return tables[handle];
}

// Fills both tables of an enum, from handles to codes and back. Returns whether they are equal.
template <class Code>
bool match_values(NameTable& table, const std::vector<std::string>& spellings, std::vector<Code>& codes,
                  std::vector<tally_value>& values) {
  values.assign(1, TALLY_UNSET);
  for (const std::string& spelling : spellings) values.push_back(table.handle(spelling));
  codes.assign(table.size() + 1, no_code);
  codes[0] = 0;
  bool same = true;
  for (std::size_t code = 1; code < values.size(); ++code) {
    codes[values[code]] = static_cast<Code>(code);
    same = same && values[code] == code;
  }
  return same;
}

}  // namespace

PolicyVersion::PolicyVersion(LoadedPolicy loaded, std::uint64_t generation, PolicyNames& names)
    : loaded_(std::move(loaded)), binder_(loaded_.contents.descriptor), generation_(generation) {
  const Section section(names.mutex);
  serial_ = ++names.versions;
  const PolicyDescriptor& p = policy();
  for (ElementIndex i = 0; i < p.elements.size(); ++i) {
    const ElementDescriptor& element = p.elements[i];
    const tally_input handle = names.inputs.handle(element.name);
    handles_.push_back(handle);
    input_names_.emplace(element.name, handle);
    if (inputs_.size() <= handle) inputs_.resize(handle + 1);
    InputMeaning& meaning = inputs_[handle];
    meaning.element = i;
    NameTable& values = table_at(names.input_values, handle);
    if (element.kind == Kind::enumeration)
      meaning.same = match_values(values, element.values, meaning.codes, meaning.values);
    if (element.kind == Kind::flag) {
      // The handles of a flag are fixed, even if the input was an enum in an earlier version.
      meaning.values = {TALLY_UNSET, TALLY_OFF, TALLY_ON};
      meaning.codes = {0, 1, 2};
    }
    defaults_.push_back(element.default_value ? default_of(element) : Fact{});
  }
  for (std::uint32_t i = 0; i < p.decisions.size(); ++i) {
    const tally_decision handle = names.decisions.handle(p.decisions[i].name);
    decision_handles_.push_back(handle);
    if (decisions_.size() <= handle) decisions_.resize(handle + 1, no_index);
    decisions_[handle] = i;
    std::vector<std::uint32_t> around;
    add_members(names, i, p.decisions[i].result, p.decisions[i].name, "", around);
  }
  scalars_.assign(p.decisions.size(), nullptr);
  for (const MemberMeaning& member : members_) {
    if (member.scalar != nullptr &&
        member.scalar ==
            (p.decisions[member.decision].result.scalar ? &*p.decisions[member.decision].result.scalar : nullptr)) {
      scalars_[member.decision] = &member;
    }
  }
  for (const InputMeaning& input : inputs_) {
    QuickInput& quick = quick_inputs_.emplace_back();
    if (input.element == no_index || input.codes.empty()) continue;
    quick = {input.codes.data(), static_cast<std::uint32_t>(input.codes.size()), input.element,
             p.elements[input.element].offset.value_or(no_index)};
  }
  for (const std::uint32_t index : decisions_) {
    QuickDecision& quick = quick_decisions_.emplace_back();
    if (index == no_index) continue;
    quick.index = index;
    quick.rule_slot = p.decisions[index].rule_slot;
    const MemberMeaning* scalar = scalars_[index];
    if (scalar == nullptr || scalar->values.empty()) continue;
    quick.value_slot = scalar->scalar->slot;
    if (!scalar->same) quick.values = scalar->values.data();
    quick.codes = static_cast<std::uint32_t>(scalar->values.size());
  }
  add_columns();
}

tally_kind PolicyVersion::kind_of(tally_input handle) const {
  const InputMeaning* meaning = input(handle);
  if (meaning == nullptr) return TALLY_KIND_UNSET;
  switch (policy().elements[meaning->element].kind) {
    case Kind::enumeration: return TALLY_KIND_ENUM;
    case Kind::flag: return TALLY_KIND_FLAG;
    case Kind::number: return TALLY_KIND_NUMBER;
    case Kind::text: return TALLY_KIND_TEXT;
    case Kind::record:
    case Kind::map:
    case Kind::set: return TALLY_KIND_OBJECT;
  }
  return TALLY_KIND_UNSET;
}

void PolicyVersion::add_columns() {
  const std::vector<ElementDescriptor>& elements = policy().elements;
  matters_.assign(elements.size(), false);
  quick_columns_.resize(inputs_.size());
  for (ElementIndex i = 0; i < elements.size(); ++i) {  // parents first
    const ElementDescriptor& element = elements[i];
    if (!element.is_leaf()) {
      matters_[i] = element.offset || !element.optional || !binder_.completion().members(i).empty() ||
                    (element.parent && matters_[*element.parent]);
    }
    const InputMeaning& meaning = inputs_[handles_[i]];
    QuickColumn& column = quick_columns_[handles_[i]];
    column.element = i;
    column.offset = element.offset.value_or(no_index);
    column.codes = static_cast<std::uint16_t>(meaning.values.size());
    column.low = element.optional ? 0 : 1;
    column.direct = element.is_leaf() && !meaning.codes.empty() && meaning.same && !element.default_value &&
                    (!element.parent || element.optional);
    column.alone = column.direct && !(element.parent && matters_[*element.parent]);
  }
}

void PolicyVersion::add_members(PolicyNames& names, std::uint32_t decision, const ResultDescriptor& result,
                                const std::string& name, const std::string& pointer,
                                std::vector<std::uint32_t>& around) {
  const std::size_t node = answer_nodes_.size();
  answer_nodes_.push_back(
      {&name, decision, 0, result.presence.value_or(no_index), result.grouping, static_cast<std::uint32_t>(node + 1)});
  if (result.scalar) {
    const tally_member handle =
        names.members.handle(PolicyNames::member_key(policy().decisions[decision].name, pointer));
    answer_nodes_[node].scalar = handle;
    if (members_.size() <= handle) members_.resize(handle + 1);
    MemberMeaning& meaning = members_[handle];
    meaning.scalar = &*result.scalar;
    meaning.decision = decision;
    meaning.around = around;
    NameTable& values = table_at(names.member_values, handle);
    std::vector<std::uint32_t> codes;
    if (result.scalar->kind == ScalarDescriptor::Kind::enumeration) {
      meaning.same = match_values(values, result.scalar->values, codes, meaning.values);
    } else if (result.scalar->kind == ScalarDescriptor::Kind::flag) {
      meaning.values = {TALLY_UNSET, TALLY_OFF, TALLY_ON};
    }
    return;
  }
  if (result.presence) around.push_back(*result.presence);
  for (const auto& [key, value] : result.members) {
    add_members(names, decision, value, key, pointer + "/" + escape_token(key), around);
  }
  answer_nodes_[node].end = static_cast<std::uint32_t>(answer_nodes_.size());
  if (result.presence) around.pop_back();
}

}  // namespace tally
