// Tables in which the longest prefix wins, against a plain search: random tables over short texts, with every
// text that is not much longer. And tables of so many prefixes that a code takes two bytes.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/agreement.h"

namespace tally {
namespace {

// One way in which a row matches: a prefix or a whole text, but not what begins with `except`.
struct Start {
  std::string text;
  bool whole = false;
  std::string except;  // "" for none

  bool matches(const std::string& called) const {
    if (!except.empty() && called.starts_with(except)) return false;
    return whole ? called == text : called.starts_with(text);
  }
  std::size_t length() const { return whole ? SIZE_MAX : text.size(); }
};
struct Row {
  std::vector<Start> starts;
  std::optional<bool> day;  // nothing: either
};

class RandomTable {
 public:
  RandomTable(std::uint64_t seed, std::size_t rows, std::string letters, std::size_t most)
      : random_(seed), letters_(std::move(letters)), most_(most) {
    text_ = "input called : text?\ninput day : flag\ndecision d : 0..100000 longest {\n  | called | day |\n";
    for (std::size_t i = 0; i < rows; ++i) add_row();
    otherwise_ = below(2) == 0;
    // At least one cell has a prefix.
    rows_.push_back({{{"9", false, ""}}, std::nullopt});
    text_ += "  | starts \"9\" | - | " + std::to_string(rows_.size()) + "\n";
    text_ += (otherwise_ ? "  0 otherwise\n}\n" : "}\n");
  }

  const std::string& text() const { return text_; }

  // The number of the row that wins, from 1; 0 if none matches.
  std::size_t decided(const std::optional<std::string>& called, bool day) const {
    std::size_t winner = 0;
    std::size_t longest = 0;
    for (std::size_t i = 0; called && i < rows_.size(); ++i) {
      if (rows_[i].day && *rows_[i].day != day) continue;
      for (const Start& start : rows_[i].starts) {
        if (!start.matches(*called) || (winner != 0 && start.length() <= longest)) continue;
        winner = i + 1;
        longest = start.length();
      }
    }
    return winner == 0 && otherwise_ ? rows_.size() + 1 : winner;
  }

  // Every text of at most this many letters.
  std::vector<std::string> texts(std::size_t length) const {
    std::vector<std::string> out{""};
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i].size() == length) continue;
      for (const char letter : letters_ + "9") out.push_back(out[i] + letter);
    }
    return out;
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string some_text(std::size_t least) {
    std::string out;
    for (std::size_t n = least + below(most_ - least + 1); n > 0; --n) out += letters_[below(letters_.size())];
    return out;
  }

  void add_row() {
    Row row;
    std::string cell;
    switch (below(5)) {
      case 0: {
        row.starts = {{some_text(0), false, ""}, {some_text(1), false, ""}};
        cell = "starts (\"" + row.starts[0].text + "\", \"" + row.starts[1].text + "\")";
        break;
      }
      case 1: {
        row.starts = {{some_text(0), true, ""}};
        cell = "\"" + row.starts[0].text + "\"";
        break;
      }
      case 2: {
        const std::string prefix = some_text(1), except = prefix + some_text(1);
        row.starts = {{prefix, false, except}, {some_text(1), true, ""}};
        cell = "starts \"" + prefix + "\" but not starts \"" + except + "\" or \"" + row.starts[1].text + "\"";
        break;
      }
      default: {
        row.starts = {{some_text(1), false, ""}};
        cell = "starts \"" + row.starts[0].text + "\"";
        break;
      }
    }
    if (below(3) == 0) row.day = below(2) == 0;
    rows_.push_back(row);
    text_ += "  | " + cell + " | " + (row.day ? (*row.day ? "on" : "off") : "-") + " | " +
             std::to_string(rows_.size()) + "\n";
  }

  std::mt19937_64 random_;
  std::string letters_;
  std::size_t most_;
  std::vector<Row> rows_;
  bool otherwise_ = false;
  std::string text_;
};

// The interpreter decides as the plain search; diagrams and compiled code decide as the interpreter.
void hold(const RandomTable& table, std::size_t length) {
  const Compilation c =
      compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(table.text()); });
  ASSERT_TRUE(c.policy) << table.text();
  const reference::Interpreter interpreter(*c.policy->model);
  const auto expect = [&](const std::optional<std::string>& called, bool day) {
    const auto facts = [&](ElementId id) -> Literal {
      if (c.policy->model->at(id).name == "day") return EnumName{day ? "on" : "off"};
      return called ? Literal{*called} : Literal{Unset{}};
    };
    ASSERT_EQ(interpreter.decide(DecisionId{0}, facts).rule, table.decided(called, day))
        << called.value_or("unset") << (day ? " by day\n" : " by night\n") << table.text();
  };
  for (const bool day : {false, true}) {
    expect(std::nullopt, day);
    for (const std::string& called : table.texts(length)) expect(called, day);
  }
  const testing::Agreement agreement = testing::compare(*c.policy);
  EXPECT_GT(agreement.calls, 0u);
  EXPECT_EQ(agreement.differences, std::vector<std::string>()) << table.text();
}

TEST(Longest, TheLongestPrefixWins) {
  for (std::uint64_t seed = 0; seed < 150 && !HasFailure(); ++seed) hold({seed, 1 + seed % 12, "01", 4}, 6);
}

TEST(Longest, AlsoAmongHundreds) {
  for (std::uint64_t seed = 0; seed < 4 && !HasFailure(); ++seed) hold({seed, 320 + 80 * seed, "0123456", 5}, 4);
}

}  // namespace
}  // namespace tally
