// The guide's reading (rules/call_recording.tally) and the switch's (rules/kazoo5.tally) run on
// every combination of the settings that both know. docs/guide_and_switch.md states how often
// they differ, and shows the smallest documents on which they do. This test counts both, and
// compares the page with its counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/running.h"

namespace tally::testing {
namespace {

constexpr const char* page = "docs/guide_and_switch.md";

constexpr std::array networks = {"onnet", "offnet"};
constexpr std::array directions = {"inbound", "outbound"};

// The `enabled` of the four cells of one document: 0 unset, 1 off, 2 on. Nothing if the document
// has no settings at all.
using Cells = std::array<int, 4>;
using Settings = std::optional<Cells>;

std::vector<Settings> every_settings() {
  std::vector<Settings> all{std::nullopt};
  for (int n = 0; n < 81; ++n) all.push_back(Cells{n / 27, n / 9 % 3, n / 3 % 3, n % 3});
  return all;
}

std::size_t size_of(const Settings& settings) {
  if (!settings) return 0;
  return 1 + static_cast<std::size_t>(
                 std::count_if(settings->begin(), settings->end(), [](int cell) { return cell != 0; }));
}

std::string as_json(const Cells& cells) {
  std::string out;
  for (std::size_t d = 0; d < 2; ++d) {
    std::string within;
    for (std::size_t n = 0; n < 2; ++n) {
      const int cell = cells[2 * d + n];
      if (cell == 0) continue;
      within += std::string(within.empty() ? "" : ", ") + "\"" + networks[n] +
                "\": {\"enabled\": " + (cell == 2 ? "true" : "false") + "}";
    }
    if (!within.empty()) out += std::string(out.empty() ? "" : ", ") + "\"" + directions[d] + "\": {" + within + "}";
  }
  return "{" + out + "}";
}

std::string call_of(std::size_t source, std::size_t destination) {
  return std::string("{\"source\": \"") + networks[source] + "\", \"destination\": \"" + networks[destination] + "\"";
}

// A rule file that decides requests.
class Reading {
 public:
  explicit Reading(const std::string& path) : running_(start(path, faults_)) {}
  bool runs() const { return running_ != nullptr; }
  const std::string& faults() const { return faults_; }

  std::string value(const std::string& decision, const std::string& request) {
    if (!stream_) stream_ = std::make_unique<RequestStream>(running_->binder);
    const BoundCall* call = stream_->bind(request);
    if (call == nullptr) return "refused: " + stream_->faults().front().message;
    decide(running_->descriptor(), running_->compiled.code, *call, false, results_);
    for (const DecisionDescriptor& d : running_->descriptor().decisions) {
      std::string out;
      if (d.name == decision) return append_value(out, d, *call, results_), out;
    }
    return "no such decision";
  }

 private:
  std::string faults_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<RequestStream> stream_;
  Results results_;
};

struct Difference {
  std::size_t count = 0;
  std::size_t size = 0;  // of the smallest request: the number of settings objects and their cells
  std::string request;   // the first of the smallest
};

struct Compared {
  std::size_t combinations = 0, equal = 0;
  std::map<std::pair<std::string, std::string>, Difference> different;  // by the guide's value and the switch's
};

class GuideAndSwitch : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(guide_.runs()) << guide_.faults();
    ASSERT_TRUE(switch_.runs()) << switch_.faults();
  }

  void compare(Compared& into, const std::string& decision, const std::string& request, std::size_t size) {
    const std::string by_guide = guide_.value(decision, request), by_switch = switch_.value(decision, request);
    ASSERT_EQ(by_guide.find("refused"), std::string::npos) << by_guide << " " << request;
    ASSERT_EQ(by_switch.find("refused"), std::string::npos) << by_switch << " " << request;
    ++into.combinations;
    if (by_guide == by_switch) {
      ++into.equal;
      return;
    }
    Difference& difference = into.different[{by_guide, by_switch}];
    if (difference.count++ == 0 || size < difference.size) {
      difference.size = size;
      difference.request = request;
    }
  }

  Compared account() {
    Compared out;
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t d = 0; d < 2; ++d) {
        for (const Settings& settings : every_settings()) {
          const std::string request =
              call_of(s, d) +
              (settings ? ", \"account\": {\"call_recording\": {\"account\": " + as_json(*settings) + "}}" : "") + "}";
          compare(out, "account-recording", request, size_of(settings));
        }
      }
    }
    return out;
  }

  // User and device each have no settings, or some combination of all cells.
  Compared endpoint(const std::string& party) {
    Compared out;
    const auto document = [](const char* name, const Settings& settings) {
      return std::string("\"") + name + "\": {" + (settings ? "\"call_recording\": " + as_json(*settings) : "") + "}";
    };
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t d = 0; d < 2; ++d) {
        for (const Settings& user : every_settings()) {
          for (const Settings& device : every_settings()) {
            const std::string request = call_of(s, d) + ", \"" + party + "\": {" + document("user", user) + ", " +
                                        document("device", device) + "}}";
            compare(out, party + "-recording", request, size_of(user) + size_of(device));
            if (HasFatalFailure()) return out;
          }
        }
      }
    }
    return out;
  }

  Reading guide_{"rules/call_recording.tally"}, switch_{"rules/kazoo5.tally"};
};

