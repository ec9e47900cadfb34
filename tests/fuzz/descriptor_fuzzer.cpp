// Fuzz target: from the bytes of a policy's descriptor to answers by it.
//
// In:     any bytes. After a first byte `p` they are the constant of a policy as it stands in a .so,
//         with its header; the hash in the header is made right, so that it hides no table.
//         Otherwise they are tables.
// Always: no byte outside the input is read; what is refused has a reason. A descriptor that is
//         accepted is written as the same bytes, every request gives codes within its tables or a
//         fault, and whatever functions write that keep the descriptor's promises, the answer
//         is JSON.
#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "compiler/deploy/encode_descriptor.h"
#include "runtime/descriptor/decode_tables.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/descriptor/read_descriptor.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;
using Json = nlohmann::json;

// --- functions that keep the descriptor's promises ----------------------------------

// The codes that a function may write into each slot: 0, and what every scalar there has.
class SlotCodes {
 public:
  explicit SlotCodes(std::size_t slots) : allowed_(slots), named_(slots) {}

  void allow(std::uint32_t slot, const std::vector<std::uint16_t>& codes) {
    std::vector<std::uint16_t>& known = allowed_[slot];
    if (!named_[slot]) {
      known = codes;
    } else {
      std::erase_if(known,
                    [&](std::uint16_t code) { return std::find(codes.begin(), codes.end(), code) == codes.end(); });
    }
    named_[slot] = true;
  }
  void allow_up_to(std::uint32_t slot, std::size_t last) {
    std::vector<std::uint16_t> codes;
    for (std::size_t code = 1; code <= std::min<std::size_t>(last, UINT16_MAX); ++code)
      codes.push_back(static_cast<std::uint16_t>(code));
    allow(slot, codes);
  }

  // Nothing at all, the last code of each slot, or a mixture.
  std::uint16_t choose(std::size_t slot, unsigned way) const {
    const std::vector<std::uint16_t>& codes = allowed_[slot];
    if (codes.empty() || way == 0) return 0;
    return way == 1 ? codes.back() : codes[(slot * 7 + way) % codes.size()];
  }
  std::size_t size() const { return allowed_.size(); }

 private:
  std::vector<std::vector<std::uint16_t>> allowed_;
  std::vector<bool> named_;
};

// What the functions write. They receive codes only, so this is theirs.
struct Written {
  std::vector<std::uint16_t> slots, reason_slots;
};
Written written;

void decide_function(const std::uint8_t*, std::uint16_t* slots) {
  std::copy(written.slots.begin(), written.slots.end(), slots);
}
void reason_function(const std::uint8_t*, std::uint16_t* slots) {
  std::copy(written.reason_slots.begin(), written.reason_slots.end(), slots);
}

// Whether a number or text stands at an element, so that it can be handed on.
bool stands(const BoundCall& call, ElementIndex element) {
  return !std::holds_alternative<std::monostate>(call.facts.by_element[element]);
}

void allow_scalar(const BoundCall& call, const ScalarDescriptor& scalar, SlotCodes& codes) {
  switch (scalar.kind) {
    case ScalarDescriptor::Kind::enumeration: return codes.allow_up_to(scalar.slot, scalar.values.size());
    case ScalarDescriptor::Kind::flag: return codes.allow_up_to(scalar.slot, 2);
    case ScalarDescriptor::Kind::origin: break;
  }
  std::vector<std::uint16_t> present;
  for (std::size_t i = 0; i < scalar.origins.size() && i < UINT16_MAX; ++i) {
    bool whole = true;
    if (const auto* element = std::get_if<ElementIndex>(&scalar.origins[i])) whole = stands(call, *element);
    if (const auto* text = std::get_if<TextDescriptor>(&scalar.origins[i])) {
      for (const auto& piece : *text) {
        if (const auto* element = std::get_if<ElementIndex>(&piece)) whole = whole && stands(call, *element);
      }
    }
    if (whole) present.push_back(static_cast<std::uint16_t>(i + 1));
  }
  codes.allow(scalar.slot, present);
}

void allow_result(const BoundCall& call, const ResultDescriptor& result, SlotCodes& codes) {
  if (result.scalar) return allow_scalar(call, *result.scalar, codes);
  if (result.presence) codes.allow_up_to(*result.presence, 1);
  for (const ResultMember& member : result.members) allow_result(call, member.value, codes);
}

// --- requests ------------------------------------------------------------------------------

Json value_of(const ElementDescriptor& element, unsigned way) {
  switch (element.kind) {
    case ElementDescriptor::Kind::enumeration: return element.values[way % element.values.size()];
    case ElementDescriptor::Kind::flag: return way % 2 == 0;
    case ElementDescriptor::Kind::number: return way % 2 == 0 ? element.low : element.high;
    case ElementDescriptor::Kind::text: {
      if (!element.table.codes.empty()) return std::string(way % 5, static_cast<char>('0' + way % 10));
      const auto& known = way % 2 == 0 ? element.texts : element.prefixes;
      return known.empty() ? std::string("a") : known[way % known.size()].first;
    }
    case ElementDescriptor::Kind::set: return Json::array();
    case ElementDescriptor::Kind::record:
    case ElementDescriptor::Kind::map: return Json::object();
  }
  return nullptr;
}

