// The tables of a descriptor: every policy's are read as they were written, and tables that the
// compiler would write otherwise are refused, so that no byte of a policy is without a meaning.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "compiler/deploy/encode_descriptor.h"
#include "runtime/descriptor/decode_tables.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/descriptor/read_descriptor.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

std::string refused(const std::string& tables) {
  const auto decoded = decode_tables(tables);
  return decoded ? "it is taken" : decoded.error().message;
}

// Whether a rule file is a policy. Its tables must be read as they were written.
bool is_read_back(const std::string& path, const ReadFile& read) {
  Compilation c = compile(path, read);
  if (!c.policy) return false;
  const auto deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) return false;
  const std::string tables = encode_descriptor(describe_policy(*c.policy, *deployment, c.sources));
  const auto decoded = decode_tables(tables);
  EXPECT_TRUE(decoded) << path << ": " << decoded.error().message;
  if (decoded) {
    EXPECT_EQ(encode_descriptor(*decoded), tables) << path;
  }
  return true;
}

TEST(Tables, OfRandomPoliciesAreReadAsTheyWereWritten) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const std::string text = random_policy(seed);
    (void)is_read_back("seed " + std::to_string(seed), [&](const std::string&) { return text; });
  }
}

TEST(Tables, OfAllRuleFilesAreReadAsTheyWereWritten) {
  std::size_t policies = 0;
  for (const char* folder : {"rules", "tests/cases"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".tally") policies += is_read_back(entry.path(), read_rule_file) ? 1u : 0u;
    }
  }
  EXPECT_GT(policies, 300u);
}

// --- bytes ---------------------------------------------------------------------------------

// Tables in the three sections of their format; every number is below 128.
struct Sections {
  std::vector<std::string> strings;
  std::vector<std::vector<char>> lists;
  std::string body;

  std::string bytes() const {
    std::string out(1, static_cast<char>(strings.size()));
    for (const std::string& s : strings) out += static_cast<char>(s.size()) + s;
    out += static_cast<char>(lists.size());
    for (const auto& list : lists) out += static_cast<char>(list.size()) + std::string(list.begin(), list.end());
    return out + body;
  }
};

// `input i : e` and `decision d : e { otherwise }`, where `e` is `a | b`.
const Sections plain{{"p.tally", "i", "/i", "e", "d", "a", "b"},
                     {{5, 6}},
                     {0,                              // the name
                      1, 2,  0,                       // codes, slots, slots of reasons
                      1, 32, 0, 0, 0, 1, 0, 2, 3, 0,  // elements: `i` with a code, at /i, with the list
                      1, 4,  0, 0, 0, 1, 0,           // decisions: `d`, whose value has the list
                      1, 0,  1, 1, 0,                 // rules
                      0}};                            // relations

std::string refused(const std::function<void(Sections&)>& change) {
  Sections changed = plain;
  change(changed);
  return refused(changed.bytes());
}

TEST(Tables, ThatNothingWasChangedInAreTaken) {
  EXPECT_EQ(refused(plain.bytes()), "it is taken");
  const auto decoded = decode_tables(plain.bytes());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(encode_descriptor(*decoded), plain.bytes());
}

TEST(Tables, WithUnusedBytesAreRefused) {
  EXPECT_EQ(refused([](Sections& s) { s.body += '\0'; }), "something follows the tables");
  EXPECT_EQ(refused([](Sections& s) { s.strings.emplace_back("c"); }), "a text that nothing names");
  EXPECT_EQ(refused([](Sections& s) { s.lists.emplace_back(); }), "a list that nothing names");
  EXPECT_EQ(refused([](Sections& s) { s.body[1] = 2; }), "a code that no element has");
  EXPECT_EQ(refused([](Sections& s) { s.body[2] = 3; }), "a slot that no decision has");
  EXPECT_EQ(refused([](Sections& s) { s.body[3] = 1; }), "a slot that no reason has");
}

