// Every shipped rule file in three forms: compiled in this process, as a shared object, and as an
// object with its C header. All decide alike, and so do the functions of single decisions and
// those over columns. A decision is compared on every assignment of the codes that it reads, or on
// random ones if there are too many.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "compiler/llvm/compiled_policy.h"
#include "runtime/policy/policy_loader.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

constexpr std::uint64_t most_assignments = 100'000;
constexpr std::uint64_t random_calls = 5'000;

// Calls side by side.
struct Calls {
  std::size_t width = 0;
  std::vector<std::uint8_t> codes;
  std::set<std::size_t> wide;  // the offsets of codes of two bytes
  std::size_t count() const { return width == 0 ? 1 : codes.size() / width; }
  const std::uint8_t* at(std::size_t row) const { return codes.data() + row * width; }
  void put(std::size_t place, std::size_t offset, Code code) {
    std::memcpy(codes.data() + place + offset, &code, wide.contains(offset) ? 2 : 1);
  }
};
static_assert(std::endian::native == std::endian::little);

// Every assignment of what a decision reads, with the rest at random; or all at random.
Calls calls_of(const BuiltPolicy& built, const Output& output, std::mt19937_64& random) {
  const InputLayout& layout = *built.deployment->layout;
  const Classes& classes = *built.deployment->classes;
  Calls calls;
  calls.width = layout.size();
  for (const ElementId e : layout.order()) {
    if (layout.is_wide(e)) calls.wide.insert(*layout.offset(e));
  }
  const auto codes = [&](ElementId e) { return classes.codes(e) - classes.first(e); };
  std::uint64_t product = 1;
  std::vector<ElementId> reads(output.reads.begin(), output.reads.end());
  for (const ElementId e : reads) product = std::min<std::uint64_t>(product * codes(e), most_assignments + 1);
  const bool all = product <= most_assignments;
  for (std::uint64_t n = 0; n < (all ? product : random_calls); ++n) {
    const std::size_t start = calls.codes.size();
    calls.codes.resize(start + calls.width);
    for (const ElementId e : layout.order())
      calls.put(start, *layout.offset(e), static_cast<Code>(classes.first(e) + random() % codes(e)));
    std::uint64_t left = n;
    for (std::size_t i = 0; all && i < reads.size(); ++i) {
      calls.put(start, *layout.offset(reads[i]), static_cast<Code>(classes.first(reads[i]) + left % codes(reads[i])));
      left /= codes(reads[i]);
    }
  }
  return calls;
}

std::vector<std::uint16_t> decided(PolicyFunction function, const Calls& calls, std::size_t slots) {
  std::vector<std::uint16_t> out(calls.count() * slots);
  for (std::size_t row = 0; row < calls.count(); ++row) function(calls.at(row), out.data() + row * slots);
  return out;
}

void hold_batch(const PolicyContents& policy, std::size_t decision, const Calls& calls,
                const std::vector<std::uint16_t>& all) {
  const std::size_t rows = calls.count(), slots = policy.descriptor->slot_count;
  const DecisionDescriptor& described = policy.descriptor->decisions[decision];
  std::vector<std::vector<std::uint8_t>> columns(calls.width);
  std::vector<const std::uint8_t*> pointers;
  for (std::size_t c = 0; c < calls.width; ++c) {
    const std::size_t size = calls.wide.contains(c) ? 2 : 1;
    columns[c].resize(size * rows);
    for (std::size_t row = 0; row < rows; ++row) std::memcpy(&columns[c][size * row], calls.at(row) + c, size);
    pointers.push_back(columns[c].data());
  }
  // The number of rows is not a multiple of any vector; one more row must stay as it is.
  std::vector<std::uint16_t> rules(rows + 1, 777), values(rows + 1, 777);
  policy.code.batches[decision](pointers.data(), rules.data(), values.data(), rows);
  for (std::size_t row = 0; row < rows; ++row) {
    ASSERT_EQ(rules[row], all[row * slots + described.rule_slot]) << described.name << " row " << row;
    ASSERT_EQ(values[row], described.result.scalar ? all[row * slots + described.rule_slot + 1] : 0)
        << described.name << " row " << row;
  }
  EXPECT_EQ(rules[rows], 777);
  EXPECT_EQ(values[rows], 777);
  policy.code.batches[decision](nullptr, nullptr, nullptr, 0);
}

class ThreeForms : public ::testing::TestWithParam<std::string> {};

