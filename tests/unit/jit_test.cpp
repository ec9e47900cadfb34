// Compiled code in this process: it computes the values of the graph, reads no byte more than it
// needs, and its memory is released.
#include "compiler/llvm/jit.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "tests/unit/random_graph.h"

namespace tally {
namespace {

using testing::enumeration;
using testing::RandomWorld;
using testing::World;

NativeFunctions compile(const FunctionRequest& request) {
  auto result = compile_native(request);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return *std::move(result);
}

std::string message_of(const FunctionRequest& request) {
  auto result = compile_native(request);
  return result ? "compiled" : result.error().message;
}

// Runs the code on random inputs, from and to odd addresses.
void expect_equal(const World& world, const std::vector<NodeId>& outputs, DecideFunction decide, unsigned seed,
                  int runs) {
  std::mt19937 random(seed);
  for (int run = 0; run < runs; ++run) {
    const auto in = world.random_codes(random);
    const auto codes = world.evaluate(in);
    std::vector<std::uint8_t> in_bytes(in.size() + 1), out_bytes(2 * outputs.size() + 3, 0xa5);
    std::copy(in.begin(), in.end(), in_bytes.begin() + 1);
    decide(in_bytes.data() + 1, reinterpret_cast<std::uint16_t*>(out_bytes.data() + 1));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      std::uint16_t out = 0;
      std::memcpy(&out, out_bytes.data() + 1 + 2 * i, 2);
      ASSERT_EQ(out, codes[outputs[i].value]) << "seed " << seed << ", run " << run << ", output " << i;
    }
    ASSERT_EQ(out_bytes.front(), 0xa5) << "wrote before its outputs";
    ASSERT_EQ(out_bytes.back(), 0xa5) << "wrote behind its outputs";
  }
}

struct ProcessMemory {
  std::size_t resident_pages = 0;
  std::size_t code_mappings = 0;  // executable mappings that belong to no file
};
ProcessMemory process_memory() {
  ProcessMemory memory;
  std::ifstream("/proc/self/statm") >> memory.resident_pages >> memory.resident_pages;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" r-xp ") != std::string::npos && line.find_first_of("/[") == std::string::npos)
      ++memory.code_mappings;
  }
  return memory;
}

// A page that is readable to its end, and not one byte further.
class GuardedPage {
 public:
  GuardedPage() : size_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    page_ = static_cast<std::uint8_t*>(
        mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_EQ(mprotect(page_ + size_, size_, PROT_NONE), 0);
  }
  ~GuardedPage() { munmap(page_, 2 * size_); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;
  std::uint8_t* end() { return page_ + size_; }

 private:
  std::size_t size_;
  std::uint8_t* page_ = nullptr;
};

TEST(Jit, ComputesSmallGraphs) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    RandomWorld world(seed, 30);
    const auto code = compile(world.request({{"decide", world.outputs}}));
    expect_equal(world, world.outputs, code.function("decide"), seed, 400);
    if (HasFatalFailure()) return;
  }
}

TEST(Jit, ComputesLargeGraphs) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    RandomWorld world(1000 + seed, 300 * static_cast<int>(seed));
    std::vector<NodeId> outputs;
    for (std::uint32_t i = 0; i < world.graph.size(); i += 3) outputs.push_back(NodeId{i});
    const auto code = compile(world.request({{"decide", outputs}}));
    expect_equal(world, outputs, code.function("decide"), seed, 100);
    if (HasFatalFailure()) return;
  }
}

// A long function calls its parts in turn. Here the parts are so short that most values cross from one to another.
TEST(Jit, PartsOfAFunctionComputeWhatItComputesAtOnce) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    RandomWorld world(2000 + seed, 60 * static_cast<int>(seed));
    std::vector<NodeId> outputs;
    for (std::uint32_t i = 0; i < world.graph.size(); i += 3) outputs.push_back(NodeId{i});
    for (const std::size_t part_terms : {1, 2, 5, 40}) {
      FunctionRequest request = world.request({{"decide", outputs}, {"first", {outputs.front()}}});
      request.part_terms = part_terms;
      const auto code = compile(request);
      expect_equal(world, outputs, code.function("decide"), seed, 50);
      expect_equal(world, {outputs.front()}, code.function("first"), seed, 10);
      if (HasFatalFailure()) return;
    }
  }
}

