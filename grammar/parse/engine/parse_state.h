// What a match of the grammar leaves behind: nodes, and what is open.
//
// For example, `a is on` leaves the nodes name_value (token 0), flag_value (token 2),
// is_comparison (tokens 1 to 2) and comparison (tokens 0 to 2), in this order.
//
// In:     the start, success and failure of every rule that is a node (node_control.h)
// Out:    the nodes, each after its children. tree_builder.h makes the syntax tree of them.
// Always: a rule that fails leaves no node, and no bracket open. Private to
//         grammar/parse/ and grammar/format/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "grammar/parse/tokens/token_reader.h"

namespace tally::syntax {

// A rule that matched the tokens `begin` to before `end`.
struct Node {
  std::uint16_t rule = 0;  // its number in `Nodes` (grammar.h)
  std::uint32_t begin = 0, end = 0;
  std::uint32_t size = 1;  // nodes: itself and all below
};

// A rule that is being matched.
struct OpenRule {
  std::uint16_t rule = 0;
  std::uint32_t begin = 0;
  std::uint32_t nodes = 0;  // how many there were before it
};

// The tokens at which the parts of a table begin.
struct TableForm {
  std::uint32_t header = 0;
  std::uint32_t header_cells = 0;   // read so far
  std::uint32_t columns = 0;        // 0: the header has not been read yet
  std::uint32_t row_cells = 0;      // of the last row, read so far
  std::vector<std::uint32_t> rows;  // as counted
};

struct ParseState {
  explicit ParseState(const TokenReader& t) : tokens(t) {}

  const TokenReader& tokens;
  bool with_mistakes = false;  // the second pass, see mistakes.h
  std::vector<Node> nodes;
  std::vector<OpenRule> open_rules;
  std::vector<std::uint32_t> brackets;  // tokens of the brackets that are open
  std::size_t depth = 0;                // open brackets and other recursion
  std::size_t suffixes = 0;             // the longest chain of suffixes in what was read last
  bool in_table = false;                // bars separate cells
  TableForm table;                      // of the table that is being read

  void start(std::uint16_t rule, std::uint32_t begin) {
    open_rules.push_back({rule, begin, static_cast<std::uint32_t>(nodes.size())});
  }
  // `collapses`: with a single child the rule leaves the child alone.
  void succeed(std::uint32_t end, bool collapses) {
    const OpenRule open = open_rules.back();
    open_rules.pop_back();
    const auto below = static_cast<std::uint32_t>(nodes.size()) - open.nodes;
    if (collapses && below > 0 && nodes.back().size == below) return;
    nodes.push_back({open.rule, open.begin, end, below + 1});
  }
  void fail() {
    nodes.resize(open_rules.back().nodes);
    open_rules.pop_back();
  }
  // The innermost open rule with this number, or null.
  const OpenRule* innermost(std::uint16_t rule) const {
    const auto found =
        std::find_if(open_rules.rbegin(), open_rules.rend(), [&](const OpenRule& open) { return open.rule == rule; });
    return found == open_rules.rend() ? nullptr : &*found;
  }
  // Forgets everything about the last match.
  void reset() {
    nodes.clear();
    open_rules.clear();
    brackets.clear();
    depth = suffixes = 0;
    in_table = false;
    table = {};
  }
};

}  // namespace tally::syntax
