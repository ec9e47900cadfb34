// Binding of texts: the code of a number of twelve digits, by the prefixes of a carrier's rate sheet, beside a trie of
// digits that is written by hand for this alone.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/registry.h"
#include "compiler/texts/automaton.h"
#include "runtime/documents/facts.h"

namespace tally::bench {
namespace {

constexpr std::size_t rates = 200, numbers = 4096;

// Prefixes as they are in a rate sheet: they share country and area codes, and have three to seven digits.
std::vector<std::string> rate_sheet(std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::string> prefixes;
  for (std::size_t i = 0; prefixes.size() < count; ++i) {
    const std::string country = std::to_string(100 + i / 100 % 300);
    std::string prefix = country + std::to_string(i % 100 + 10);
    for (std::size_t more = i / 30'000 + random() % 2; more > 0; --more)
      prefix += static_cast<char>('0' + random() % 10);
    prefixes.push_back(prefix);
  }
  return prefixes;
}

struct Sheet {
  std::vector<std::pair<std::string, std::uint8_t>> prefixes;
  std::vector<std::string> called;
};

Sheet sheet_of(std::size_t count) {
  Sheet sheet;
  std::mt19937 random(2);
  for (const std::string& prefix : rate_sheet(count))
    sheet.prefixes.emplace_back(prefix, static_cast<std::uint8_t>(1 + random() % rates));
  for (std::size_t i = 0; i < numbers; ++i) {
    std::string number = sheet.prefixes[random() % count].first;
    while (number.size() < 12) number += static_cast<char>('0' + random() % 10);
    sheet.called.push_back(number);
  }
  return sheet;
}

// The element of a text, with the table that the compiler makes for these prefixes.
ElementDescriptor element_of(const Sheet& sheet) {
  std::vector<TextSet> sets(rates);
  for (const auto& [prefix, code] : sheet.prefixes) sets[code - 1].prefixes.push_back(prefix);
  const auto automaton = TextAutomaton::of(sets);
  const auto bytes = automaton->over_bytes();
  ElementDescriptor element;
  element.kind = ElementDescriptor::Kind::text;
  element.table.columns = bytes->letters;
  element.table.width = bytes->width;
  element.table.first_sink = bytes->first_sink;
  element.table.next = bytes->next;
  for (const std::uint32_t one : bytes->classes)
    element.table.codes.push_back(static_cast<std::uint16_t>(one % 251 + 1));
  return element;
}

// A node has ten children, and the code of the longest prefix that leads to it.
class Trie {
 public:
  void add(const std::string& prefix, std::uint8_t code) {
    std::uint32_t node = 0;
    for (const char digit : prefix) {
      const auto i = static_cast<std::size_t>(digit - '0');
      if (nodes_[node].children[i] == 0) {
        nodes_[node].children[i] = static_cast<std::uint32_t>(nodes_.size());
        nodes_.emplace_back();
      }
      node = nodes_[node].children[i];
    }
    nodes_[node].code = code;
  }
  std::uint8_t code_of(std::string_view number) const {
    std::uint32_t node = 0;
    std::uint8_t code = 0;
    for (const char digit : number) {
      const auto i = static_cast<unsigned char>(digit - '0');
      if (i > 9) break;
      node = nodes_[node].children[i];
      if (node == 0) break;
      if (nodes_[node].code != 0) code = nodes_[node].code;
    }
    return code;
  }

 private:
  struct Node {
    std::array<std::uint32_t, 10> children{};
    std::uint8_t code = 0;
  };
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

template <class CodeOf>
void bind_all(benchmark::State& state, const Sheet& sheet, CodeOf code_of) {
  for (auto _ : state) {
    for (const std::string& number : sheet.called) benchmark::DoNotOptimize(code_of(number));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * sheet.called.size()));
}

}  // namespace

void register_texts() {
  for (const std::size_t count : {300u, 3'000u, 30'000u}) {
    const std::string what = std::to_string(count) + " prefixes";
    benchmark::RegisterBenchmark(("texts/table/" + what).c_str(), [count](benchmark::State& state) {
      const Sheet sheet = sheet_of(count);
      const ElementDescriptor element = element_of(sheet);
      bind_all(state, sheet, [&](const std::string& number) { return code_of_text(element, number); });
    });
    benchmark::RegisterBenchmark(("texts/trie by hand/" + what).c_str(), [count](benchmark::State& state) {
      const Sheet sheet = sheet_of(count);
      Trie trie;
      for (const auto& [prefix, code] : sheet.prefixes) trie.add(prefix, code);
      bind_all(state, sheet, [&](const std::string& number) { return trie.code_of(number); });
    });
  }
}

}  // namespace tally::bench
