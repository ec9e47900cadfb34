// A stream of requests is bound in memory that is reused: no request affects the next one, and
// every request is bound as it is bound alone.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/running.h"

namespace tally::testing {
namespace {

// Defaults, required members, two shapes of one place, open and closed objects.
constexpr const char* rules = R"(
type settings = { enabled : flag, limit : number = 30, url : text?, ... }
type doc = {
  now : settings?  at /recording if object
  old : flag?      at /recording if boolean
  at-place : (a | b)?  at /far/away
  ...
}
input one : doc?
input two : doc
input cells : flag?[x | y, flag]?
input mode : quiet | loud = quiet
decision d : text { "{one.now.url}{mode}" when one.now.limit < 40 "none" otherwise }
decision e : settings? = one.now else two.now
decision f : flag = one.old is on or two.old is on or cells[x, on] is on or one.at-place is a or two.at-place is b
)";

const std::vector<std::string> parts = {
    R"("two":{})",
    R"("two":{"recording":true})",
    R"("two":{"recording":{"enabled":true,"limit":35,"url":"u"}})",
    R"("two":{"recording":{}})",
    R"("two":5)",
    R"("two":null)",
    R"("two":{"far":{"away":"b","x":1},"z":[1,{"z":1,"y":2}]})",
    R"("one":{"recording":{"enabled":false,"url":"https://a very long text that is on the heap/"}})",
    R"("one":{"recording":{"enabled":false,"limit":-0,"more":{}}})",
    R"("one":{"recording":"x","far":{"away":"c"}})",
    R"("one":{"far":null})",
    R"("one":{"far":3})",
    R"("one":{"k":1,"k":2})",
    R"("cells":{"x":{"on":true,"off":null}})",
    R"("cells":{"x":{}})",
    R"("cells":{"z":{}})",
    R"("mode":"loud")",
    R"("mode":"lout")",
    R"("made":1)",
    R"("mode":null)",
    R"("u1":1,"u2":2,"u3":3,"u4":4,"u5":5,"u6":6,"u7":7,"u8":8,"u9":9,"u10":1,"u11":1,"u12":1,"u13":1,"u14":1,"u15":1,"u16":1,"u17":1)",
    R"("u1":1,"u17":2)",
    R"("broken":)",
    R"("deep":[[[{"a":[{}]}]]])"};

std::string answer(const Running& running, const BoundCall& call) {
  Results results;
  decide(running.descriptor(), running.compiled.code, call, true, results);
  std::string out;
  append_answer(out, running.descriptor(), {0, 1, 2}, call, results, true);
  return out;
}

std::string as_text(const std::vector<DocumentFault>& faults) {
  std::string out;
  for (const DocumentFault& fault : faults) out += id(fault.code) + " " + fault.pointer + " " + fault.message + "\n";
  return out;
}

TEST(RequestStream, BindsEachRequestAsItIsBoundAlone) {
  std::string why;
  const auto running = start_text(rules, why);
  ASSERT_NE(running, nullptr) << why;
  RequestStream stream(running->binder);
  std::mt19937 random(3);
  std::size_t bound = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string request = "{";
    for (auto n = random() % 5; n > 0; --n) request += (request.size() > 1 ? "," : "") + parts[random() % parts.size()];
    request += random() % 50 == 0 ? "" : "}";
    const BindResult alone = running->binder.bind(request);
    const BoundCall* call = stream.bind(request);
    ASSERT_EQ(as_text(stream.faults()), as_text(alone.faults)) << request;
    ASSERT_EQ(call != nullptr, alone.call.has_value()) << request;
    if (call == nullptr) {
      ++refused;
      continue;
    }
    ++bound;
    ASSERT_EQ(call->codes, alone.call->codes) << request;
    ASSERT_EQ(answer(*running, *call), answer(*running, *alone.call)) << request;
  }
  EXPECT_GT(bound, 1'000u);
  EXPECT_GT(refused, 1'000u);
}

TEST(RequestStream, ForgetsTheLastRequest) {
  std::string why;
  const auto running = start_text(rules, why);
  ASSERT_NE(running, nullptr) << why;
  RequestStream stream(running->binder);
  const BoundCall* call = stream.bind(R"({"one":{"recording":{"enabled":true}},"two":{},"mode":"loud"})");
  ASSERT_NE(call, nullptr);
  const std::string first = answer(*running, *call);
  EXPECT_NE(first.find(R"("value":"loud")"), std::string::npos) << first;
  EXPECT_EQ(stream.bind("{"), nullptr);
  call = stream.bind(R"({"two":{}})");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(answer(*running, *call).find("loud"), std::string::npos);
  call = stream.bind(R"({"one":{"recording":{"enabled":true}},"two":{},"mode":"loud"})");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(answer(*running, *call), first);
}

}  // namespace
}  // namespace tally::testing
