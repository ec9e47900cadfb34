// Generated code as text: it has no branches and no calls, reads map cells by address, and is
// the same every time.
#include "compiler/llvm/codegen.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/random_graph.h"

namespace tally {
namespace {

using testing::enumeration;
using testing::RandomWorld;
using testing::World;

std::string print(const FunctionRequest& request, Listing what) {
  auto result = print_listing(request, what);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return "";
  }
  return *result;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

// The instructions of an assembly text that may leave straight-line code, except `ret` and the calls of a long
// function's parts.
std::vector<std::string> jumps(const std::string& assembly) {
  std::vector<std::string> found;
  std::istringstream lines(assembly);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    if (line.empty() || line[0] != '\t' || !(words >> word) || line.find("\tdecide.part") != std::string::npos)
      continue;
    if (word[0] == 'j' || word[0] == 'b' || word.starts_with("cb") || word.starts_with("tb") ||
        word.starts_with("call") || word.starts_with("loop")) {
      // Bit instructions begin with b or bt on x86.
      if (word.starts_with("bt") || word.starts_with("bs") || word.starts_with("bl") || word.starts_with("bz") ||
          word.starts_with("bex") || word.starts_with("bic") || word.starts_with("bf") || word.starts_with("bsw"))
        continue;
      found.push_back(line);
    }
  }
  return found;
}

TEST(Codegen, CodeIsBranchFree) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    RandomWorld world(seed, 40);
    const auto found = jumps(print(world.request({{"decide", world.outputs}}), Listing::assembly));
    EXPECT_TRUE(found.empty()) << "seed " << seed << ": " << found.front();
  }
}

// Functions in one piece, and in parts.
TEST(Codegen, LargeCodeIsBranchFree) {
  for (const int nodes : {150, 400, 1000, 3000}) {
    RandomWorld world(static_cast<unsigned>(nodes), nodes);
    std::vector<NodeId> all;
    for (std::uint32_t i = 0; i < world.graph.size(); i += 3) all.push_back(NodeId{i});
    const auto found = jumps(print(world.request({{"decide", all}}), Listing::assembly));
    EXPECT_TRUE(found.empty()) << nodes << " nodes: " << found.front();
  }
}

TEST(Codegen, ManyEqualOutputsAreStoredWithoutACall) {
  World world;
  world.finish();
  for (const std::uint32_t code : {0u, 0x101u}) {
    const std::vector<NodeId> outputs(2000, world.graph.constant(code, 1000));
    const auto text = print(world.request({{"decide", outputs}}), Listing::assembly);
    EXPECT_TRUE(jumps(text).empty()) << jumps(text).front();
    EXPECT_EQ(count(text, "memset"), 0u);
  }
}

struct Settings : World {
  NodeId source, destination;
  std::vector<NodeId> account, user, device;

  Settings() {
    const auto network = enumeration(2);
    const auto flag = as_optional(enumeration(2));
    source = leaf(input(network));
    destination = leaf(input(network));
    for (auto* block : {&account, &user, &device}) {
      for (ElementId cell : map(flag, {network, network})) block->push_back(leaf(cell));
    }
  }
  std::size_t loads(NodeId output) {
    if (layout == nullptr) finish();
    const auto text = print(request({{"decide", {output}}}), Listing::optimized_llvm);
    return count(text, " load i8");
  }
};

TEST(Codegen, CellOfAMapIsOneLoad) {
  Settings s;
  EXPECT_EQ(s.loads(s.by(s.source, {s.account[0], s.account[1]})), 2u);
  EXPECT_EQ(s.loads(s.is(s.by(s.source, {s.account[2], s.account[3]}), 2)), 2u);
  // Column and row in reverse order.
  EXPECT_EQ(s.loads(s.by(s.destination, {s.account[0], s.account[2]})), 2u);
  EXPECT_EQ(s.loads(s.by(s.destination, {s.account[3], s.account[0]})), 2u);
}

TEST(Codegen, TwoIndicesAreOneLoad) {
  Settings s;
  const NodeId rows[] = {s.by(s.destination, {s.account[0], s.account[1]}),
                         s.by(s.destination, {s.account[2], s.account[3]})};
  EXPECT_EQ(s.loads(s.by(s.source, {rows[0], rows[1]})), 3u);
  const NodeId diagonal[] = {s.by(s.source, {s.account[0], s.account[1]}),
                             s.by(s.source, {s.account[2], s.account[3]})};
  EXPECT_EQ(s.loads(s.by(s.source, {diagonal[0], diagonal[1]})), 2u);
}

