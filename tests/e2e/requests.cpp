// requests FILE.tally COUNT: prints random requests for a rule file, one per line, the same in every
// run. Every twentieth has a repeated key, so that it is refused.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/random_requests.h"
#include "tests/support/running.h"

int main(int argc, char** argv) {
  using namespace tally;
  if (argc != 3) {
    std::fprintf(stderr, "usage: requests FILE.tally COUNT\n");
    return 2;
  }
  std::string faults;
  const auto policy = testing::start(argv[1], faults);
  if (!policy) {
    std::fprintf(stderr, "%s", faults.c_str());
    return 1;
  }
  testing::Random random(20);
  const Places& places = policy->binder.places();
  const unsigned long count = std::strtoul(argv[2], nullptr, 10);
  for (unsigned long i = 1; i <= count; ++i) {
    const Facts facts = testing::random_facts(policy->descriptor(), places, random);
    std::string request = print_document(policy->descriptor(), places, Places::root, facts);
    if (i % 20 == 0) request = R"({"twice": 1, "twice": 2})";
    std::printf("%s\n", request.c_str());
  }
  return 0;
}
