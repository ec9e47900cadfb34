#include "tests/support/diff_themes.h"

namespace tally::testing {

const std::vector<Theme>& themes() {
  static const std::vector<Theme> all = {
      {{{"input source : onnet | offnet\n", {"source is onnet", "source is not onnet"}, ""},
        {"input source : (offnet | onnet | nomad)?\n", {"source is onnet", "source is unset", "source is nomad"}, ""},
        {"input origin : (\"onnet\" | away = \"offnet\") at /source = away\n", {"origin is away"}, ""},
        {"input source : text? at /source\n", {"source starts \"on\"", "source is \"offnet\"", "source is set"}, ""}},
       {{},
        {{"/source", "\"onnet\""}},
        {{"/source", "\"offnet\""}},
        {{"/source", "\"nomad\""}},
        {{"/source", "\"on\""}}}},
      {{{"input size : 0..20\n", {"size < 7", "size is 12"}, "size"},
        {"input size : (5..30)?\n", {"size < 12", "size is set", "size > 15"}, "size"},
        {"input size : number = 12\n", {"size >= 12", "size < 7"}, "size"},
        {"input amount : number? at /size\n", {"amount in 7..11"}, "amount"},
        {"", {}, ""}},
       {{},
        {{"/size", "0"}},
        {{"/size", "5"}},
        {{"/size", "6"}},
        {{"/size", "7"}},
        {{"/size", "8"}},
        {{"/size", "11"}},
        {{"/size", "12"}},
        {{"/size", "13"}},
        {{"/size", "15"}},
        {{"/size", "16"}},
        {{"/size", "20"}},
        {{"/size", "30"}},
        {{"/size", "31"}},
        {{"/size", "999"}},
        {{"/size", "1000"}}}},
      {{{"input box : { inner : flag?, level : (low | high) = low }?\n",
         {"box.inner is on", "box.level is high", "box is set"},
         ""},
        {"input box : { inner : flag, ... }?\n", {"box.inner is on", "box is unset"}, ""},
        {"input inner : flag? at /box/inner\ninput level : (low | high) at /box/level = high\n",
         {"inner is not off", "level is low"},
         ""},
        {"input box : { inner : flag = on, level : (low | high)?, more : flag? }\n",
         {"box.inner is off", "box.level is unset", "box.more is on"},
         ""},
        {"", {}, ""}},
       [] {
         std::vector<Request> out{{}, {{"/box", "{}"}}};
         for (const char* inner : {"", "true", "false"})
           for (const char* level : {"", "\"low\"", "\"high\""})
             for (const char* more : {"", "true", "false"}) {
               Request r;
               if (*inner) r["/box/inner"] = inner;
               if (*level) r["/box/level"] = level;
               if (*more) r["/box/more"] = more;
               if (!r.empty()) out.push_back(r);
             }
         return out;
       }()},
      {{{"type net = near | far\ninput cells : flag?[net, net]?\n",
         {"cells[near, far] is on", "cells is set", "cells[far, far] is not off"},
         ""},
        {"input cells : { near : { far : flag?, any : flag?, ... }?, ... }?\n",
         {"cells.near.far is on", "cells.near is set", "cells.near.any is on"},
         ""},
        {"input cells : { near : { far : flag }?, far : { far : flag = on }? }?\n",
         {"cells.near.far is on", "cells.far.far is on"},
         ""},
        {"", {}, ""}},
       [] {
         std::vector<Request> out{{},
                                  {{"/cells", "{}"}},
                                  {{"/cells/near", "{}"}},
                                  {{"/cells/far", "{}"}},
                                  {{"/cells/near", "{}"}, {"/cells/far", "{}"}}};
         for (const char* near : {"", "true", "false"})
           for (const char* far : {"", "true", "false"})
             for (const char* any : {"", "true", "false"}) {
               Request r;
               if (*near) r["/cells/near/far"] = near;
               if (*far) r["/cells/far/far"] = far;
               if (*any) r["/cells/near/any"] = any;
               if (r.empty()) continue;
               out.push_back(r);
               if (!*far) r["/cells/far"] = "{}", out.push_back(r), r.erase("/cells/far");
               if (!*near && !*any) r["/cells/near"] = "{}", out.push_back(r);
             }
         return out;
       }()},
      {{{"input poly : flag? at /poly if boolean\n", {"poly is on", "poly is unset"}, ""},
        {"input poly : text? at /poly if string\ninput poly-flag : flag? at /poly if boolean\n",
         {"poly is \"true\"", "poly-flag is on", "poly is set"},
         ""},
        {"input poly : flag?\n", {"poly is not on"}, ""},
        {"input poly : { x : flag? }? at /poly if object\n", {"poly.x is on", "poly is set"}, ""},
        {"input x : flag? at /poly/x\n", {"x is on"}, ""},
        {"", {}, ""}},
       {{},
        {{"/poly", "true"}},
        {{"/poly", "false"}},
        {{"/poly", "\"true\""}},
        {{"/poly", "\"x\""}},
        {{"/poly", "{}"}},
        {{"/poly/x", "true"}},
        {{"/poly/x", "false"}}}},
  };
  return all;
}

std::string random_rules(Random& random, const std::vector<std::size_t>& chosen, std::vector<std::string>& conditions) {
  std::string text;
  std::string handed_on;
  conditions.clear();
  for (const std::size_t theme : chosen) {
    const Choice& choice = random.pick(themes()[theme].choices);
    text += choice.declaration;
    conditions.insert(conditions.end(), choice.conditions.begin(), choice.conditions.end());
    if (!choice.handed_on.empty()) handed_on = choice.handed_on;
  }
  if (conditions.empty()) {
    text += "input spare : flag = off\n";
    conditions.push_back("spare is on");
  }
  const auto condition = [&] {
    std::string out = random.pick(conditions);
    while (random.chance(55)) out = "(" + out + (random.chance(50) ? ") and " : ") or ") + random.pick(conditions);
    return random.chance(20) ? "not (" + out + ")" : out;
  };
  const auto decision = [&](const std::string& head, const std::vector<std::string>& values, bool complete) {
    text += "decision " + head + " {\n";
    for (std::size_t i = random.between(1, 3); i > 0; --i)
      text += "  " + random.pick(values) + " when " + condition() + "\n";
    if (complete) text += "  " + random.pick(values) + " otherwise\n";
    text += "}\n";
  };
  decision("mode : none | first | second", {"none", "first", "second"}, random.chance(85));
  decision("on-air : flag?", {"on", "off", "unset"}, true);
  std::vector<std::string> numbers{"999", "unset"};
  if (!handed_on.empty()) numbers.push_back(handed_on);
  decision("amount-of : number?", numbers, true);
  std::vector<std::string> records{"unset", "{ a: on }", "{ a: off, n: 999 }"};
  if (!handed_on.empty()) records.push_back("{ n: " + handed_on + " }");
  decision("record : { a : flag?, n : number? }?", records, true);
  return text;
}

std::vector<Request> all_requests(const std::vector<std::size_t>& chosen, bool spare) {
  std::vector<Request> out{{}};
  if (spare) out.push_back({{"/spare", "true"}});
  for (const std::size_t theme : chosen) {
    std::vector<Request> longer;
    for (const Request& so_far : out)
      for (const Request& part : themes()[theme].requests) {
        longer.push_back(so_far);
        longer.back().insert(part.begin(), part.end());
      }
    out = std::move(longer);
  }
  return out;
}

}  // namespace tally::testing
