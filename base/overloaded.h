// A visitor of a variant made of lambdas, one for each alternative.
//
//   std::visit(overloaded{[](const Circle& c) { return c.radius; },
//                         [](const Square& s) { return s.side / 2; }}, shape);
//
// No lambda takes `const auto&`: an alternative that is added to the variant then fails to
// compile wherever it must be handled, instead of being handled as something else.
#pragma once

namespace tally {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

}  // namespace tally