// Many rules that test a few leaves, with counts around the ends of words. Most calls match
// none of the first rules.
TEST(Jit, FindsTheFirstOfManyRules) {
  for (const unsigned rules : {1u, 5u, 6u, 7u, 31u, 32u, 33u, 63u, 64u, 65u, 128u, 700u}) {
    std::mt19937 random(rules);
    World world;
    std::vector<NodeId> leaves;
    for (int i = 0; i < 4; ++i) leaves.push_back(world.leaf(world.input(with_optional(enumeration(9), i % 2 == 0))));
    std::vector<std::pair<NodeId, NodeId>> numbers, values;
    for (unsigned rule = 1; rule <= rules; ++rule) {
      std::vector<NodeId> tests;
      for (NodeId leaf : leaves) tests.push_back(world.is(leaf, 1 + random() % 9));
      tests.erase(tests.begin() + static_cast<int>(random() % 4));
      if (rule % 5 == 0)
        tests = {world.graph.either({world.graph.both(tests), world.graph.both({tests[0], tests[1]})})};
      const NodeId condition = world.graph.both(tests);
      numbers.emplace_back(condition, world.graph.constant(rule, rules + 2));
      values.emplace_back(condition, rule % 7 == 0 ? leaves[0] : world.graph.constant(random() % 3, 3));
    }
    const std::vector<NodeId> outputs{world.graph.choose(numbers, world.graph.constant(rules + 1, rules + 2)),
                                      world.graph.choose(values, leaves[1])};
    world.finish();
    const auto code = compile(world.request({{"decide", outputs}}));
    expect_equal(world, outputs, code.function("decide"), rules, 2000);
    if (HasFatalFailure()) return;
  }
}

TEST(Jit, CompilesTenThousandRules) {
  std::mt19937 random(5);
  World world;
  std::vector<NodeId> leaves;
  for (int i = 0; i < 8; ++i) leaves.push_back(world.leaf(world.input(as_optional(enumeration(20)))));
  std::vector<std::pair<NodeId, NodeId>> arms;
  for (unsigned rule = 1; rule <= 10000; ++rule) {
    std::vector<NodeId> tests;
    for (int i = 0; i < 4; ++i) tests.push_back(world.is(leaves[random() % 8], random() % 21));
    arms.emplace_back(world.graph.both(tests), world.graph.constant(rule, 10002));
  }
  const std::vector<NodeId> outputs{world.graph.choose(arms, world.graph.constant(10001, 10002))};
  world.finish();
  const auto code = compile(world.request({{"decide", outputs}}));
  EXPECT_LT(code.times().generate + code.times().optimize + code.times().emit, 10.0);
  expect_equal(world, outputs, code.function("decide"), 5, 50);
}

TEST(Jit, FunctionsOfOneModuleAreIndependent) {
  RandomWorld world(7, 60);
  std::vector<FunctionSpec> functions{{"all", world.outputs}, {"none", {}}};
  for (std::size_t i = 0; i < world.outputs.size(); ++i)
    functions.push_back({"one_" + std::to_string(i), {world.outputs[i]}});
  auto first = compile(world.request(functions));
  const NativeFunctions code = std::move(first);
  expect_equal(world, world.outputs, code.function("all"), 7, 100);
  for (std::size_t i = 0; i < world.outputs.size(); ++i)
    expect_equal(world, {world.outputs[i]}, code.function("one_" + std::to_string(i)), 7, 100);
  code.function("none")(nullptr, nullptr);
  EXPECT_EQ(code.function("other"), nullptr);
  EXPECT_GT(code.code_bytes(), 0u);
  EXPECT_GT(code.times().generate, 0.0);
  EXPECT_GT(code.times().optimize, 0.0);
  EXPECT_GT(code.times().emit, 0.0);
}

// The bytes after those that the outputs need are on a page that cannot be read.
TEST(Jit, DoesNotReadInputsThatItsOutputsDoNotNeed) {
  World world;
  const auto flag = as_optional(enumeration(2));
  const NodeId index = world.leaf(world.input(enumeration(2)));
  const NodeId before = world.leaf(world.input(flag));
  const auto cells = world.map(flag, {enumeration(2)});
  for (int i = 0; i < 3; ++i) world.leaf(world.input(flag));
  const NodeId cell = world.by(index, {world.leaf(cells[0]), world.leaf(cells[1])});
  const std::vector<NodeId> outputs{world.graph.first_set(before, cell), world.is(cell, 2)};
  world.finish();
  ASSERT_EQ(world.layout->size(), 7u);
  ASSERT_EQ(world.layout->offset(cells[1]), 3u);
  const auto code = compile(world.request({{"decide", outputs}}));
  GuardedPage page;
  std::uint8_t* in = page.end() - 4;
  const std::uint8_t codes[] = {2, 0, 1, 2};
  std::copy(std::begin(codes), std::end(codes), in);
  std::uint16_t out[2] = {9, 9};
  code.function("decide")(in, out);
  EXPECT_EQ(out[0], 2);
  EXPECT_EQ(out[1], 1);
}