TEST(Tables, WithLongNumbersAreRefused) {
  // The line of the rule, in two bytes and in eleven.
  const std::size_t line = plain.body.size() - 4;
  EXPECT_EQ(refused([&](Sections& s) { s.body.replace(line, 1, "\x81\x01"); }), "it is taken");
  EXPECT_EQ(refused([&](Sections& s) { s.body.replace(line, 1, std::string("\x81\x00", 2)); }),
            "a number has more bytes than it needs");
  EXPECT_EQ(refused([&](Sections& s) { s.body.replace(line, 1, std::string(10, '\x80') + '\x01'); }),
            "a number is too large");
}

TEST(Tables, WithDuplicatesAreRefused) {
  EXPECT_EQ(refused([](Sections& s) { s.strings[4] = "e"; }), "a text stands twice");
  EXPECT_EQ(refused([](Sections& s) { s.lists.push_back(s.lists[0]); }), "a list stands twice");
}

TEST(Tables, OutOfOrderAreRefused) {
  EXPECT_EQ(refused([](Sections& s) { s.body[12] = 4; }), "texts out of order");
  EXPECT_EQ(refused([](Sections& s) { s.lists[0] = {6, 5}; }), "texts out of order");
  EXPECT_EQ(refused([](Sections& s) {
              s.lists.push_back({6, 5});
              s.body[13] = 1;
            }),
            "lists out of order");
}

// --- descriptors ---------------------------------------------------------------------------

const PolicyDescriptor& described() {
  static const PolicyDescriptor descriptor = build_text(R"(
type network = onnet | offnet
input user : { name : text?, minutes : 0..1439 = 60, vip : flag? at /v if boolean }
input dialled : text?
input account : (flag[network, network])?
decision d : text {
  "a {user.minutes}" when dialled is "911" or dialled starts "+1" and user.minutes < 480 because "by {dialled}"
  dialled else "b" otherwise
}
decision m : (flag[network, network])? { account when dialled is set  unset otherwise }
)")
                                                 .descriptor;
  return descriptor;
}

ElementDescriptor& element(PolicyDescriptor& policy, const std::string& name) {
  for (ElementDescriptor& e : policy.elements) {
    if (e.name == name) return e;
  }
  ADD_FAILURE() << name;
  return policy.elements[0];
}

std::string refused_as(const std::function<void(PolicyDescriptor&)>& change) {
  PolicyDescriptor changed = described();
  change(changed);
  return refused(encode_descriptor(changed));
}

TEST(Tables, WithValuesThatMeanNothingAreRefused) {
  EXPECT_EQ(refused_as([](PolicyDescriptor&) {}), "it is taken");
  const auto numbers = [](auto change) {
    return refused_as([=](PolicyDescriptor& p) { change(element(p, "user.minutes")); });
  };
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.steps.clear(); }), "a range does not begin with its first class");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.low = 1; }), "a range does not begin with its first class");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.high = 300; }), "a class lies outside its range");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.steps[1].second = 0; }), "a value has the code of unset");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.open = true; }), "what is neither a record nor a set is open");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.filter = PlaceFilter::number; }),
            "an element that its place never holds");
  EXPECT_EQ(numbers([](ElementDescriptor& e) { e.pointer += "/~"; }), "a pointer that is none");
  const auto texts = [](auto change) {
    return refused_as([=](PolicyDescriptor& p) { change(element(p, "dialled")); });
  };
  EXPECT_EQ(texts([](ElementDescriptor& e) { e.texts.emplace_back("911", std::uint8_t{2}); }), "texts out of order");
  EXPECT_EQ(texts([](ElementDescriptor& e) { e.prefixes.push_back(e.prefixes[0]); }), "texts out of order");
  EXPECT_EQ(texts([](ElementDescriptor& e) { e.other = 0; }), "a value has the code of unset");
  EXPECT_EQ(texts([](ElementDescriptor& e) { e.filter = PlaceFilter::boolean; }),
            "an element that its place never holds");
  EXPECT_EQ(texts([](ElementDescriptor& e) { e.pointer = "/user"; }), "two elements read one place");
  EXPECT_EQ(refused_as([](PolicyDescriptor& p) { element(p, "user.name").pointer = "/user/v"; }),
            "two elements read one place");
}

// Two columns; the second leads from the first state to one that is never left.
TextTable small_table() {
  TextTable table;
  table.columns['9'] = 1;
  table.width = 2;
  table.first_sink = 1;
  table.next = {0, 1};
  table.codes = {1, 2};
  return table;
}

