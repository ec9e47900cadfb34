// The seven declarations.
#include <utility>

#include "grammar/parse/constructs.h"

namespace tally::syntax {

namespace {

// `: T`, which `owner` ("input `x`") must have after its name.
ast::TypePtr declared_type(Cursor& c, const std::string& owner) {
  if (!c.accept(Kind::colon))
    throw c.unexpected(DiagnosticId::bad_declaration, "`:` and a type after the name of " + owner);
  const std::string where = "in " + owner;
  return type(c, {DiagnosticId::bad_type, "a type after `:`", &where});
}

ast::UseDecl use(Cursor& c) {
  c.take();
  return {c.text_literal({DiagnosticId::bad_declaration, "the path of a file, a text, after `use`"})};
}

ast::TypeDecl type_declaration(Cursor& c) {
  c.take();
  ast::TypeDecl result;
  result.name = c.name({DiagnosticId::bad_declaration, "a name after `type`"});
  const std::string owner = "type `" + result.name.text + "`";
  if (!c.accept(Kind::assign)) throw c.unexpected(DiagnosticId::bad_declaration, "`=` after the name of " + owner);
  const std::string where = "in " + owner;
  result.type = type(c, {DiagnosticId::bad_type, "a type after `=`", &where}, /*spellings=*/true);
  return result;
}

ast::InputDecl input(Cursor& c) {
  c.take();
  ast::InputDecl result;
  result.name = c.name({DiagnosticId::bad_declaration, "a name after `input`"});
  const std::string owner = "input `" + result.name.text + "`";
  result.type = declared_type(c, owner);
  result.place = place(c);
  result.default_value = default_value(c, "in " + owner);
  if (result.default_value && c.at(Word::at)) {
    throw c.fault(DiagnosticId::bad_declaration, c.here(), "`at` stands before the default")
        .help("write `at /place = literal`");
  }
  return result;
}

// --- lets ---------------------------------------------------------------------------

std::vector<ast::Parameter> parameters(Cursor& c, const std::string& owner) {
  std::vector<ast::Parameter> list;
  c.open();
  if (c.at(Kind::right_paren)) {
    throw c.fault(DiagnosticId::bad_declaration, c.here(), owner + " has parentheses but no parameters")
        .help("leave the parentheses out");
  }
  do {
    ast::Parameter parameter;
    parameter.name = c.name({DiagnosticId::bad_declaration, "a parameter `name : type`"});
    parameter.type = declared_type(c, "parameter `" + parameter.name.text + "`");
    list.push_back(std::move(parameter));
  } while (c.accept(Kind::comma));
  c.close(DiagnosticId::bad_declaration, "`,` or `)` after a parameter");
  return list;
}

ast::LetDecl let(Cursor& c) {
  c.take();
  ast::LetDecl result;
  result.name = c.name({DiagnosticId::bad_declaration, "a name after `let`"});
  const std::string owner = "let `" + result.name.text + "`";
  const std::string where = "in " + owner;
  if (c.at(Kind::left_paren)) result.parameters = parameters(c, owner);
  if (c.accept(Kind::colon)) result.type = type(c, {DiagnosticId::bad_type, "a type after `:`", &where});
  if (c.accept(Kind::assign)) {
    result.body = expression(c, {DiagnosticId::bad_expression, "an expression after `=`", &where});
  } else if (result.type && c.at(Kind::left_brace)) {
    const std::size_t start = c.position();
    ast::Rules body = rules(c, owner);
    result.body = make_expr(std::move(body), c.since(start));
  } else if (result.type) {
    throw c.unexpected(DiagnosticId::bad_declaration, "`=` or `{` after the type of " + owner);
  } else {
    Fault fault = c.unexpected(DiagnosticId::bad_declaration, "`=`, or `:` and a type, after the head of " + owner);
    if (c.at(Kind::left_brace)) fault.help("rules in braces need a type: `: T { ... }`");
    throw fault;
  }
  return result;
}

// --- decisions ------------------------------------------------------------------------

ast::DecisionDecl decision(Cursor& c) {
  c.take();
  ast::DecisionDecl result;
  result.name = c.name({DiagnosticId::bad_declaration, "a name after `decision`"});
  const std::string owner = "decision `" + result.name.text + "`";
  const std::string where = "in " + owner;
  result.type = declared_type(c, owner);
  result.unique = c.accept(Word::unique);
  if (c.at(Kind::left_brace)) {
    if (c.peek(1).kind == Kind::bar) {
      c.open();
      result.body = table(c);
      c.close(DiagnosticId::bad_table, "a row or `}`");
    } else {
      result.body = rules(c, owner);
    }
  } else if (result.unique) {
    throw c.unexpected(DiagnosticId::bad_declaration, "`{` after `unique` " + where);
  } else if (c.accept(Kind::assign)) {
    result.body = expression(c, {DiagnosticId::bad_expression, "an expression after `=`", &where});
  } else {
    throw c.unexpected(DiagnosticId::bad_declaration, "`{`, `unique` or `=` after the type of " + owner);
  }
  return result;
}

// --- proofs -----------------------------------------------------------------------------

std::vector<ast::Binder> binders(Cursor& c) {
  std::vector<ast::Binder> list;
  do {
    ast::Binder binder;
    binder.name = c.name({DiagnosticId::bad_proof, list.empty() ? "a name after `for`" : "a name after `,`"});
    const std::string owner = "`" + binder.name.text + "`";
    if (!c.accept(Word::in)) throw c.unexpected(DiagnosticId::bad_proof, "`in` and a type after " + owner);
    const std::string where = "for " + owner;
    binder.type = type(c, {DiagnosticId::bad_proof, "a type after `in`", &where});
    list.push_back(std::move(binder));
  } while (c.accept(Kind::comma));
  c.expect(Kind::colon, {DiagnosticId::bad_proof, "`,` or `:` before the claim"});
  return list;
}

ast::ProveDecl prove(Cursor& c) {
  c.take();
  ast::ProveDecl result;
  if (c.at(Kind::text)) result.title = c.text_literal({DiagnosticId::bad_proof, "a title"});
  if (c.accept(Word::for_)) result.binders = binders(c);
  ast::ExprPtr claim = expression(c, {DiagnosticId::bad_proof, "a claim"});
  if (c.accept(Word::ignores)) {
    ast::Ignores ignores;
    ignores.value = std::move(claim);
    ignores.paths = paths(c, {DiagnosticId::bad_path, "a path after `ignores`"});
    result.claim = std::move(ignores);
  } else {
    result.claim = std::move(claim);
  }
  if (c.accept(Word::when)) result.condition = expression(c, {DiagnosticId::bad_proof, "a condition after `when`"});
  return result;
}

// --- examples -----------------------------------------------------------------------------

ast::Given given(Cursor& c) {
  const std::size_t start = c.position();
  ast::Given result;
  result.path = path(c, {DiagnosticId::bad_path, "a path"});
  if (!c.accept(Word::is)) {
    Fault fault = c.unexpected(DiagnosticId::bad_example, "`is` and a value after the path");
    if (c.at(Kind::assign)) fault.help("write `is`");
    throw fault;
  }
  if (c.at(Word::not_)) {
    throw c.fault(DiagnosticId::bad_example, c.here(), "a given place has one value, not all but one")
        .help("put the condition after `expect ... when`");
  }
  if (c.at(Word::set) || c.at(Word::unset)) {
    result.value = c.take().word == Word::set ? ast::Presence::set : ast::Presence::unset;
  } else {
    result.value = literal(c, {DiagnosticId::bad_example, "a literal, `set` or `unset` after `is`"});
  }
  result.span = c.since(start);
  return result;
}

ast::Expect expectation(Cursor& c) {
  const std::size_t start = c.position();
  c.take();
  ast::Expect result;
  result.claim = expression(c, {DiagnosticId::bad_example, "a condition after `expect`"});
  if (c.accept(Word::when)) result.condition = expression(c, {DiagnosticId::bad_example, "a condition after `when`"});
  if (c.at(Word::ignores)) {
    throw c.fault(DiagnosticId::bad_example, c.here(), "`ignores` stands in a proof only")
        .help("write a `prove` declaration");
  }
  result.span = c.since(start);
  return result;
}

ast::ExampleDecl example(Cursor& c) {
  c.take();
  ast::ExampleDecl result;
  result.title = c.text_literal({DiagnosticId::bad_example, "a title, a text, after `example`"});
  if (!c.at(Kind::left_brace)) throw c.unexpected(DiagnosticId::bad_example, "`{` after the title of the example");
  const std::size_t start = c.position();
  c.open();
  while (c.accept(Word::given)) {
    do {
      if (c.at(Word::expect) || c.at(Word::given) || c.at(Kind::right_brace)) {
        throw c.unexpected(DiagnosticId::bad_example,
                           result.givens.empty() ? "a path after `given`" : "a path after `,`");
      }
      result.givens.push_back(given(c));
    } while (c.accept(Kind::comma));
  }
  while (c.at(Word::expect)) result.expects.push_back(expectation(c));
  if (c.at(Word::given)) {
    throw c.fault(DiagnosticId::bad_example, c.here(), "`given` stands behind `expect`")
        .help("what is given holds for every `expect`: put it first");
  }
  if (c.at(Kind::right_brace) && result.expects.empty()) {
    c.take();
    throw c.fault(DiagnosticId::bad_example, c.since(start), "the example expects nothing")
        .help("add `expect CONDITION`");
  }
  if (result.expects.empty()) {
    c.close(DiagnosticId::bad_example, result.givens.empty() ? "`given` or `expect`" : "`,`, `given` or `expect`");
  } else {
    c.close(DiagnosticId::bad_example, "`expect` or `}`");
  }
  return result;
}

}  // namespace

ast::Declaration declaration(Cursor& c) {
  const std::size_t start = c.position();
  ast::Declaration result;
  switch (c.peek().word) {
    case Word::use: result.node = use(c); break;
    case Word::type: result.node = type_declaration(c); break;
    case Word::input: result.node = input(c); break;
    case Word::let: result.node = let(c); break;
    case Word::decision: result.node = decision(c); break;
    case Word::prove: result.node = prove(c); break;
    case Word::example: result.node = example(c); break;
    default: throw c.unexpected(DiagnosticId::expected_declaration, "a declaration");
  }
  result.span = c.since(start);
  return result;
}

}  // namespace tally::syntax
