#include "bench/shapes.h"

#include <algorithm>

namespace tally::bench {
namespace {

std::string number(std::size_t n) { return std::to_string(n); }

// "v0 | v1 | ..."
std::string values(const std::string& letter, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : " | ") + letter + number(i);
  return text;
}

// Rows get distinct cells in an order without a pattern. So no row hides another, and
// `otherwise` takes the remaining cells.
std::string table_policy(std::size_t rules) {
  constexpr std::size_t side = 24, cells = side * side * side, step = 7919;  // a prime, so that steps reach every cell
  std::string text = "type a = " + values("a", side) + "\ntype b = " + values("b", side) +
                     "\ntype c = " + values("c", side) + "\ntype d = " + values("d", 4) +
                     "\ninput first : a\ninput second : b\ninput third : c?\ninput fourth : d?\n"
                     "decision route : " +
                     values("r", 16) + " {\n  | first | second | third | fourth |\n";
  for (std::size_t i = 0; i + 1 < rules; ++i) {
    const std::size_t cell = i * step % cells;
    text += "  | a" + number(cell % side) + " | b" + number(cell / side % side) + " | c" + number(cell / side / side) +
            " | " + (i % 2 == 0 ? "-" : "(d" + number(i % 3) + ", d3)") + " | r" + number(i * 7 % 16) + "\n";
  }
  return text + "  r0 otherwise\n}\n";
}

// Each tenant has rules for urgent calls of a service, followed by rules for its other calls,
// which overlap with the first.
std::string list_policy(std::size_t rules) {
  constexpr std::size_t services = 20, a_tenant = 2 * services, a_proof = 50;
  const std::size_t tenants = (rules + a_tenant - 1) / a_tenant;
  std::string text = "type tenant = " + values("t", tenants) + " | others\ntype service = " + values("s", services) +
                     "\ninput tenant : tenant\ninput service : service\ninput urgent : flag?\n"
                     "input waited : 0..86400\n"
                     "decision queue : " +
                     values("q", 8) + " | none {\n";
  std::string proofs;
  for (std::size_t i = 0; i + 1 < rules; ++i) {
    const std::size_t place = i % a_tenant;
    const std::string who = "tenant is t" + number(i / a_tenant) + " and service is s" + number(place % services);
    const bool first = place < services;
    const std::string queue = "q" + number(i * 5 % 8);
    text += "  " + queue + " when " + who + (first ? " and urgent is on and waited < 600\n" : " and waited in 60..\n");
    if (i % a_proof == 0) {
      proofs += "prove queue is " + queue + " when " + who +
                (first ? " and urgent is on and waited in 5..100\n" : " and waited in 600..3600\n");
    }
  }
  return text + "  none otherwise\n}\n" + proofs;
}

std::string settings_policy(std::size_t rules) {
  constexpr std::size_t a_decision = 4;
  std::string text =
      "type network = onnet | offnet\ntype direction = inbound | outbound\n"
      "type setting = { mode : (always | sometimes | never)?, hold : flag? }\n"
      "type document = setting?[direction, network]\n"
      "input source : network\ninput destination : network\n";
  for (std::size_t i = 0; i < std::max<std::size_t>(rules / a_decision, 1); ++i) {
    const std::string n = number(i), cell = "setting-" + n + "[outbound, destination]";
    text += "input account-" + n + " : document?\ninput user-" + n + " : document?\ninput device-" + n +
            " : document?\nlet setting-" + n + " = device-" + n + " else user-" + n + " else account-" + n +
            "\ndecision service-" + n + " : yes | held | no {\n  yes when " + cell + ".mode is always\n  yes when " +
            cell + ".mode is sometimes and source is onnet\n  held when setting-" + n +
            "[inbound, source].hold is on\n  no otherwise\n}\nprove service-" + n + " is yes when device-" + n +
            "[outbound, destination].mode is always\nexample \"" + n + "\" {\n  given user-" + n +
            "[inbound, onnet].hold is on\n  expect service-" + n + " is held when source is onnet\n}\n";
  }
  return text;
}

}  // namespace

std::string shaped_policy(const std::string& shape, std::size_t rules) {
  if (shape == "table") return table_policy(rules);
  if (shape == "list") return list_policy(rules);
  return settings_policy(rules);
}

}  // namespace tally::bench
