// Writes the tables of runtime/descriptor/descriptor_format.h in one pass. The texts are
// collected on the way, and come before the tables that name them.
#include "compiler/deploy/encode_descriptor.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "runtime/descriptor/descriptor_format.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

void number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

class Encoder {
 public:
  explicit Encoder(const PolicyDescriptor& policy) : policy_(policy) {}

  std::string run() {
    text(policy_.name);
    number(policy_.code_count);
    number(policy_.slot_count);
    number(policy_.reason_slot_count);
    number(policy_.elements.size());
    for (const ElementDescriptor& element : policy_.elements) encode(element);
    number(policy_.decisions.size());
    for (const DecisionDescriptor& decision : policy_.decisions) encode(decision);
    number(policy_.relations.size());
    for (const RelationDescriptor& relation : policy_.relations) {
      number(relation.left);
      number(relation.right);
      number(relation.offset);
    }

    // The lists name strings too, so they are made before the strings are counted.
    std::string lists;
    tally::number(lists, list_order_.size());
    for (const auto* list : list_order_) {
      tally::number(lists, list->size());
      for (const std::string& value : *list) tally::number(lists, index_of(value));
    }
    std::string out;
    tally::number(out, string_order_.size());
    for (const auto& string : string_order_) {
      tally::number(out, string.size());
      out += string;
    }
    return out + lists + body_;
  }

 private:
  void number(std::uint64_t value) { tally::number(body_, value); }
  void text(const std::string& value) { number(index_of(value)); }

  std::uint64_t index_of(const std::string& value) {
    const auto [at, added] = strings_.emplace(value, strings_.size());
    if (added) string_order_.push_back(value);
    return at->second;
  }
  void values(const std::vector<std::string>& values) {
    const auto [at, added] = lists_.emplace(values, lists_.size());
    if (added) list_order_.push_back(&at->first);
    number(at->second);
  }

  void following(const std::string& whole, const std::string* around) {
    const std::size_t same =
        around == nullptr
            ? 0
            : static_cast<std::size_t>(std::mismatch(whole.begin(), whole.end(), around->begin(), around->end()).first -
                                       whole.begin());
    number(same);
    text(whole.substr(same));
  }

  void other_spellings(const OtherSpellings& others) {
    for (const auto& spellings : others.by_value) {
      number(spellings.size());
      for (const std::string& spelling : spellings) text(spelling);
    }
  }

  static std::uint64_t kind_number(const ElementDescriptor& e) {
    if (e.kind == Kind::set && e.booleans) return set_of_flags;
    if (!e.on_texts.empty()) return flag_with_texts;
    if (!e.table.codes.empty()) return text_with_table;
    if (!e.names.empty()) return e.kind == Kind::set ? set_with_names : enumeration_with_names;
    return e.keys.empty() ? static_cast<std::uint64_t>(e.kind) : map_with_names;
  }

  void encode(const TextTable& table) {
    number(table.width);
    for (const std::uint8_t column : table.columns) number(column);
    number(table.codes.size());
    number(table.first_sink);
    for (const std::uint16_t state : table.next) number(state);
    for (const std::uint16_t code : table.codes) number(code);
  }

