#include "bench/summary.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "bench/shapes.h"
#include "bench/stages.h"

namespace tally::bench {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// A quarter of the repetitions are below this time: it is the time on a nearly idle machine.
double first_quarter(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 4];
}

// "5.02 (4.98..5.31)": the median, and the range of the middle half.
std::string spread(std::vector<double> values, int digits) {
  std::sort(values.begin(), values.end());
  const std::size_t quarter = values.size() / 4;
  return number(median(values), digits) + " (" + number(values[quarter], digits) + ".." +
         number(values[values.size() - 1 - quarter], digits) + ")";
}

// Aligns the cells of the first column to the left, and all others to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + pad : "  " + pad + row[i];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

constexpr const char* by_hand[] = {"hand-choice", "hand-arithmetic", "hand-shifts",
                                   "hand-tables", "hand-one-table",  "hand-extraction"};
constexpr const char* call_counts[] = {"4096", "65536"};

}  // namespace

void Collector::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string name = run.run_name.function_name;
    if (run.error_occurred) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), run.error_message.c_str());
      failed_ = true;
      continue;
    }
    Values& values = runs_[name];
    const auto items = run.counters.find("items_per_second");
    values[""].push_back(items != run.counters.end() ? 1e9 / items->second : run.GetAdjustedRealTime());
    for (const auto& [counter, value] : run.counters) values[counter].push_back(value);
  }
}

const std::vector<double>* Collector::find(const std::string& benchmark, const std::string& value) const {
  const auto run = runs_.find(benchmark);
  if (run == runs_.end()) return nullptr;
  const auto values = run->second.find(value);
  return values == run->second.end() ? nullptr : &values->second;
}

std::string Collector::calls(const std::string& kind, const std::string& title) const {
  const auto of = [&](const std::string& who, const char* count) { return find(kind + "/" + who + "/" + count); };
  std::vector<std::vector<std::string>> rows{{"", "4,096 inputs", "65,536 inputs", "65,536 / 4,096"}};
  const auto add_row = [&](const std::string& who, const std::string& shown) {
    const auto *few = of(who, call_counts[0]), *many = of(who, call_counts[1]);
    if (!few || !many) return;
    rows.push_back({shown, spread(*few, 2), spread(*many, 2), number(median(*many) / median(*few), 2)});
  };
  using Typical = double (*)(std::vector<double>);
  // The fastest handwritten contender with this prefix.
  const auto best = [&](const std::string& prefix, const char* count, Typical typical) {
    std::optional<std::string> found;
    for (const char* who : by_hand) {
      const auto* times = of(prefix + who, count);
      if (times && (!found || typical(*times) < typical(*of(*found, count)))) found = prefix + who;
    }
    return found;
  };
  add_row("empty", "empty call");
  add_row("compiled", "compiled");
  for (const char* who : by_hand) add_row(who, who);
  add_row("hand-natural", "hand-natural, with branches");
  add_row("near-empty", "empty call, in the program");
  if (const auto near = best("near-", call_counts[0], median)) add_row(*near, near->substr(5) + ", in the program");

  const auto add_ratio = [&](const std::string& shown, const std::string& who, const std::string& prefix,
                             Typical typical) {
    std::vector<std::string> row{shown};
    for (const char* count : call_counts) {
      const auto against = best(prefix, count, typical);
      if (!of(who, count) || !against) return;
      row.push_back(number(typical(*of(who, count)) / typical(*of(*against, count)), 2));
    }
    rows.push_back(std::move(row));
  };
  add_ratio("compiled / the best by hand", "compiled", "", median);
  add_ratio("  of the quickest quarter", "compiled", "", first_quarter);
  add_ratio("compiled / the best in the program", "compiled", "near-", median);
  add_ratio("hand-natural / the best by hand", "hand-natural", "", median);
  if (rows.size() == 1) return "";
  return title + "\n\n" + aligned(rows) + "\n";
}

std::string Collector::compile() const {
  std::vector<std::vector<std::string>> rows{{""}};
  for (const char* stage : stage_names) rows[0].push_back(stage);
  rows[0].insert(rows[0].end(), {"front end", "all", "of that, LLVM"});
  for (const std::string which : {"again", "first"}) {
    if (!find("compile/" + which)) continue;
    std::vector<std::string> row{which};
    double front = 0, all = 0;
    for (std::size_t i = 0; i < stage_count; ++i) {
      const double stage = median(*find("compile/" + which, stage_names[i]));
      row.push_back(number(stage, 2));
      if (i < front_stages) front += stage;
      all += stage;
    }
    row.push_back(number(front, 2));
    row.push_back(spread(*find("compile/" + which), 1));
    row.push_back(number(100 * (all - front) / all, 0) + " %");
    rows.push_back(std::move(row));
  }
  if (rows.size() == 1) return "";
  return "Source text of rules/call_recording.tally to callable functions, ms\n\n" + aligned(rows) + "\n";
}