TEST(Tables, OfTextsThatLeadOutOfThemselvesAreRefused) {
  const auto table = [](auto change) {
    return refused_as([=](PolicyDescriptor& p) {
      element(p, "dialled").table = small_table();
      change(element(p, "dialled").table);
    });
  };
  EXPECT_EQ(table([](TextTable&) {}), "it is taken");
  EXPECT_EQ(table([](TextTable& t) { t.width = 0; }), "a text without columns");
  EXPECT_EQ(table([](TextTable& t) { t.width = 257; }), "a number is outside its range");
  EXPECT_EQ(table([](TextTable& t) { t.columns[0] = 2; }), "an index is outside its table");
  EXPECT_EQ(table([](TextTable& t) { t.first_sink = 3; }), "a number is outside its range");
  EXPECT_EQ(table([](TextTable& t) { t.next[1] = 2; }), "an index is outside its table");
  EXPECT_EQ(table([](TextTable& t) { t.codes[1] = 0; }), "a value has the code of unset");
  EXPECT_EQ(table([](TextTable& t) { t.first_sink = 2; }), "an index is outside its table");
}

TEST(Tables, WithSpellingsThatMeanNothingAreRefused) {
  const PolicyDescriptor policy = build_text(R"(
type size = fl = ("F L", "fl") | sm any case
input s : size
input v : flag? at /v if string (on = ("1", "y"), off = "0")
input m : flag?[size]?
decision d : flag = s is fl or v is on or m[fl] is on
)")
                                      .descriptor;
  const auto change = [&](const char* name, auto edit) {
    PolicyDescriptor changed = policy;
    edit(element(changed, name));
    return refused(encode_descriptor(changed));
  };
  EXPECT_EQ(change("s", [](ElementDescriptor&) {}), "it is taken");
  EXPECT_EQ(change("s", [](ElementDescriptor& e) { e.others.by_value[1] = {"FL"}; }), "a spelling has two values");
  EXPECT_EQ(change("s", [](ElementDescriptor& e) { e.others.by_value = {{}, {}}; }), "other spellings that are none");
  EXPECT_EQ(change("v", [](ElementDescriptor& e) { e.off_texts = {"y"}; }), "a spelling has two values");
  EXPECT_EQ(change("v", [](ElementDescriptor& e) { e.filter = PlaceFilter::boolean; }),
            "a text of a flag without a meaning");
  EXPECT_EQ(change("m", [](ElementDescriptor& e) { e.keys[0].others.by_value[1] = {"F l"}; }),
            "a spelling has two values");
}

TEST(Tables, WithNamesThatMeanNothingAreRefused) {
  const PolicyDescriptor spelled = build_text(R"(
type size = fl = "F L" | sm
input s : size
input m : (flag?[size])?
decision d : flag = s is fl and m[s] is on
)")
                                       .descriptor;
  const auto refused_as = [&](auto change) {
    PolicyDescriptor changed = spelled;
    change(element(changed, "s"), element(changed, "m"));
    return refused(encode_descriptor(changed));
  };
  using Element = ElementDescriptor;
  EXPECT_EQ(refused_as([](Element&, Element&) {}), "it is taken");
  EXPECT_EQ(refused_as([](Element& s, Element&) { s.names = s.values; }), "names that are all spellings");
  EXPECT_EQ(refused_as([](Element& s, Element&) { s.names.pop_back(); }), "a value without a name");
  EXPECT_EQ(refused_as([](Element&, Element& m) { m.keys[0].names = m.keys[0].values; }),
            "names that are all spellings");
  EXPECT_EQ(refused_as([](Element&, Element& m) { m.keys[0].names.push_back("l"); }), "a value without a name");
  // Without names it is the descriptor of version 1.
  EXPECT_EQ(refused_as([](Element& s, Element& m) {
              s.names.clear();
              m.keys.clear();
            }),
            "it is taken");
}

