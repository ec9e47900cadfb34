#include "grammar/tree/precedence.h"

#include "base/overloaded.h"

namespace tally::ast {

Precedence precedence_of(const Expr& e) {
  using P = Precedence;
  return std::visit(
      overloaded{[](const Or&) { return P::disjunction; }, [](const And&) { return P::conjunction; },
                 [](const Not&) { return P::negation; }, [](const Is&) { return P::comparison; },
                 [](const IsPresence&) { return P::comparison; }, [](const In&) { return P::comparison; },
                 [](const Compare&) { return P::comparison; }, [](const TextTest&) { return P::comparison; },
                 [](const HasLength&) { return P::comparison; },
                 // `some v in T: C` reaches as far right as it can.
                 [](const Quantified& n) { return n.quantifier == Quantifier::count ? P::postfix : P::disjunction; },
                 [](const ButNot&) { return P::comparison; }, [](const Else&) { return P::alternative; },
                 [](const NameRef&) { return P::postfix; }, [](const NumberLiteral&) { return P::postfix; },
                 [](const FlagLiteral&) { return P::postfix; }, [](const UnsetLiteral&) { return P::postfix; },
                 [](const TextLiteral&) { return P::postfix; }, [](const FieldOf&) { return P::postfix; },
                 [](const IndexOf&) { return P::postfix; }, [](const Call&) { return P::postfix; },
                 [](const SetLiteral&) { return P::postfix; }, [](const RecordLiteral&) { return P::postfix; },
                 [](const Rules&) { return P::postfix; }},
      e.node);
}

}  // namespace tally::ast