std::string Collector::sweeps(const std::string& space, const std::string& title) const {
  const auto of = [&](const std::string& who, int threads) {
    return find("sweep/" + space + "/" + who + "/" + std::to_string(threads));
  };
  std::vector<std::vector<std::string>> rows{{"", "one thread"}};
  if (of("compiled", 2)) rows[0].push_back("two threads");
  const auto add_row = [&](const std::string& shown, auto cell) {
    std::vector<std::string> row{shown};
    for (std::size_t threads = 1; threads < rows[0].size(); ++threads) {
      std::string text = cell(static_cast<int>(threads));
      if (text.empty()) return;
      row.push_back(std::move(text));
    }
    rows.push_back(std::move(row));
  };
  const std::string names[] = {"compiled", "hand-complete", "hand-specialised"};
  for (const std::string& who : names) {
    add_row(who, [&](int threads) { return of(who, threads) ? spread(*of(who, threads), 1) : ""; });
  }
  using Typical = double (*)(std::vector<double>);
  const auto ratio = [&](Typical typical) {
    return [&, typical](int threads) -> std::string {
      const auto *compiled = of(names[0], threads), *complete = of(names[1], threads), *special = of(names[2], threads);
      if (!compiled || !complete || !special) return "";
      return number(typical(*compiled) / std::min(typical(*complete), typical(*special)), 3);
    };
  };
  add_row("compiled / the best by hand", ratio(median));
  add_row("  of the quickest quarter", ratio(first_quarter));
  if (rows.size() == 1) return "";
  return title + ", us\n\n" + aligned(rows) + "\n";
}

std::string Collector::questions() const {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, shown] : std::vector<std::pair<std::string, std::string>>{
           {"matrix", "matrices of the guide's tables"},
           {"diff-common", "guide and switch, account and caller, --common"},
           {"diff", "the same without --common"},
           {"solve", "what Sales wants"},
           {"audit", "10,000 devices: which are never recorded?"},
           {"audit-bind", "binding the same devices"}}) {
    if (const auto* times = find("question/" + name)) rows.push_back({shown, spread(*times, 2)});
  }
  if (rows.empty()) return "";
  return "Questions about whole policies, ms\n\n" + aligned(rows) + "\n";
}

std::string Collector::growth(const std::string& shape) const {
  std::vector<std::vector<std::string>> rows{{"rules"}};
  for (const char* stage : stage_names) rows[0].push_back(stage);
  rows[0].insert(rows[0].end(), {"front end", "all", "us a rule", "peak MB", "code kB"});
  for (const std::string rules : {"10", "100", "1000", "10000"}) {
    const std::string name = "growth/" + shape + "/" + rules;
    if (!find(name)) continue;
    std::vector<std::string> row{rules};
    double front = 0;
    for (std::size_t i = 0; i < stage_count; ++i) {
      const double stage = median(*find(name, stage_names[i]));
      row.push_back(number(stage, 1));
      if (i < front_stages) front += stage;
    }
    row.push_back(number(front, 1));
    row.push_back(spread(*find(name), 0));
    row.push_back(number(1e3 * median(*find(name)) / median(*find(name, "rules")), 0));
    row.push_back(number(median(*find(name, "peak_MB")), 0));
    row.push_back(number(median(*find(name, "code_kB")), 0));
    rows.push_back(std::move(row));
  }
  if (rows.size() == 1) return "";
  return "Growth, shape `" + shape + "`, ms\n\n" + aligned(rows) + "\n";
}

