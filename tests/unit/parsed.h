// Shared by the tests of the parser: parses a text, and gives its faults as text and its trees
// in short bracketed forms, such as `(and a b)`.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "grammar/parse/parser.h"
#include "grammar/tree/printer.h"

namespace tally {
struct Parsed {
  SourceSet sources;
  Diagnostics diagnostics;
  ast::File file;
};

inline Parsed read(std::string text) {
  Parsed p;
  const FileId id = p.sources.add("test.tally", std::move(text));
  p.file = parse(p.sources, id, p.diagnostics);
  return p;
}

// "T105 message @found text", one line per diagnostic, with helps.
inline std::string faults(const Parsed& p) {
  std::string all;
  for (const Diagnostic& d : p.diagnostics.list()) {
    all += std::string(info(d.code).id) + " " + d.message + " @" + std::string(p.sources.text(*d.span)) + "\n";
    for (const auto& label : d.labels) all += "  label " + std::string(p.sources.text(label.span)) + "\n";
    for (const auto& help : d.helps) all += "  help " + help + "\n";
  }
  return all;
}

inline std::string faults(std::string text) { return faults(read(std::move(text))); }

inline testing::AssertionResult begins(const std::string& all, const std::string& beginning) {
  if (all.starts_with(beginning)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << all.substr(0, 400) << "\ndoes not begin with\n" << beginning;
}

// The shape of an expression, fully bracketed.
inline std::string shape(const ast::Expr& e);
inline std::string shape(const ast::Type& t);

template <class List>
std::string shapes(const char* head, const List& list) {
  std::string s = std::string("(") + head;
  for (const auto& item : list) s += " " + shape(*item);
  return s + ")";
}

inline std::string shape(const ast::NumberRange& r) {
  return (r.low ? std::to_string(*r.low) : "") + ".." + (r.high ? std::to_string(*r.high) : "");
}

inline std::string shape(const std::vector<ast::ListItem>& items) {
  std::string s;
  for (const auto& item : items) {
    const auto* range = std::get_if<ast::NumberRange>(&item);
    s += " " + (range != nullptr ? shape(*range) : shape(*std::get<ast::ExprPtr>(item)));
  }
  return s;
}

struct Shape {
  std::string operator()(const ast::NameRef& n) const { return n.name.text; }
  std::string operator()(const ast::NumberLiteral& n) const { return std::to_string(n.value); }
  std::string operator()(const ast::FlagLiteral& n) const { return n.on ? "on" : "off"; }
  std::string operator()(const ast::UnsetLiteral&) const { return "unset"; }
  std::string operator()(const ast::TextLiteral& n) const { return "'" + n.text.value + "'"; }
  std::string operator()(const ast::FieldOf& n) const { return "(." + n.field.text + " " + shape(*n.base) + ")"; }
  std::string operator()(const ast::IndexOf& n) const { return "(at " + shape(*n.base) + shapes("", n.indices) + ")"; }
  std::string operator()(const ast::Call& n) const { return shapes(("call " + n.function.text).c_str(), n.arguments); }
  std::string operator()(const ast::Else& n) const { return shapes("else", n.operands); }
  std::string operator()(const ast::Is& n) const {
    return std::string(n.negated ? "(isnt " : "(is ") + shape(*n.left) + " " + shape(*n.right) + ")";
  }
  std::string operator()(const ast::IsPresence& n) const {
    return std::string(n.negated ? "(isnt " : "(is ") + shape(*n.operand) +
           (n.presence == ast::Presence::set ? " SET)" : " UNSET)");
  }
  std::string operator()(const ast::In& n) const {
    return (n.negated ? "(not-in " : "(in ") + shape(*n.left) + (n.named ? " " + shape(*n.named) : shape(n.items)) +
           ")";
  }
  std::string operator()(const ast::Compare& n) const {
    const char* ops[] = {"<", "<=", ">", ">="};
    return std::string("(") + ops[static_cast<int>(n.op)] + " " + shape(*n.left) + " " + shape(*n.right) + ")";
  }
  std::string operator()(const ast::HasLength& n) const { return "(length " + shape(*n.left) + shape(n.items) + ")"; }
  std::string operator()(const ast::TextTest& n) const {
    const char* forms[] = {"starts", "ends", "like"};
    std::string s = std::string("(") + forms[static_cast<int>(n.form)] + " " + shape(*n.left);
    for (const auto& p : n.texts) {
      const auto* name = std::get_if<ast::Name>(&p);
      s += name != nullptr ? " " + name->text : " '" + std::get<ast::Text>(p).value + "'";
    }
    return s + ")";
  }
  std::string operator()(const ast::ButNot& n) const {
    std::string s = "(but-not " + shape(*n.test);
    for (const auto& c : n.excluded) s += " '" + source_text(c) + "'";
    return s + ")";
  }
  std::string operator()(const ast::Not& n) const { return "(not " + shape(*n.operand) + ")"; }
  std::string operator()(const ast::And& n) const { return shapes("and", n.operands); }
  std::string operator()(const ast::Or& n) const { return shapes("or", n.operands); }
  std::string operator()(const ast::Quantified& n) const {
    const char* words[] = {"some", "every", "count"};
    return std::string("(") + words[static_cast<int>(n.quantifier)] + " " + n.binder.name.text + " " +
           (n.set ? source_text(*n.set) : source_text(*n.binder.type)) + " " + shape(*n.condition) + ")";
  }
  std::string operator()(const ast::SetLiteral& n) const { return "(set" + shape(n.items) + ")"; }
  std::string operator()(const ast::RecordLiteral& n) const {
    std::string s = "{";
    for (const auto& m : n.members) s += m.name.text + ":" + shape(*m.value) + ";";
    return s + "}";
  }
  std::string operator()(const ast::Rules& n) const {
    std::string s = "<";
    for (const auto& r : n.rules) s += shape(*r.outcome) + (r.condition ? " if " + shape(*r.condition) : "") + ";";
    return s + ">";
  }
};

inline std::string shape(const ast::Expr& e) { return std::visit(Shape{}, e.node); }

// The shape of a single expression, or its faults.
inline std::string expr(std::string text) {
  Parsed p;
  const FileId id = p.sources.add("expr", std::move(text));
  const auto e = parse_expression(p.sources, id, p.diagnostics);
  return e ? shape(*e) : faults(p);
}

struct TypeShape {
  std::string operator()(const ast::EnumType& n) const {
    std::string s;
    for (const auto& v : n.values) {
      s += (s.empty() ? "" : "|") + (v.name ? v.name->text : "") + (v.spelling ? "'" + v.spelling->value + "'" : "");
      for (const auto& other : v.others) s += ",'" + other.value + "'";
    }
    return "(" + s + ")";
  }
  std::string operator()(const ast::NamedType& n) const { return n.name.text; }
  std::string operator()(const ast::FlagType&) const { return "flag"; }
  std::string operator()(const ast::NumberType& n) const {
    if (!n.low && !n.high) return "number";
    return shape(ast::NumberRange{n.low, n.high, {}});
  }
  std::string operator()(const ast::TextType&) const { return "text"; }
  std::string operator()(const ast::RecordType& n) const {
    std::string s = "{";
    for (const auto& f : n.fields) {
      s += f.name.text + ":" + shape(*f.type) + (f.place ? "@" + f.place->pointer : "") + (f.not_null ? "!null" : "");
      if (f.place && f.place->kind != ast::PlaceKind::any) s += "!" + std::to_string(static_cast<int>(f.place->kind));
      if (f.place && f.place->flag_texts) {
        for (const auto& on : f.place->flag_texts->on) s += "+'" + on.value + "'";
        for (const auto& off : f.place->flag_texts->off) s += "-'" + off.value + "'";
      }
      s += (f.default_value ? "=" + shape(*f.default_value) : "") + ";";
    }
    return s + (n.open ? "...}" : "}");
  }
  std::string operator()(const ast::MapType& n) const { return shape(*n.element) + shapes("[]", n.indices); }
  std::string operator()(const ast::SetType& n) const { return "[" + shape(*n.element) + (n.open ? " ...]" : "]"); }
  std::string operator()(const ast::OptionalType& n) const { return shape(*n.inner) + "?"; }
};

inline std::string shape(const ast::Type& t) { return std::visit(TypeShape{}, t.node); }

// The shape of the type in `type n = ...`, or the faults.
inline std::string type_of(const std::string& text) {
  const Parsed p = read("type n = " + text);
  if (p.diagnostics.has_errors()) return faults(p);
  return shape(*std::get<ast::TypeDecl>(p.file.declarations.at(0).node).type);
}

template <class Decl>
const Decl& only(const Parsed& p) {
  EXPECT_EQ(faults(p), "");
  EXPECT_EQ(p.file.declarations.size(), 1u);
  return std::get<Decl>(p.file.declarations.at(0).node);
}

}  // namespace tally