// A request with a value at the place of every element, or of every third.
std::string request(const PolicyDescriptor& policy, unsigned way) {
  Json all = Json::object();
  for (std::size_t i = 0; i < policy.elements.size(); ++i) {
    if (way % 2 == 1 && i % 3 == 0) continue;
    try {
      Json& place = all[Json::json_pointer(policy.elements[i].pointer)];
      if (place.is_null()) place = value_of(policy.elements[i], way + static_cast<unsigned>(i));
    } catch (const Json::exception&) {
      // A pointer into what is not an object there: the element has no value.
    }
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// --- the laws ------------------------------------------------------------------------------

void check_codes(const PolicyDescriptor& policy, const BoundCall& call) {
  if (call.codes.size() != policy.code_count) fail("a call with another number of codes");
  for (const ElementDescriptor& element : policy.elements) {
    if (!element.offset) continue;
    const std::uint8_t code = call.codes[*element.offset];
    const std::size_t most = element.kind == ElementDescriptor::Kind::enumeration ? element.values.size()
                             : element.kind == ElementDescriptor::Kind::flag      ? 2
                             : element.is_leaf()                                  ? 255
                                                                                  : 1;
    if (code > most) fail("a code beyond its table", element.name);
  }
}

void answer(const PolicyDescriptor& policy, const BoundCall& call, unsigned way) {
  SlotCodes slots(policy.slot_count), reason_slots(policy.reason_slot_count);
  std::vector<std::size_t> all;
  for (const DecisionDescriptor& decision : policy.decisions) {
    all.push_back(all.size());
    slots.allow_up_to(decision.rule_slot, decision.rules.size());
    allow_result(call, decision.result, slots);
    for (const RuleDescriptor& rule : decision.rules) {
      for (const auto& piece : rule.reason) {
        if (const auto* scalar = std::get_if<ScalarDescriptor>(&piece)) allow_scalar(call, *scalar, reason_slots);
      }
    }
  }
  written = {};
  for (std::size_t i = 0; i < slots.size(); ++i) written.slots.push_back(slots.choose(i, way));
  for (std::size_t i = 0; i < reason_slots.size(); ++i) written.reason_slots.push_back(reason_slots.choose(i, way));
  PolicyFunctions functions;
  functions.decide = decide_function;
  functions.reasons = reason_function;
  Results results;
  decide(policy, functions, call, true, results);
  for (const bool because : {false, true}) {
    std::string text;
    append_answer(text, policy, all, call, results, because);
    if (!Json::accept(text)) fail("an answer is not JSON", text);
  }
}

void decide_by(const std::shared_ptr<const PolicyDescriptor>& policy) {
  const RequestBinder binder(policy);
  for (unsigned way = 0; way < 4; ++way) {
    const BindResult bound = binder.bind(way == 3 ? "{}" : request(*policy, way));
    if (!bound.call) {
      if (std::none_of(bound.faults.begin(), bound.faults.end(), [](const auto& f) { return f.is_error(); }))
        fail("refused without an error");
      continue;
    }
    check_codes(*policy, *bound.call);
    answer(*policy, *bound.call, way);
  }
}

void read_tables(std::string_view tables) {
  auto decoded = decode_tables(tables);
  if (!decoded) {
    if (decoded.error().message.empty()) fail("refused without a reason");
    return;
  }
  if (encode_descriptor(*decoded) != tables) fail("what is accepted is written otherwise");
  decide_by(std::make_shared<const PolicyDescriptor>(*std::move(decoded)));
}

// The input stands in memory of its own, of exactly its size, so that the sanitizer sees every read
// beyond it.
void read_constant(std::string_view bytes) {
  const std::unique_ptr<std::byte[]> memory(new std::byte[bytes.size()]);
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  PolicyHeader header{};
  if (bytes.size() >= sizeof header) {
    std::memcpy(&header, memory.get(), sizeof header);
    const bool within = header.tables >= 0 && static_cast<std::size_t>(header.tables) <= bytes.size() &&
                        header.tables_size <= bytes.size() - static_cast<std::size_t>(header.tables);
    if (within) header.tables_hash = hash_of(bytes.substr(static_cast<std::size_t>(header.tables), header.tables_size));
    std::memcpy(memory.get(), &header, sizeof header);
  }
  const PolicyBounds bounds{memory.get(), bytes.size(), memory.get(), bytes.size()};
  const auto contents = read_policy(memory.get(), &bounds);
  if (!contents) {
    if (contents.error().message.empty()) fail("refused without a reason");
    return;
  }
  if (contents->code.each.size() != contents->descriptor->decisions.size()) fail("a decision without a function");
  const std::string_view tables(reinterpret_cast<const char*>(memory.get()) + header.tables, header.tables_size);
  if (encode_descriptor(*contents->descriptor) != tables) fail("what is accepted is written otherwise");
  decide_by(contents->descriptor);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = tally::fuzz::text_of(data, size);
  if (bytes.starts_with('p')) {
    tally::read_constant(bytes.substr(1));
  } else {
    tally::read_tables(bytes);
  }
  return 0;
}