std::string Collector::requests() const {
  std::vector<std::vector<std::string>> rows{{"", "us a line", "lines a second", "of all", "peak MB"}};
  const auto* all = find("requests/all");
  const auto add_row = [&](const std::string& benchmark, const std::string& shown) {
    const auto* times = find("requests/" + benchmark);
    if (!times) return;
    std::vector<double> us;
    for (const double ns : *times) us.push_back(ns / 1e3);
    const auto* peak = find("requests/" + benchmark, "peak_MB");
    rows.push_back({shown, spread(us, 2), number(1e6 / median(us), 0),
                    all ? number(100 * median(*times) / median(*all), 0) + " %" : "",
                    peak ? number(median(*peak), 0) : ""});
  };
  add_row("json", "JSON alone");
  add_row("bind", "bind, JSON included");
  add_row("decide", "decide");
  add_row("answer", "answer");
  add_row("all", "all");
  add_row("command/10000", "the command, 10,000 lines");
  add_row("command/1000000", "the command, 1,000,000 lines");
  if (rows.size() == 1) return "";
  std::string text = "Requests to rules/kazoo5.tally, a line each\n\n" + aligned(rows) + "\n";
  const auto *few = find("requests/command/10000", "processor_s"),
             *many = find("requests/command/1000000", "processor_s");
  if (few && many) {
    text += "  the command, of the processor's time: " + number(1e6 * (median(*many) - median(*few)) / 990'000, 2) +
            " us a line, after " + number(median(*few), 1) + " s for the rules and the first 10,000\n";
  }
  if (const auto* bound = find("requests/decide")) {
    const double decisions = median(*find("requests/decide", "decisions"));
    text += "  a decision of a bound call: " + number(median(*bound) / decisions, 1) +
            " ns; a line: " + number(median(*find("requests/decide", "bytes")), 0) + " bytes, " + number(decisions, 0) +
            " decisions\n\n";
  }
  return text;
}

std::string Collector::relations() const {
  const auto *without = find("relations/without"), *with = find("relations/with");
  if (!without || !with) return "";
  const auto row = [&](const std::string& shown, const std::vector<double>& times) {
    std::vector<double> us;
    for (const double ns : times) us.push_back(ns / 1e3);
    return std::vector<std::string>{shown, spread(us, 3), number(median(times) / median(*without), 2)};
  };
  return "Relations: a request of twenty numbers, bound and decided\n\n" +
         aligned({{"ten rules that compare", "us", "ratio"},
                  row("a number with a literal", *without),
                  row("two numbers", *with)}) +
         "\n";
}

std::string Collector::texts() const {
  std::vector<std::vector<std::string>> rows{{"", "the table, ns", "a trie by hand, ns", "ratio"}};
  for (const std::string count : {"300", "3000", "30000"}) {
    const std::string what = count + " prefixes";
    const auto *table = find("texts/table/" + what), *trie = find("texts/trie by hand/" + what);
    if (table && trie)
      rows.push_back({what, spread(*table, 1), spread(*trie, 1), number(median(*table) / median(*trie), 2)});
  }
  if (rows.size() == 1) return "";
  return "Texts: the code of a number of twelve digits\n\n" + aligned(rows) + "\n";
}

std::string Collector::embedding() const {
  std::string text;
  const auto ratio = [&](const std::string& a, const std::string& b) {
    return find(a) && find(b) ? number(median(*find(a)) / median(*find(b)), 2) : std::string("-");
  };
  const auto table = [&](const std::string& title, const std::vector<std::pair<std::string, std::string>>& which,
                         const std::string& unit, const std::string& against) {
    std::vector<std::vector<std::string>> rows{{"", unit, "ratio"}};
    for (const auto& [name, shown] : which) {
      if (find(name)) rows.push_back({shown, spread(*find(name), 2), ratio(name, against)});
    }
    if (rows.size() > 1) text += title + "\n\n" + aligned(rows) + "\n";
  };
  table("Embedding: a call, two facts set, three decisions and their rules read, ns",
        {{"embed/bare", "the compiled function, facts stored"},
         {"embed/decide", "tally_call_decide alone"},
         {"embed/log-decide", "likewise, with a log, while its ring has room"},
         {"embed/call", "through the C interface"},
         {"embed/log", "that with a log, while its ring has room"},
         {"embed/log-sustained", "that without a pause: the log waits for its writer"},
         {"embed/single", "likewise, a function for each fact and result"},
         {"embed/attach", "the first, a document attached each time"}},
        "ns", "embed/bare");
  for (const std::string rows : {"4096", "16777216"}) {
    table("Embedding: a batch of " + rows + " rows, ns a row",
          {{"batch/hand/" + rows, "C++, vectorised by its compiler"},
           {"batch/compiled/" + rows, "the compiled functions"},
           {"batch/interface/" + rows, "tally_decide_batch"}},
          "ns", "batch/hand/" + rows);
  }
  table("Embedding: documents and versions, us",
        {{"embed/bind", "binding a device's document"},
         {"embed/reload", "a .so replaced, to the first decision by it"},
         {"embed/reload-rules", "rules replaced, likewise"}},
        "us", "embed/bind");
  std::vector<std::vector<std::string>> rows{{"", "longest", "1 in 10,000 above"}};
  for (const std::string which : {"quiet", "reloading"}) {
    const std::string name = "embed/pause-" + which;
    if (!find(name)) continue;
    rows.push_back({which, spread(*find(name, "longest_us"), 1), spread(*find(name, "rare_us"), 2)});
  }
  if (rows.size() > 1) text += "Embedding: the pause between two decisions of a thread, us\n\n" + aligned(rows) + "\n";
  return text;
}

std::string Collector::summary() const {
  std::string text = "Medians of all repetitions, with the middle half of them in brackets.\n\n";
  text += calls("call", "A call of the three start decisions together, ns, one call after the other");
  text += calls("chained", "The same, ns, where a call waits for the one before it");
  text += embedding();
  text += compile();
  text += sweeps("read", "Sweep of the start decisions over what they read, 2,125,764 combinations");
  text += sweeps("documents", "Sweep of the start decisions over five documents, 13,947,137,604 combinations");
  text += questions();
  for (const char* shape : shape_names) text += growth(shape);
  text += requests();
  text += relations();
  text += texts();
  text.pop_back();
  return text;
}

}  // namespace tally::bench