// An unset index selects no cell: not even the byte before the cells is read.
TEST(Jit, UnsetIndexReadsNoByteOutsideTheCells) {
  World world;
  const auto cells = world.map(enumeration(4), {enumeration(3)});
  const NodeId index = world.leaf(world.input(as_optional(enumeration(3))));
  std::vector<NodeId> branches;
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) branches.push_back(world.leaf(*cell));
  const std::vector<NodeId> outputs{world.by(index, branches)};
  world.finish();
  const auto code = compile(world.request({{"decide", outputs}}));
  // In reverse order of the cells, code 0 would select the byte after them. The index is there,
  // so that reading past the last byte faults.
  GuardedPage page;
  std::uint8_t* in = page.end() - 4;
  for (std::uint8_t at = 0; at <= 3; ++at) {
    const std::uint8_t codes[] = {2, 3, 4, at};
    std::copy(std::begin(codes), std::end(codes), in);
    std::uint16_t out = 9;
    code.function("decide")(in, &out);
    EXPECT_EQ(out, at == 0 ? 0 : 5 - at);
  }
}

TEST(Jit, DroppedModulesReleaseTheirMemory) {
  RandomWorld world(3, 20);
  const auto request = world.request({{"decide", world.outputs}});
  for (int i = 0; i < 30; ++i) compile(request);  // fills the session's own structures
  const auto before = process_memory();
  {
    const auto code = compile(request);
    EXPECT_EQ(process_memory().code_mappings, before.code_mappings + 1);
  }
  for (int i = 0; i < 300; ++i) compile(request);
  const auto after = process_memory();
  EXPECT_EQ(after.code_mappings, before.code_mappings);
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory";
#endif
  // If each compilation leaked one page of code and one of data, that would be 600 pages.
  EXPECT_LT(after.resident_pages, before.resident_pages + 256);
}

TEST(Jit, LivingModulesAreNotDisturbedByDroppedOnes) {
  RandomWorld kept(11, 40);
  const auto code = compile(kept.request({{"decide", kept.outputs}}));
  for (unsigned seed = 0; seed < 10; ++seed) {
    RandomWorld dropped(seed, 20);
    auto other = compile(dropped.request({{"decide", dropped.outputs}}));
    other = compile(dropped.request({{"decide", dropped.outputs}}));  // the assignment drops the old code too
  }
  expect_equal(kept, kept.outputs, code.function("decide"), 11, 200);
}

TEST(Jit, SeveralThreadsCompileAndRunAtOnce) {
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      for (unsigned round = 0; round < 6; ++round) {
        const unsigned seed = 100 * thread + round;
        RandomWorld world(seed, 25);
        const auto code = compile(world.request({{"decide", world.outputs}}));
        expect_equal(world, world.outputs, code.function("decide"), seed, 50);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Jit, BadRequestsAreErrors) {
  RandomWorld world(1, 10);
  EXPECT_EQ(message_of(world.request({{"f", {}}, {"g", {}}, {"f", {}}})), "two functions are named `f`");
  EXPECT_EQ(message_of(world.request({{"", {}}})), "a function without a name");
  EXPECT_EQ(message_of(world.request({{"f", {NodeId{1000000}}}})), "`f`: no such node");
  EXPECT_EQ(message_of(world.request({{"f", {world.graph.constant(0, 70000)}}})),
            "`f`: an output has more than 65536 codes");
}

TEST(Jit, LeafWithoutAByteIsAnError) {
  World world;
  const ElementId element = world.input(enumeration(2));
  const NodeId leaf = world.leaf(element);
  world.read.clear();
  world.finish();
  EXPECT_EQ(message_of(world.request({{"f", {leaf}}})), "element 0 is read but has no input byte");
}

TEST(Jit, CutThatTheClassesDoNotKnowIsAnError) {
  World world;
  const ElementId number = world.input(number_type(0, 9));
  const NodeId cut = world.graph.cut(number, Cut{{{3, 5}}, {}, {}});
  world.finish();
  const Classes without(world.model, world.graph, {});
  EXPECT_EQ(message_of({world.graph, *world.layout, without, "test", {{"f", {cut}}}}), "the classes do not know cut 0");
}

}  // namespace
}  // namespace tally
