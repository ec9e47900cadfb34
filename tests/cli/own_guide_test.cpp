// What `tally matrix --format markdown` prints agrees with itself: `--against` finds every row of it
// right, whatever the names and values of a policy look like in a table.
//
// The policies are random. TALLY_QUESTION_SEEDS=FIRST..LAST tries other seeds than those below.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/question_rules.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {
namespace {

// Names that a guide's words, titles and columns have as well.
const std::vector<std::string> names{"yes-or-no", "setting", "row",    "changes-it", "owner", "a-b",
                                     "a_b",       "caller",  "callee", "always",     "note"};
const std::vector<std::string> members{"if",  "on",      "unset",   "inbound", "a-b",
                                       "a_b", "enabled", "setting", "is",      "otherwise"};
const std::vector<std::string> values{"inbound",         "outbound",        "enabled",          "yes",
                                      "one = \"¹\"",     "bold = \"*x*\"",  "bar = \"a|b\"",    "code = \"`x`\"",
                                      "mark = \"[^a]\"", "under = \"_x_\"", "back = \"a\\\\\"", "comma = \"a, b\"",
                                      "blank = \" x \""};

struct Named {
  std::string rules, settings, by;
};

class HostileNames {
 public:
  explicit HostileNames(std::uint64_t seed) : random_(seed) {}

  Named run() {
    std::vector<std::string> all = names, some = values;
    random_.shuffle(all);
    random_.shuffle(some);
    const std::string direction = "(" + some[0] + " | " + some[1] + (random_.chance(50) ? " | " + some[2] : "") + ")";
    const auto name_of = [](const std::string& value) { return value.substr(0, value.find(' ')); };
    const std::string leg = all[0], cells = all[1], device = all[2], limit = all[3], called = all[4];
    Named out;
    out.rules = "type direction = " + direction.substr(1, direction.size() - 2) + "\ninput " + leg + " : direction" +
                (random_.chance(40) ? "?" : "") + "\ninput " + cells + " : flag?[direction]\n";
    std::vector<std::string> fields = members;
    random_.shuffle(fields);
    out.rules += "input " + device + " : { " + fields[0] + " : flag?, " + fields[1] + " : flag? }?\n";
    out.rules += "input " + limit + " : (0..99)?\ninput " + called + " : text?\n";
    const std::vector<std::string> tests{leg + " is " + name_of(some[0]),
                                         leg + " is not " + name_of(some[1]),
                                         cells + "[" + name_of(some[0]) + "] is on",
                                         cells + "[" + name_of(some[1]) + "] is not on",
                                         device + "." + fields[0] + " is on",
                                         device + "." + fields[1] + " is not on",
                                         limit + " < 30",
                                         limit + " is set",
                                         called + " is \"a|b\"",
                                         called + " starts \"*x\"",
                                         called + " in (\"yes\", \"`no`\")"};
    out.rules += "decision rec : flag {\n";
    for (std::size_t i = random_.between(2, 4); i > 0; --i) {
      out.rules += std::string("  ") + (random_.chance(70) ? "on" : "off") + " when " + random_.pick(tests);
      while (random_.chance(60)) out.rules += " and " + random_.pick(tests);
      out.rules += "\n";
    }
    out.rules += "  off otherwise\n}\n";
    out.settings = "--settings '" + cells + "[*]' --settings " + device;
    if (random_.chance(30)) out.settings += " --settings '" + cells + "[*]'";
    if (random_.chance(30)) out.settings += " --settings 'Own: " + device + " as mine'";
    if (random_.chance(60))
      out.by = " --by " + leg + (random_.chance(30) ? "," + limit : "") + (random_.chance(30) ? "," + called : "");
    return out;
  }

 private:
  Random random_;
};

std::string read(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

TEST(OwnGuide, EveryPrintedMatrixAgreesWithItself) {
  const auto [first, last] = question_seeds(150);
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("own_guide." + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string rules = (folder / "rules.tally").string(), guide = (folder / "guide.md").string(),
                    log = (folder / "log").string();
  std::size_t printed = 0;
  for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) {
    const Named named = HostileNames(seed).run();
    std::ofstream(rules) << named.rules;
    const std::string command = std::string(TALLY_COMMAND) + " matrix " + rules + " " + named.settings + named.by;
    if (std::system((command + " --format markdown >" + guide + " 2>" + log).c_str()) != 0) {
      ADD_FAILURE() << "seed " << seed << "\n" << named.rules << command << "\n" << read(log);
      break;
    }
    ++printed;
    const int ended = std::system((command + " --against " + guide + " >" + log + " 2>&1").c_str());
    EXPECT_EQ(ended, 0) << "seed " << seed << "\n" << named.rules << command << "\n" << read(guide) << read(log);
    EXPECT_EQ(read(log).find("left out"), std::string::npos) << "seed " << seed << "\n" << named.rules << read(log);
  }
  EXPECT_EQ(printed, last - first + 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tally::testing