  void encode(const ElementDescriptor& e) {
    number(kind_number(e) | (e.optional ? 16u : 0u) | (e.offset ? 32u : 0u) | (e.parent ? 64u : 0u) |
           (e.open ? 128u : 0u) | (e.default_value ? 256u : 0u) | (e.others.any_case ? 512u : 0u) |
           (e.others.by_value.empty() ? 0u : 1024u) | (e.wide ? 2048u : 0u) | (e.not_null ? 4096u : 0u));
    number(static_cast<std::uint64_t>(e.filter));
    if (e.parent) number(*e.parent);
    if (e.offset) number(*e.offset);
    const ElementDescriptor* around = e.parent ? &policy_.elements[*e.parent] : nullptr;
    following(e.name, around ? &around->name : nullptr);
    following(e.pointer, around ? &around->pointer : nullptr);
    text(e.type_name);
    if (e.kind == Kind::enumeration || (e.kind == Kind::set && !e.booleans)) values(e.values);
    if (!e.names.empty()) values(e.names);
    other_spellings(e.others);
    if (!e.on_texts.empty()) {
      values(e.off_texts);
      values(e.on_texts);
    }
    if (!e.keys.empty()) {
      number(e.keys.size());
      for (const KeysDescriptor& keys : e.keys) {
        values(keys.values);
        values(keys.names);
        number((keys.others.any_case ? 1u : 0u) | (keys.others.by_value.empty() ? 0u : 2u));
        other_spellings(keys.others);
      }
    }
    if (e.kind == Kind::number) {
      number(e.low);
      number(e.high);
      number(e.steps.size());
      for (const auto& [bound, code] : e.steps) {
        number(bound);
        number(code);
      }
    }
    if (!e.table.codes.empty()) {
      encode(e.table);
    } else if (e.kind == Kind::text) {
      for (const auto* table : {&e.texts, &e.prefixes}) {
        number(table->size());
        for (const auto& [start, code] : *table) {
          text(start);
          number(code);
        }
      }
      number(e.other);
    }
    if (!e.default_value || e.kind == Kind::set) return;
    if (const auto* value = std::get_if<std::uint32_t>(&*e.default_value)) number(*value);
    if (const auto* value = std::get_if<std::uint64_t>(&*e.default_value)) number(*value);
    if (const auto* value = std::get_if<std::string>(&*e.default_value)) text(*value);
  }

  void encode(const DecisionDescriptor& decision) {
    text(decision.name);
    number(decision.rule_slot);
    encode(decision.result);
    number(decision.rules.size());
    for (const RuleDescriptor& rule : decision.rules) {
      text(rule.file);
      number(rule.line);
      number((rule.otherwise ? 1u : 0u) | (rule.has_reason ? 2u : 0u));
      number(rule.reason.size());
      for (const auto& piece : rule.reason) {
        number(piece.index());
        if (const auto* literal = std::get_if<std::string>(&piece)) {
          text(*literal);
        } else {
          encode(std::get<ScalarDescriptor>(piece));
        }
      }
    }
  }

  void encode(const ResultDescriptor& result) {
    if (result.scalar) {
      number(0);
      encode(*result.scalar);
      return;
    }
    using Array = ResultDescriptor::Array;
    number(1u | (result.presence ? 2u : 0u) | (result.grouping ? 4u : 0u) |
           (result.array == Array::none    ? 0u
            : result.array == Array::texts ? 8u
                                           : 16u));
    if (result.presence) number(*result.presence);
    number(result.members.size());
    for (const auto& [key, value] : result.members) {
      text(key);
      encode(value);
    }
  }

  void encode(const ScalarDescriptor& scalar) {
    using Scalar = ScalarDescriptor::Kind;
    number(scalar.kind == Scalar::enumeration ? 0u : scalar.kind == Scalar::flag ? 1u : 2u);
    number(scalar.slot);
    if (scalar.kind == Scalar::enumeration) values(scalar.values);
    if (scalar.kind != Scalar::origin) return;
    number(scalar.origins.size());
    for (const OriginDescriptor& origin : scalar.origins) {
      number(origin.index());
      if (const auto* value = std::get_if<std::uint64_t>(&origin)) number(*value);
      if (const auto* literal = std::get_if<std::string>(&origin)) text(*literal);
      if (const auto* element = std::get_if<ElementIndex>(&origin)) number(*element);
      if (const auto* pieces = std::get_if<TextDescriptor>(&origin)) {
        number(pieces->size());
        for (const auto& piece : *pieces) {
          number(piece.index());
          if (const auto* literal = std::get_if<std::string>(&piece)) {
            text(*literal);
          } else {
            number(std::get<ElementIndex>(piece));
          }
        }
      }
    }
  }

  const PolicyDescriptor& policy_;
  std::string body_;
  std::map<std::string, std::uint64_t> strings_;
  std::vector<std::string> string_order_;
  std::map<std::vector<std::string>, std::uint64_t> lists_;
  std::vector<const std::vector<std::string>*> list_order_;
};

}  // namespace

std::string encode_descriptor(const PolicyDescriptor& policy) { return Encoder(policy).run(); }

}  // namespace tally
