// A visitor of a variant made of lambdas, one for each alternative.
//
//   std::visit(overloaded{[](const Circle& c) { return c.radius; },
//                         [](const Square& s) { return s.side / 2; }}, shape);
//
// No lambda takes `const auto&`. If an alternative is added to the variant, each visitor
// that must handle it fails to compile, instead of handling it as something else.
#pragma once

namespace tally {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

}  // namespace tally