TEST(Codegen, CellOfAnIndexThatMayBeUnsetIsOneLoadToo) {
  for (const std::size_t values : {2, 3}) {
    Settings s;
    const TypeRef type = enumeration(values);
    const NodeId index = s.leaf(s.input(as_optional(type)));
    std::vector<NodeId> cells;
    for (ElementId cell : s.map(enumeration(2), {type})) cells.push_back(s.leaf(cell));
    EXPECT_EQ(s.loads(s.by(index, cells)), 2u) << values << " values";
  }
}

TEST(Codegen, SelectsMoveAfterEqualOperations) {
  Settings s;
  std::vector<NodeId> tests;
  for (int i = 0; i < 4; ++i) tests.push_back(s.is(s.account[i], 2));
  const NodeId condition = s.by(s.source, {tests[0], tests[1]});
  EXPECT_EQ(s.loads(condition), 2u);
  const NodeId layered[] = {s.graph.first_set(s.device[0], s.user[0]), s.graph.first_set(s.device[1], s.user[1])};
  const NodeId endpoint = s.by(s.source, {s.is(layered[0], 0), s.is(layered[1], 0)});
  EXPECT_EQ(s.loads(endpoint), 3u);
}

TEST(Codegen, OutputsChosenTogetherAreOneStore) {
  Settings s;
  const NodeId on = s.is(s.account[0], 2), off = s.is(s.account[1], 2);
  const auto constant = [&](std::uint32_t code) { return s.graph.constant(code, 9); };
  std::vector<NodeId> outputs;
  for (std::uint32_t i = 0; i < 4; ++i)
    outputs.push_back(s.graph.choose({{on, constant(i)}, {off, constant(i + 1)}}, constant(8 - i)));
  s.finish();
  const auto text = print(s.request({{"decide", outputs}}), Listing::optimized_llvm);
  EXPECT_EQ(count(text, "store i64"), 1u) << text;
  EXPECT_EQ(count(text, "store "), 1u) << text;
}

// LLVM leaves the lowest set bit of a zero word undefined. Many processors happen to give the
// right result, so only the text of the code shows the fault.
TEST(Codegen, AWordThatMayBeZeroIsTestedFirst) {
  for (const std::uint32_t rules : {62u, 63u, 64u, 65u}) {
    World world;
    const NodeId a = world.leaf(world.input(enumeration(9))), b = world.leaf(world.input(enumeration(9)));
    std::vector<std::pair<NodeId, NodeId>> arms;
    for (std::uint32_t rule = 0; rule < rules; ++rule) {
      const NodeId condition = world.graph.both({world.is(a, 1 + rule / 9), world.is(b, 1 + rule % 9)});
      arms.emplace_back(condition, world.graph.constant(rule, rules + 1));
    }
    const NodeId rule = world.graph.choose(arms, world.graph.constant(rules, rules + 1));
    world.finish();
    const auto text = print(world.request({{"decide", {rule}}}), Listing::llvm);
    const std::size_t words = (rules + 63) / 64, with_room = rules % 64 == 0 ? 0 : 1;
    EXPECT_EQ(count(text, " = call i64 @llvm.cttz"), words) << rules << " rules";
    EXPECT_EQ(count(text, " = icmp ne i64 "), words - with_room) << rules << " rules";
  }
}

TEST(Codegen, TextIsTheSameEveryTime) {
  for (const auto what : {Listing::llvm, Listing::optimized_llvm, Listing::assembly}) {
    RandomWorld first(5, 60), second(5, 60);
    const auto text = print(first.request({{"decide", first.outputs}}), what);
    EXPECT_EQ(text, print(first.request({{"decide", first.outputs}}), what));
    EXPECT_EQ(text, print(second.request({{"decide", second.outputs}}), what));
    EXPECT_NE(text.find("decide"), std::string::npos);
  }
}

TEST(Codegen, ErrorsAreReturnedByPrintingToo) {
  World world;
  world.finish();
  const auto result = print_listing(world.request({{"f", {}}, {"f", {}}}), Listing::llvm);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().cause, Cause::usage);
  EXPECT_EQ(result.error().message, "two functions are named `f`");
}

}  // namespace
}  // namespace tally
