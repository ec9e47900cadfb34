// Rules: `OUTCOME when CONDITION because "..."`, `OUTCOME otherwise`.
#include <utility>

#include "grammar/parse/constructs.h"

namespace tally::syntax {

namespace {

ast::Rule rule(Cursor& c, bool first) {
  const std::size_t start = c.position();
  ast::Rule result;
  result.outcome = expression(c, {DiagnosticId::bad_rule, first ? "a rule" : "a rule or `}`"});
  if (c.accept(Word::when)) {
    result.condition = expression(c, {DiagnosticId::bad_rule, "a condition after `when`"});
  } else if (c.accept(Word::otherwise)) {
    result.otherwise = true;
  } else {
    Fault fault = c.unexpected(DiagnosticId::bad_rule, "`when` or `otherwise` after the outcome");
    if (!fault.settled) fault.label(result.outcome->span, "the outcome");
    if (c.at(Word::if_)) fault.help("write `when`");
    const bool bare = c.position() == start + 1 && c.token(start).kind == Kind::word;
    if (bare && c.at(Kind::text) && nearest(c.text(c.token(start)), {"because"})) fault.help("did you mean `because`?");
    if (const char* help = c.detached(start)) fault.help(help);
    throw fault;
  }
  result.because = reason(c);
  if (c.at(Kind::comma) || c.at(Kind::semicolon)) {
    throw c.fault(DiagnosticId::bad_rule, c.here(), c.quoted(c.peek()) + " between rules")
        .help("leave it out: white space separates rules");
  }
  if (c.at(Word::when) && result.otherwise) {
    throw c.fault(DiagnosticId::bad_rule, c.here(), "`otherwise` has no condition").help("write `when` alone");
  }
  if (c.at(Word::when)) {
    throw c.fault(DiagnosticId::bad_rule, c.here(), "a rule with a second `when`").help("join conditions with `and`");
  }
  if (c.at(Word::otherwise)) {
    throw c.fault(DiagnosticId::bad_rule, c.here(), "`otherwise` has no outcome")
        .help("it is a rule of its own: write an outcome before it");
  }
  result.span = c.since(start);
  return result;
}

}  // namespace

std::optional<ast::Text> reason(Cursor& c) {
  if (!c.accept(Word::because)) return std::nullopt;
  return c.text_literal({DiagnosticId::bad_rule, "a text after `because`"});
}

ast::Rules rules(Cursor& c, const std::string& owner) {
  ast::Rules result;
  const std::size_t start = c.position();
  c.open();
  if (c.at(Kind::right_brace)) {
    c.take();
    throw c
        .fault(DiagnosticId::bad_rule, c.since(start), owner.empty() ? "braces without rules" : owner + " has no rules")
        .help("a rule is `outcome when condition` or `outcome otherwise`");
  }
  if (c.at(Kind::bar)) {
    throw c.fault(DiagnosticId::bad_rule, c.here(), "a table stands in a decision only")
        .help("the braces of a table follow the decision's type: `decision name : type { | ... | }`");
  }
  if (c.at_field()) {
    throw c.unexpected(DiagnosticId::bad_rule, "a rule").help("a record stands after `=`: `= { name: value }`");
  }
  while (result.rules.empty() || !c.at(Kind::right_brace)) result.rules.push_back(rule(c, result.rules.empty()));
  c.close(DiagnosticId::bad_rule, "`}`");
  return result;
}

}  // namespace tally::syntax
