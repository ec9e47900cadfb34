#include "runtime/descriptor/read_descriptor.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "base/letter_case.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/support/json_text.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

Failure bad_descriptor(std::string why) { return {TALLY_ERROR_POLICY, std::move(why)}; }

constexpr std::uint32_t max_decisions = 1'000'000;

// Decodes until the first fault. After a fault every read returns nothing, and loops end. It accepts
// only what the compiler would write for the same descriptor, so that no byte is without a meaning.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  Result<PolicyDescriptor, Failure> run() {
    read_strings();
    read_lists();
    policy_.name = text();
    policy_.code_count = count(UINT32_MAX);
    policy_.slot_count = count(UINT32_MAX);
    policy_.reason_slot_count = count(UINT32_MAX);
    // Every code and slot is named by at least one byte, so this bounds what is allocated.
    expect(policy_.code_count <= bytes_.size() && policy_.slot_count <= bytes_.size() &&
               policy_.reason_slot_count <= bytes_.size(),
           "more codes or slots than the tables can name");
    taken_.assign(fine() ? policy_.code_count : 0, false);
    each([&] { element(); });
    expect(members_of_set_left_ == 0, "a set without a flag per value");
    each([&] { decision(); });
    each([&] { relation(); });
    expect(at_ == bytes_.size(), "something follows the tables");
    // With codes of two bytes, their number is even.
    if (fine() && is_any_wide_ && std::count(taken_.begin(), taken_.end(), true) % 2 == 1 && !taken_.back())
      taken_.pop_back();
    expect(std::find(taken_.begin(), taken_.end(), false) == taken_.end(), "a code that no element has");
    expect(!is_any_wide_ || policy_.code_count % 2 == 0, "an odd number of bytes for codes of two bytes");
    for (const std::uint32_t i : listed_) name_in_order(i, next_string_, "texts out of order");
    expect(next_string_ == strings_.size(), "a text that nothing names");
    expect(next_list_ == lists_.size(), "a list that nothing names");
    // The code writes every slot, so there must not be fewer than the decisions and reasons have.
    expect(next_slot_ == policy_.slot_count, "a slot that no decision has");
    expect(next_reason_slot_ == policy_.reason_slot_count, "a slot that no reason has");
    if (!fine()) return bad_descriptor(fault_);
    return std::move(policy_);
  }

 private:
  bool fine() const { return fault_.empty(); }
  void expect(bool holds, const char* otherwise) {
    if (!holds && fine()) fault_ = otherwise;
  }

  // --- small things -----------------------------------------------------------------

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; fine(); shift += 7) {
      if (at_ >= bytes_.size()) break;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      expect(byte != 0 || shift == 0, "a number has more bytes than it needs");
      if (byte < 0x80) return value;
    }
    expect(false, at_ >= bytes_.size() ? "a table ends early" : "a number is too large");
    return 0;
  }
  // A number from 0 to `max`.
  std::uint32_t count(std::uint64_t max) {
    const std::uint64_t value = number();
    expect(value <= max, "a number is outside its range");
    return fine() ? static_cast<std::uint32_t>(value) : 0;
  }
  std::uint32_t index(std::size_t size) {
    const std::uint64_t value = number();
    expect(value < size, "an index is outside its table");
    return fine() ? static_cast<std::uint32_t>(value) : 0;
  }
  // Every entry takes at least one byte, so the table bounds the length.
  template <class One>
  void each(One one) {
    const std::uint64_t length = number();
    expect(length <= bytes_.size() - at_, "a list is longer than its table");
    for (std::uint64_t i = 0; i < length && fine(); ++i) one();
  }
  // Strings and lists stand in the order in which they are first named.
  void name_in_order(std::uint32_t index, std::uint32_t& next, const char* otherwise) {
    expect(index <= next, otherwise);
    if (index == next) ++next;
  }
  std::string text() {
    const std::uint32_t i = index(strings_.size());
    name_in_order(i, next_string_, "texts out of order");
    return fine() ? std::string(strings_[i]) : std::string();
  }
  const std::vector<std::string>& values() {
    static const std::vector<std::string> none;
    const std::uint32_t i = index(lists_.size());
    expect(fine() && !lists_[i].empty(), "an enum without values");
    name_in_order(i, next_list_, "lists out of order");
    return fine() ? lists_[i] : none;
  }
  // A class of numbers or texts. 0 would be unset.
  std::uint16_t code(const ElementDescriptor& of) {
    const std::uint32_t value = count(of.wide ? 65'535 : 255);
    expect(value != 0, "a value has the code of unset");
    has_wide_code_ = has_wide_code_ || value > 255;
    return static_cast<std::uint16_t>(value);
  }
  // Reserves the bytes of a code in a call.
  std::uint32_t offset(bool wide) {
    const std::uint32_t at = index(taken_.size());
    expect(!wide || at % 2 == 0, "a code of two bytes at an odd offset");
    is_any_wide_ = is_any_wide_ || wide;
    for (std::size_t i = at; fine() && i <= at + std::size_t{wide}; ++i) {
      expect(i < taken_.size() && !taken_[i], "two elements have one code");
      if (fine()) taken_[i] = true;
    }
    return at;
  }

  void read_strings() {
    each([&] {
      const std::uint64_t length = number();
      expect(length <= bytes_.size() - at_, "a text ends early");
      if (!fine()) return;
      strings_.push_back(bytes_.substr(at_, static_cast<std::size_t>(length)));
      at_ += static_cast<std::size_t>(length);
      expect(is_utf8(strings_.back()), "a text is not UTF-8");
    });
    expect(std::set<std::string_view>(strings_.begin(), strings_.end()).size() == strings_.size(),
           "a text stands twice");
  }
  // What the lists name is first named after everything else.
  void read_lists() {
    each([&] {
      std::vector<std::string> list;
      each([&] {
        listed_.push_back(index(strings_.size()));
        list.emplace_back(fine() ? strings_[listed_.back()] : std::string_view());
      });
      expect(std::set<std::string>(list.begin(), list.end()).size() == list.size(), "an enum has a value twice");
      expect(list.size() <= 65'535, "an enum has too many values");
      lists_.push_back(std::move(list));
    });
    expect(std::set<std::vector<std::string>>(lists_.begin(), lists_.end()).size() == lists_.size(),
           "a list stands twice");
  }

  // --- elements ------------------------------------------------------------------------

  std::string following(const std::string* around) {
    const std::uint64_t same = number();
    expect(same <= (around ? around->size() : 0), "a name takes more than its parent has");
    const std::string rest = text();
    if (!fine() || !around) return rest;
    const auto taken = static_cast<std::size_t>(same);
    expect(rest.empty() || taken == around->size() || rest.front() != (*around)[taken],
           "a name takes less than its parent has");
    return around->substr(0, taken) + rest;
  }

  void element() {
    ElementDescriptor e;
    const std::uint32_t bits = count(8191);
    const std::uint32_t kind = bits & 15;
    expect(kind <= text_with_table, "an element of an unknown kind");
    e.booleans = kind == set_of_flags;
    e.kind = kind == enumeration_with_names         ? Kind::enumeration
             : kind == flag_with_texts              ? Kind::flag
             : kind == map_with_names               ? Kind::map
             : kind == set_with_names || e.booleans ? Kind::set
             : kind == text_with_table              ? Kind::text
                                                    : static_cast<Kind>(kind);
    e.optional = (bits & 16) != 0;
    e.open = (bits & 128) != 0;
    expect(!e.open || e.kind == Kind::record || e.kind == Kind::set, "what is neither a record nor a set is open");
    e.filter = static_cast<PlaceFilter>(count(static_cast<std::uint64_t>(PlaceFilter::other)));
    expect(e.filter == PlaceFilter::any || (e.optional && fits(e.kind, e.filter)),
           "an element that its place never holds");
    expect((kind == flag_with_texts) == (e.kind == Kind::flag && e.filter == PlaceFilter::string),
           "a text of a flag without a meaning");
    const ElementDescriptor* around = nullptr;
    if ((bits & 64) != 0) {
      e.parent = index(policy_.elements.size());
      if (fine()) around = &policy_.elements[*e.parent];
      expect(around && !around->is_leaf(), "a scalar has members");
    }
    e.not_null = (bits & 4096) != 0;
    expect(!around || !around->not_null || e.not_null, "a member that may be null in an object that may not");
    e.wide = (bits & 2048) != 0;
    if ((bits & 32) != 0) e.offset = offset(e.wide);
    has_wide_code_ = false;
    if (!fine()) return;
    e.name = following(around ? &around->name : nullptr);
    e.pointer = following(around ? &around->pointer : nullptr);
    if (!fine()) return;
    check_pointer(e.pointer, around ? std::string_view(around->pointer) : std::string_view());
    check_readers(e);
    expect(names_.insert(e.name).second && !e.name.empty(), "an element without a name of its own");
    e.type_name = text();
    if (e.kind == Kind::enumeration) {
      e.values = values();
      expect(e.values.size() <= 255, "an element has too many values");
    }
    if (e.booleans) e.values = {"off", "on"};
    if (kind == static_cast<std::uint32_t>(Kind::set) || kind == set_with_names) e.values = values();
    if (kind == enumeration_with_names || kind == set_with_names) {
      e.names = names_of(e.values);
      expect(e.names != e.values, "names that are all spellings");
    }
    e.others.any_case = (bits & 512) != 0;
    expect((bits & (512 + 1024)) == 0 || e.kind == Kind::enumeration || (e.kind == Kind::set && !e.booleans),
           "what has no values has other spellings");
    if ((bits & 1024) != 0) read_others(e.others, e.values.size());
    check_spellings(e.values, e.others);
    if (kind == flag_with_texts) {
      e.off_texts = values();
      e.on_texts = values();
      check_spellings(e.off_texts, {{e.on_texts}, false});
    }
    if (kind == map_with_names) read_keys(e);
    if (e.kind == Kind::number) steps(e);
    if (kind == text_with_table) {
      text_table(e);
    } else if (e.kind == Kind::text) {
      for (auto* table : {&e.texts, &e.prefixes}) {
        each([&] {
          std::string start = text();
          table->emplace_back(std::move(start), code(e));
        });
        for (std::size_t i = 1; i < table->size(); ++i)
          expect((*table)[i - 1].first < (*table)[i].first, "texts out of order");
      }
      e.other = code(e);
    }
    expect(e.wide == has_wide_code_ && (!e.wide || e.offset), "a code of two bytes that fits in one");
    if ((bits & 256) != 0) read_default(e);
    check_members_of_set(e);
    if (e.kind == Kind::set) members_of_set_left_ = e.values.size();
    policy_.elements.push_back(std::move(e));
  }

  // Every entry takes at least one byte, so the table bounds the numbers of entries.
  void text_table(ElementDescriptor& e) {
    TextTable& table = e.table;
    table.width = count(256);
    expect(table.width > 0, "a text without columns");
    for (std::uint8_t& column : table.columns) column = static_cast<std::uint8_t>(index(table.width));
    const std::uint32_t states = count(max_text_states);
    expect(states > 0, "a text without states");
    table.first_sink = count(states);
    const std::uint64_t entries = std::uint64_t{table.first_sink} * table.width;
    expect(entries + states <= bytes_.size() - at_, "a list is longer than its table");
    for (std::uint64_t i = 0; i < entries && fine(); ++i)
      table.next.push_back(static_cast<std::uint16_t>(index(states)));
    for (std::uint32_t i = 0; i < states && fine(); ++i) table.codes.push_back(code(e));
  }

  void relation() {
    RelationDescriptor r;
    r.left = index(policy_.elements.size());
    r.right = index(policy_.elements.size());
    r.offset = offset(false);
    if (!fine()) return;
    const Kind left = policy_.elements[r.left].kind, right = policy_.elements[r.right].kind;
    expect(r.left != r.right && left == right && (left == Kind::number || left == Kind::text),
           "a relation of what cannot be compared");
    expect(related_.insert(std::minmax(r.left, r.right)).second, "a relation stands twice");
    policy_.relations.push_back(r);
  }

  // A set is followed by a flag per value, in order.
  void check_members_of_set(const ElementDescriptor& e) {
    const ElementDescriptor* around = e.parent ? &policy_.elements[*e.parent] : nullptr;
    const bool is_member = around != nullptr && around->kind == Kind::set;
    expect(is_member == (members_of_set_left_ > 0), "a set without a flag per value");
    if (!is_member || !fine()) return;
    const std::size_t value = around->values.size() - members_of_set_left_--;
    expect(*e.parent + 1 + value == policy_.elements.size() && e.kind == Kind::flag && !e.optional &&
               e.default_value.has_value() && e.pointer == around->pointer + "/" + escape_token(around->values[value]),
           "a set without a flag per value");
  }

  std::vector<std::string> names_of(const std::vector<std::string>& values) {
    std::vector<std::string> names = this->values();
    expect(names.size() == values.size(), "a value without a name");
    return names;
  }
  // The other spellings of each value, of which one value at least has some.
  void read_others(OtherSpellings& others, std::size_t values) {
    bool any = false;
    for (std::size_t i = 0; i < values && fine(); ++i) {
      std::vector<std::string>& list = others.by_value.emplace_back();
      each([&] { list.push_back(text()); });
      any = any || !list.empty();
    }
    expect(any, "other spellings that are none");
  }
  // No two spellings are read alike.
  void check_spellings(const std::vector<std::string>& values, const OtherSpellings& others) {
    if (others.none()) return;
    std::set<std::string> seen;
    const auto look_at = [&](const std::vector<std::string>& spellings) {
      for (const std::string& spelling : spellings)
        expect(seen.insert(others.any_case ? lower_case(std::string_view(spelling)) : spelling).second,
               "a spelling has two values");
    };
    look_at(values);
    for (const auto& list : others.by_value) look_at(list);
  }
  void read_keys(ElementDescriptor& e) {
    bool spelled = false;
    each([&] {
      KeysDescriptor keys;
      keys.values = values();
      keys.names = names_of(keys.values);
      const std::uint32_t others = count(3);
      keys.others.any_case = (others & 1) != 0;
      if ((others & 2) != 0) read_others(keys.others, keys.values.size());
      check_spellings(keys.values, keys.others);
      spelled = spelled || keys.names != keys.values || others != 0;
      e.keys.push_back(std::move(keys));
    });
    expect(spelled, "names that are all spellings");
  }

  void check_pointer(std::string_view pointer, std::string_view around) {
    expect(pointer.starts_with(around), "a pointer leads out of its object");
    if (!fine()) return;
    pointer.remove_prefix(around.size());
    expect(pointer.empty() || pointer.front() == '/', "a pointer that is none");
    // A place has one owner; members stand below their object, inputs below the root.
    expect(!pointer.empty(), "an element stands where its object stands");
    for (std::size_t i = pointer.find('~'); i != std::string_view::npos; i = pointer.find('~', i + 1))
      expect(i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1'), "a pointer that is none");
  }

  static bool fits(Kind kind, PlaceFilter filter) {
    switch (filter) {
      case PlaceFilter::any: return true;
      case PlaceFilter::boolean: return kind == Kind::flag;
      case PlaceFilter::number: return kind == Kind::number;
      case PlaceFilter::string:
        return kind == Kind::enumeration || kind == Kind::text || kind == Kind::number || kind == Kind::flag;
      case PlaceFilter::object: return kind == Kind::record || kind == Kind::map;
      case PlaceFilter::array: return kind == Kind::set;
      case PlaceFilter::other: return kind == Kind::flag;
    }
    return false;
  }

  // Several elements may read one place if each takes another kind of JSON value.
  void check_readers(const ElementDescriptor& e) {
    std::set<PlaceFilter>& filters = readers_[e.pointer];
    expect((filters.empty() || (e.filter != PlaceFilter::any && !filters.contains(PlaceFilter::any))) &&
               filters.insert(e.filter).second,
           "two elements read one place");
  }

  void steps(ElementDescriptor& e) {
    e.low = number();
    e.high = number();
    each([&] {
      const std::uint64_t bound = number();
      e.steps.emplace_back(bound, code(e));
    });
    expect(e.low <= e.high, "an empty range");
    for (std::size_t i = 1; i < e.steps.size(); ++i)
      expect(e.steps[i - 1].first < e.steps[i].first, "bounds out of order");
    expect(!e.steps.empty() && e.steps.front().first == e.low, "a range does not begin with its first class");
    expect(!fine() || e.steps.back().first <= e.high, "a class lies outside its range");
  }

  void read_default(ElementDescriptor& e) {
    switch (e.kind) {
      case Kind::enumeration: e.default_value = index(e.values.size()); break;
      case Kind::flag: e.default_value = index(2); break;
      case Kind::number: {
        const std::uint64_t value = number();
        expect(value >= e.low && value <= e.high, "a default is outside its range");
        e.default_value = value;
        break;
      }
      case Kind::text: e.default_value = text(); break;
      case Kind::set: e.default_value = std::uint32_t{0}; break;
      case Kind::record:
      case Kind::map: expect(false, "an object has a default"); break;
    }
  }

  // --- decisions -------------------------------------------------------------------------

  void decision() {
    DecisionDescriptor d;
    d.name = text();
    expect(!d.name.empty() && decisions_.insert(d.name).second, "a decision without a name of its own");
    d.rule_slot = index(policy_.slot_count);
    expect(d.rule_slot == next_slot_, "decisions out of order");
    ++next_slot_;
    d.result = result(0);
    each([&] { d.rules.push_back(rule()); });
    expect(d.rules.size() <= 65'535, "a decision has too many rules");
    policy_.decisions.push_back(std::move(d));
  }

  // The slots of a decision follow its rule slot, in the order of its result.
  std::uint32_t slot() {
    const std::uint32_t at = index(policy_.slot_count);
    expect(at == next_slot_, "slots out of order");
    ++next_slot_;
    return at;
  }
  std::uint32_t reason_slot() {
    const std::uint32_t at = index(policy_.reason_slot_count);
    expect(at == next_reason_slot_, "slots out of order");
    ++next_reason_slot_;
    return at;
  }

  ResultDescriptor result(std::uint32_t depth) {
    ResultDescriptor r;
    expect(depth < max_result_depth, "a result nests too deep");
    const std::uint32_t bits = count(31);
    if (bits == 0) {
      r.scalar = scalar([this] { return slot(); });
      return r;
    }
    expect((bits & 1) != 0, "a result of an unknown kind");
    if ((bits & 2) != 0) r.presence = slot();
    r.grouping = (bits & 4) != 0;
    expect((bits & 24) != 24 && (!r.grouping || (bits & 24) == 0), "a result of an unknown kind");
    if ((bits & 24) != 0)
      r.array = (bits & 8) != 0 ? ResultDescriptor::Array::texts : ResultDescriptor::Array::booleans;
    // A grouping is an inner level of a map, which is there if one of its members is.
    expect(!r.grouping || (depth > 0 && !r.presence), "a grouping that is none");
    std::set<std::string> keys;
    each([&] {
      std::string key = text();
      expect(keys.insert(key).second, "a result has a member twice");
      ResultDescriptor value = result(depth + 1);
      expect(r.array == ResultDescriptor::Array::none ||
                 (value.scalar && value.scalar->kind == ScalarDescriptor::Kind::flag),
             "a set of what is not a flag");
      r.members.push_back({std::move(key), std::move(value)});
    });
    return r;
  }

  template <class Slot>
  ScalarDescriptor scalar(Slot slot_of) {
    ScalarDescriptor s;
    const std::uint32_t kind = count(2);
    s.slot = slot_of();
    s.kind = kind == 0   ? ScalarDescriptor::Kind::enumeration
             : kind == 1 ? ScalarDescriptor::Kind::flag
                         : ScalarDescriptor::Kind::origin;
    if (kind == 0) s.values = values();
    if (kind == 2) each([&] { s.origins.push_back(origin()); });
    return s;
  }

  OriginDescriptor origin() {
    switch (count(3)) {
      case 0: return number();
      case 1: return text();
      case 2: return standing();
      default: break;
    }
    TextDescriptor pieces = pieces_of<TextDescriptor>([this] { return standing(); });
    // Otherwise it is one of the other origins.
    const auto* element = pieces.size() == 1 ? std::get_if<ElementIndex>(&pieces[0]) : nullptr;
    expect(pieces.size() > 1 || (element && fine() && policy_.elements[*element].kind == Kind::number),
           "an origin of another kind");
    return pieces;
  }

  // Pieces of a text: each is a literal, or what `inserted` reads.
  template <class Pieces, class Inserted>
  Pieces pieces_of(Inserted inserted) {
    Pieces pieces;
    each([&] {
      if (count(1) == 0) {
        const bool follows = !pieces.empty() && std::holds_alternative<std::string>(pieces.back());
        std::string literal = text();
        expect(!follows && !literal.empty(), "a text in more pieces than it needs");
        pieces.emplace_back(std::move(literal));
      } else {
        pieces.emplace_back(inserted());
      }
    });
    return pieces;
  }

  ElementIndex standing() {
    const ElementIndex element = index(policy_.elements.size());
    if (!fine()) return 0;
    const Kind kind = policy_.elements[element].kind;
    expect(kind == Kind::number || kind == Kind::text, "an element that is handed on is not a number or text");
    return element;
  }

  RuleDescriptor rule() {
    RuleDescriptor r;
    r.file = text();
    r.line = count(UINT32_MAX);
    const std::uint32_t bits = count(3);
    r.otherwise = (bits & 1) != 0;
    r.has_reason = (bits & 2) != 0;
    using Reason = decltype(r.reason);
    r.reason = pieces_of<Reason>([this] { return scalar([this] { return reason_slot(); }); });
    expect(r.has_reason || r.reason.empty(), "a rule without a reason has pieces of one");
    return r;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::string fault_;
  std::vector<std::string_view> strings_;
  std::vector<std::vector<std::string>> lists_;
  std::vector<std::uint32_t> listed_;  // the strings that the lists name, in order
  std::uint32_t next_string_ = 0, next_list_ = 0;
  std::set<std::pair<ElementIndex, ElementIndex>> related_;
  bool is_any_wide_ = false;
  bool has_wide_code_ = false;  // whether the element that is read has a code above 255
  std::vector<bool> taken_;
  std::set<std::string> names_, decisions_;
  std::map<std::string, std::set<PlaceFilter>> readers_;  // by pointer
  std::uint32_t next_slot_ = 0, next_reason_slot_ = 0;
  std::size_t members_of_set_left_ = 0;
  PolicyDescriptor policy_;
};

}  // namespace

Result<PolicyDescriptor, Failure> decode_tables(std::string_view tables) { return Decoder(tables).run(); }

namespace {

// The memory that a policy's constant may refer to, by distances from the constant. Addresses are
// compared as numbers, because a damaged distance may lead anywhere.
class PolicyMemory {
 public:
  // `bounds`: null if every distance is trusted.
  PolicyMemory(const void* constant, const PolicyBounds* bounds)
      : base_(static_cast<const std::byte*>(constant)), bounds_(bounds) {}

  const std::byte* at(std::int64_t distance) const { return base_ + distance; }
  bool readable(std::int64_t distance, std::uint64_t size) const {
    return bounds_ == nullptr || within(bounds_->begin, bounds_->size, distance, size);
  }
  bool callable(std::int64_t distance) const {
    return bounds_ == nullptr || within(bounds_->code, bounds_->code_size, distance, 1);
  }
  template <class Function>
  Function function(std::int32_t distance) const {
    return distance == 0 ? nullptr : reinterpret_cast<Function>(reinterpret_cast<std::uintptr_t>(at(distance)));
  }

 private:
  // Whether the `size` bytes at `distance` lie in a range.
  bool within(const std::byte* begin, std::size_t range, std::int64_t distance, std::uint64_t size) const {
    const std::uint64_t from = reinterpret_cast<std::uintptr_t>(base_) + static_cast<std::uint64_t>(distance);
    const std::uint64_t low = reinterpret_cast<std::uintptr_t>(begin);
    return from >= low && from - low <= range && size <= range - (from - low);
  }

  const std::byte* base_;
  const PolicyBounds* bounds_;
};

Result<PolicyHeader, Failure> read_header(const PolicyMemory& memory) {
  constexpr std::size_t fixed = offsetof(PolicyHeader, header_size);
  PolicyHeader header{};
  if (!memory.readable(0, fixed)) return bad_descriptor("the descriptor ends early");
  std::memcpy(&header, memory.at(0), fixed);
  if (std::memcmp(header.magic, policy_magic, sizeof policy_magic) != 0) return bad_descriptor("no policy descriptor");
  if (header.abi_version < oldest_policy_abi_version || header.abi_version > policy_abi_version) {
    const std::string oldest = std::to_string(oldest_policy_abi_version), newest = std::to_string(policy_abi_version);
    return bad_descriptor("the policy has ABI version " + std::to_string(header.abi_version) + ", this library reads " +
                          (oldest == newest ? newest : oldest + " to " + newest) +
                          ": `tally build` makes it anew from its rule file");
  }
  if (!memory.readable(0, sizeof header)) return bad_descriptor("the descriptor ends early");
  std::memcpy(&header, memory.at(0), sizeof header);
  if (header.decision_count > max_decisions ||
      header.header_size != sizeof header + header.decision_count * sizeof(FunctionOffsets) ||
      !memory.readable(0, header.header_size) || !memory.readable(header.tables, header.tables_size)) {
    return bad_descriptor("the descriptor ends early");
  }
  if (header.reserved != 0) return bad_descriptor("the descriptor has bytes without a meaning");
  return header;
}

Result<PolicyFunctions, Failure> read_functions(const PolicyMemory& memory, const PolicyHeader& header) {
  bool callable = header.decide != 0 && memory.callable(header.decide);
  callable = callable && (header.reasons == 0 || memory.callable(header.reasons));
  PolicyFunctions code;
  code.decide = memory.function<PolicyFunction>(header.decide);
  code.reasons = memory.function<PolicyFunction>(header.reasons);
  for (std::uint32_t i = 0; i < header.decision_count; ++i) {
    FunctionOffsets offsets{};
    std::memcpy(&offsets, memory.at(0) + sizeof header + i * sizeof offsets, sizeof offsets);
    callable = callable && offsets.decide != 0 && memory.callable(offsets.decide);
    callable = callable && (offsets.batch == 0 || memory.callable(offsets.batch));
    code.each.push_back(memory.function<PolicyFunction>(offsets.decide));
    code.batches.push_back(memory.function<BatchFunction>(offsets.batch));
  }
  if (!callable) return bad_descriptor("a function lies outside the policy's code");
  return code;
}

}  // namespace

Result<PolicyContents, Failure> read_policy(const void* constant, const PolicyBounds* bounds) {
  const PolicyMemory memory(constant, bounds);
  TALLY_ASSIGN_OR_RETURN(const PolicyHeader header, read_header(memory));
  const std::string_view tables(reinterpret_cast<const char*>(memory.at(header.tables)), header.tables_size);
  if (hash_of(tables) != header.tables_hash) return bad_descriptor("the descriptor is damaged");
  TALLY_ASSIGN_OR_RETURN(PolicyDescriptor policy, decode_tables(tables));
  if (policy.decisions.size() != header.decision_count) return bad_descriptor("a decision without a function");
  PolicyContents contents;
  contents.tables = tables;
  std::memcpy(contents.source_hash.data(), header.source_hash, contents.source_hash.size());
  TALLY_ASSIGN_OR_RETURN(contents.code, read_functions(memory, header));
  if ((policy.reason_slot_count > 0) != (contents.code.reasons != nullptr))
    return bad_descriptor(contents.code.reasons ? "a function that no reason needs" : "reasons without a function");
  contents.descriptor = std::make_shared<const PolicyDescriptor>(std::move(policy));
  return contents;
}

}  // namespace tally