// A program made from the header: it reads calls from one file, writes results to another, and
// compares each decision's own function with the joint one.
std::string c_program(const BuiltPolicy& built, const std::string& header) {
  std::string program =
      "#include \"policy.h\"\n#include <stdio.h>\nint main(void) {\n  struct t_input in;\n  struct t_results all, "
      "one;\n"
      "  while (fread(&in, sizeof in, 1, stdin) == 1) {\n    t_decide(&in, &all);\n";
  const std::size_t begin = header.find("struct t_results {\n");
  std::string::size_type at = header.find('\n', begin) + 1;
  for (const std::string& function : built.symbols->each) {
    const std::string::size_type end = header.find('\n', at);
    const std::string line = header.substr(at, end - at);  // "  struct t_x name;"
    const std::string name = line.substr(line.rfind(' ') + 1, line.rfind(';') - line.rfind(' ') - 1);
    program += "    " + function + "(&in, &one." + name + ");\n";
    at = end + 1;
  }
  return program +
         "    if (memcmp(&all, &one, sizeof all) != 0) return 3;\n    if (fwrite(&all, sizeof all, 1, stdout) != 1) "
         "return 4;\n  }\n"
         "  return t_policy[0] == 'T' ? 0 : 5;\n}\n";
}

TEST_P(ThreeForms, DecideAlike) {
  const BuiltPolicy built = build_file(GetParam());
  const auto compiled = compile_policy(*built.compilation.policy, *built.deployment, built.compilation.sources,
                                       Contents::functions_and_descriptor);
  ASSERT_TRUE(compiled.has_value());
  auto here = load_constant(compiled->native.constant());
  auto object = load_image("policy.so", built.bytes(ObjectKind::shared));
  ASSERT_TRUE(here) << here.error().message;
  ASSERT_TRUE(object) << object.error().message;
  const PolicyContents& a = here->contents;
  const PolicyContents& b = object->contents;
  EXPECT_EQ(a.source_hash, b.source_hash);
  ASSERT_EQ(a.descriptor->slot_count, built.descriptor.slot_count);
  const std::size_t slots = a.descriptor->slot_count;

  Folder folder;
  const std::string header = built.header();
  write(folder / "policy.h", header);
  write(folder / "policy.o", built.bytes(ObjectKind::object));
  write(folder / "main.c", c_program(built, header));
  ASSERT_EQ(std::system(("cc -std=c11 -pedantic -Wall -Wextra -Werror -O1 -o " + folder / "program" + " " +
                         folder / "main.c" + " " + folder / "policy.o")
                            .c_str()),
            0);

  std::mt19937_64 random(11);
  std::string in, wanted;
  for (std::size_t d = 0; d < built.deployment->outputs.size(); ++d) {
    const DecisionDescriptor& described = a.descriptor->decisions[d];
    const Calls calls = calls_of(built, built.compilation.policy->outputs[d], random);
    const auto all = decided(a.code.decide, calls, slots);
    ASSERT_EQ(decided(b.code.decide, calls, slots), all) << described.name;
    const std::size_t end = d + 1 < a.descriptor->decisions.size() ? a.descriptor->decisions[d + 1].rule_slot : slots;
    const std::size_t width = end - described.rule_slot;
    for (const PolicyContents* policy : {&a, &b}) {
      const auto alone = decided(policy->code.each[d], calls, width);
      for (std::size_t row = 0; row < calls.count(); ++row) {
        ASSERT_EQ(std::memcmp(alone.data() + row * width, all.data() + row * slots + described.rule_slot, width * 2), 0)
            << described.name;
      }
      hold_batch(*policy, d, calls, all);
    }
    if (a.code.reasons != nullptr) {
      ASSERT_EQ(decided(a.code.reasons, calls, a.descriptor->reason_slot_count),
                decided(b.code.reasons, calls, a.descriptor->reason_slot_count));
    }
    in.append(reinterpret_cast<const char*>(calls.codes.data()), calls.codes.size());
    wanted.append(reinterpret_cast<const char*>(all.data()), all.size() * 2);
  }
  write(folder / "in", in);
  ASSERT_EQ(std::system((folder / "program" + " <" + folder / "in" + " >" + folder / "out").c_str()), 0);
  std::ifstream out(folder / "out", std::ios::binary);
  EXPECT_TRUE(std::string(std::istreambuf_iterator<char>(out), {}) == wanted) << "the C header decides otherwise";
}

TEST_P(ThreeForms, AreTheSameBytesEachTime) {
  const BuiltPolicy one = build_file(GetParam()), two = build_file("./" + GetParam());
  EXPECT_TRUE(one.bytes(ObjectKind::shared) == two.bytes(ObjectKind::shared));
  EXPECT_TRUE(one.bytes(ObjectKind::archive) == two.bytes(ObjectKind::archive));
  EXPECT_EQ(one.header(), two.header());
}

INSTANTIATE_TEST_SUITE_P(Rules, ThreeForms, ::testing::ValuesIn(embedded_files()),
                         [](const auto& file) { return std::filesystem::path(file.param).stem().string(); });

}  // namespace
}  // namespace tally::testing