std::string grouped(std::size_t n) {
  std::string out = std::to_string(n);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string row(const std::string& decision, const Compared& compared) {
  return "| `" + decision + "` | " + grouped(compared.combinations) + " | " + grouped(compared.equal) + " | " +
         grouped(compared.combinations - compared.equal) + " |\n";
}

std::string examples(const std::string& decision, const Compared& compared) {
  std::string out;
  for (const auto& [values, difference] : compared.different) {
    out += "`" + decision + "`: `" + values.first + "` by the guide, `" + values.second + "` by the switch, " +
           grouped(difference.count) + " times. The smallest:\n\n```json\n" + difference.request + "\n```\n\n";
  }
  return out;
}

TEST_F(GuideAndSwitch, ThePageListsTheDifferences) {
  const Compared by_account = account(), by_caller = endpoint("caller"), by_callee = endpoint("callee");
  EXPECT_EQ(by_account.combinations, 4u * 82);
  EXPECT_EQ(by_caller.combinations, 4u * 82 * 82);
  EXPECT_EQ(by_callee.combinations, 4u * 82 * 82);
  const std::string counted = "| decision | combinations | alike | different |\n| --- | ---: | ---: | ---: |\n" +
                              row("account-recording", by_account) + row("caller-recording", by_caller) +
                              row("callee-recording", by_callee);
  std::ifstream in(page);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(text.find(counted), std::string::npos) << page << " should have:\n" << counted;
  const std::string shown = examples("account-recording", by_account) + examples("caller-recording", by_caller) +
                            examples("callee-recording", by_callee);
  EXPECT_NE(text.find(shown), std::string::npos) << page << " should show:\n" << shown;
}

// The page's explanation, over all of the same combinations: they differ exactly if the device
// has settings, these leave out the cell that counts, and the user's cell is on.
TEST_F(GuideAndSwitch, TheyDifferExactlyWhereADeviceLeavesOutACellThatItsUserSwitchesOn) {
  const auto all = every_settings();
  for (const bool caller : {true, false}) {
    for (std::size_t network = 0; network < 2; ++network) {
      const std::size_t cell = (caller ? 2 : 0) + network;
      for (const Settings& user : all) {
        for (const Settings& device : all) {
          const std::string documents = std::string("{\"user\": {") +
                                        (user ? "\"call_recording\": " + as_json(*user) : "") + "}, \"device\": {" +
                                        (device ? "\"call_recording\": " + as_json(*device) : "") + "}}";
          const std::string request = caller ? call_of(0, network) + ", \"caller\": " + documents + "}"
                                             : call_of(network, 0) + ", \"callee\": " + documents + "}";
          const std::string decision = caller ? "caller-recording" : "callee-recording";
          const bool differ = device && (*device)[cell] == 0 && user && (*user)[cell] == 2;
          const std::string by_guide = guide_.value(decision, request), by_switch = switch_.value(decision, request);
          ASSERT_EQ(by_guide != by_switch, differ) << request;
          ASSERT_TRUE(!differ || (by_guide == "true" && by_switch == "false")) << request;
        }
      }
    }
  }
}

// The last table of the page.
TEST_F(GuideAndSwitch, OnlyOneOfThemKnows) {
  const auto user = [](const std::string& settings, const std::string& beside = "") {
    return call_of(0, 1) + R"(, "caller": {"user": {"call_recording": )" + settings + beside + "}}}";
  };
  const auto cell = [&](const std::string& settings) { return user(R"({"outbound": {"offnet": )" + settings + "}}"); };
  struct Case {
    std::string request, guide, by_switch;
  };
  const Case cases[] = {
      {user(R"({"any": {"any": {"enabled": true}}})"), "refused: unknown key `any` in `settings`", "true"},
      {user(R"({"outbound": {"any": {"enabled": true}}})"), "refused: unknown key `any` in `settings`", "true"},
      {call_of(0, 1) +
           R"(, "account": {"call_recording": {"endpoint": {"outbound": {"offnet": {"enabled": true}}}}}, "caller": {}})",
       "false", "true"},
      {user("null", R"(, "record_call": true)"), "false", "true"},
      {user("{}", R"(, "record_call": true)"), "false", "false"},
      {cell(R"({"enabled": true, "format": "ogg"})"), "refused: `mp3 | wav` has no value \"ogg\"", "true"},
      {cell(R"({"enabled": true, "time_limit": 86400})"), "refused: 86400 is outside 5..10800", "true"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(guide_.value("caller-recording", c.request), c.guide) << c.request;
    EXPECT_EQ(switch_.value("caller-recording", c.request), c.by_switch) << c.request;
  }
  EXPECT_NE(switch_.value("caller-command", cases[5].request).find(R"("format":"mp3")"), std::string::npos);
  EXPECT_NE(switch_.value("caller-command", cases[6].request).find(R"("time_limit":10800)"), std::string::npos);
}

}  // namespace
}  // namespace tally::testing