TEST(Tables, WithResultsThatMeanNothingAreRefused) {
  const auto map = [](auto change) { return refused_as([=](PolicyDescriptor& p) { change(p.decisions[1].result); }); };
  EXPECT_EQ(map([](ResultDescriptor& r) { r.members[1].key = r.members[0].key; }), "a result has a member twice");
  EXPECT_EQ(map([](ResultDescriptor& r) { r.grouping = true; }), "a grouping that is none");
  const auto origins = [](auto change) {
    return refused_as([=](PolicyDescriptor& p) { change(p.decisions[0].result.scalar->origins); });
  };
  using Origins = std::vector<OriginDescriptor>;
  EXPECT_EQ(origins([](Origins& o) { o[0] = TextDescriptor{}; }), "an origin of another kind");
  EXPECT_EQ(origins([](Origins& o) { o[0] = TextDescriptor{std::string("a")}; }), "an origin of another kind");
  EXPECT_EQ(origins([](Origins& o) { o[0] = TextDescriptor{ElementIndex{1}}; }), "an origin of another kind");
  EXPECT_EQ(origins([](Origins& o) { o[0] = TextDescriptor{ElementIndex{2}}; }), "it is taken");
  EXPECT_EQ(origins([](Origins& o) { o[0] = ElementIndex{3}; }),
            "an element that is handed on is not a number or text");
  EXPECT_EQ(origins([](Origins& o) {
              o[0] = TextDescriptor{std::string("a"), std::string(" "), ElementIndex{2}};
            }),
            "a text in more pieces than it needs");
  const auto rule = [](auto change) {
    return refused_as([=](PolicyDescriptor& p) { change(p.decisions[0].rules[0]); });
  };
  EXPECT_EQ(rule([](RuleDescriptor& r) { r.has_reason = false; }), "a rule without a reason has pieces of one");
  EXPECT_EQ(rule([](RuleDescriptor& r) { r.reason.emplace_back(std::string()); }),
            "a text in more pieces than it needs");
}

// --- the constant --------------------------------------------------------------------------

// A policy as it stands in a file, whose functions lie in its own bytes. Nothing calls them.
std::string refused_with(const PolicyDescriptor& descriptor, const std::function<void(PolicyHeader&)>& change) {
  const std::string tables = encode_descriptor(descriptor);
  PolicyHeader header{};
  std::copy(std::begin(policy_magic), std::end(policy_magic), header.magic);
  header.abi_version = policy_abi_version;
  header.decision_count = static_cast<std::uint32_t>(descriptor.decisions.size());
  header.header_size = static_cast<std::uint32_t>(sizeof header + header.decision_count * sizeof(FunctionOffsets));
  header.tables_hash = hash_of(tables);
  header.tables_size = static_cast<std::uint32_t>(tables.size());
  header.tables = static_cast<std::int32_t>(header.header_size);
  header.decide = 1;
  header.reasons = descriptor.reason_slot_count > 0 ? 1 : 0;
  change(header);
  const std::vector<FunctionOffsets> functions(descriptor.decisions.size(), {1, 1});
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(functions.data()), functions.size() * sizeof(FunctionOffsets));
  bytes += tables;
  const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
  const PolicyBounds bounds{begin, bytes.size(), begin, bytes.size()};
  const auto contents = read_policy(begin, &bounds);
  return contents ? "it is taken" : contents.error().message;
}

TEST(Constant, WithBytesThatMeanNothingIsRefused) {
  EXPECT_EQ(refused_with(described(), [](PolicyHeader&) {}), "it is taken");
  EXPECT_EQ(refused_with(described(), [](PolicyHeader& h) { h.reserved = 1; }),
            "the descriptor has bytes without a meaning");
  for (const std::uint32_t version : {0, 1, 4, 5, 7}) {
    EXPECT_EQ(refused_with(described(), [=](PolicyHeader& h) { h.abi_version = version; }),
              "the policy has ABI version " + std::to_string(version) +
                  ", this library reads 6: `tally build` makes it anew from its rule file");
  }
  EXPECT_EQ(refused_with(described(), [](PolicyHeader& h) { h.reasons = 0; }), "reasons without a function");
  const auto without = decode_tables(plain.bytes());
  ASSERT_TRUE(without);
  EXPECT_EQ(refused_with(*without, [](PolicyHeader& h) { h.reasons = 1; }), "a function that no reason needs");
}

}  // namespace
}  // namespace tally::testing
