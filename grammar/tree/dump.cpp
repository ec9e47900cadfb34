// The syntax tree as an indented list, one node per line, without spans. The golden tests
// and `tally dump --stage ast` show it. See printer.h.
//
// Always: a line begins with the kind of its node, followed by its name or literal; the
//         children are indented one step further
#include <utility>

#include "base/overloaded.h"
#include "grammar/tree/printer.h"
#include "grammar/tree/source_format.h"

namespace tally {
namespace {

using namespace ast;
using format::joined;
using format::quoted;

class Dumper {
 public:
  std::string file(const File& file) {
    node("file", [&] {
      for (const Declaration& d : file.declarations) std::visit([&](const auto& n) { declaration(n); }, d.node);
    });
    return std::move(out_);
  }

 private:
  void leaf(const std::string& text) { out_ += format::spaces(2 * depth_) + text + "\n"; }

  template <class Children>
  void node(const std::string& text, Children children) {
    leaf(text);
    ++depth_;
    children();
    --depth_;
  }

  // A part with one expression below it. It is left out if there is no expression.
  void part(const std::string& text, const ExprPtr& e) {
    if (e) node(text, [&] { expr(*e); });
  }

  void exprs(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& e : list) expr(*e);
  }

  static std::string span_of_numbers(const NumberRange& r) { return "range " + format::range(r.low, r.high); }

  void items(const std::vector<ListItem>& list) {
    for (const ListItem& item : list) {
      std::visit(
          overloaded{[&](const ExprPtr& e) { expr(*e); }, [&](const NumberRange& r) { leaf(span_of_numbers(r)); }},
          item);
    }
  }

  static std::string tested(TextForm form, const std::vector<TextItem>& texts) {
    return std::string(format::word(form)) + " " + joined(texts, ", ", [](const TextItem& item) {
             const auto* name = std::get_if<Name>(&item);
             return name != nullptr ? name->text : quoted(std::get<Text>(item).value);
           });
  }

  void because(const std::optional<Text>& text) {
    if (text) leaf("because " + quoted(text->value));
  }

  // --- types ---

  void place(const std::optional<Place>& p) {
    if (!p) return;
    const std::string_view kind = format::kind_word(p->kind);
    std::string text = "at " + quoted(p->pointer) + (kind.empty() ? "" : " if " + std::string(kind));
    if (p->flag_texts) text += " on" + spaced(p->flag_texts->on) + " off" + spaced(p->flag_texts->off);
    leaf(text);
  }
  // ` "true" "yes"`
  static std::string spaced(const std::vector<Text>& texts) {
    std::string out;
    for (const Text& text : texts) out += " " + quoted(text.value);
    return out;
  }

  void type(const Type& t) {
    std::visit(
        overloaded{[&](const EnumType& n) {
                     node("enum", [&] {
                       for (const EnumValue& v : n.values) {
                         std::string text = "value";
                         if (v.name) text += " " + v.name->text;
                         if (v.spelling) text += (v.name ? " = " : " ") + quoted(v.spelling->value);
                         leaf(text + spaced(v.others));
                       }
                     });
                   },
                   [&](const NamedType& n) { leaf("named " + n.name.text); }, [&](const FlagType&) { leaf("flag"); },
                   [&](const NumberType& n) {
                     leaf(n.low || n.high ? span_of_numbers({n.low, n.high, {}}) : std::string("number"));
                   },
                   [&](const TextType&) { leaf("text"); },
                   [&](const RecordType& n) {
                     node(n.open ? "record ..." : "record", [&] {
                       for (const Field& f : n.fields) {
                         node("field " + f.name.text, [&] {
                           type(*f.type);
                           place(f.place);
                           if (f.not_null) leaf("not null");
                           part("default", f.default_value);
                         });
                       }
                     });
                   },
                   [&](const MapType& n) {
                     node("map", [&] {
                       type(*n.element);
                       for (const TypePtr& i : n.indices) node("index", [&] { type(*i); });
                     });
                   },
                   [&](const SetType& n) { node(n.open ? "set ..." : "set", [&] { type(*n.element); }); },
                   [&](const OptionalType& n) { node("optional", [&] { type(*n.inner); }); }},
        t.node);
  }

  // --- expressions ---

  void rules(const std::vector<Rule>& list) {
    for (const Rule& r : list) rule(r);
  }

  void rule(const Rule& r) {
    node(r.otherwise ? "rule otherwise" : "rule", [&] {
      expr(*r.outcome);
      part("when", r.condition);
      because(r.because);
    });
  }

  void expr(const Expr& e) {
    const auto chain = [&](const char* kind, const auto& n) { node(kind, [&] { exprs(n.operands); }); };
    std::visit(overloaded{[&](const NameRef& n) { leaf("name " + n.name.text); },
                          [&](const NumberLiteral& n) { leaf("literal " + std::to_string(n.value)); },
                          [&](const FlagLiteral& n) { leaf(n.on ? "literal on" : "literal off"); },
                          [&](const UnsetLiteral&) { leaf("literal unset"); },
                          [&](const TextLiteral& n) { leaf("literal " + quoted(n.text.value)); },
                          [&](const FieldOf& n) { node("field-of ." + n.field.text, [&] { expr(*n.base); }); },
                          [&](const IndexOf& n) {
                            node("index-of", [&] {
                              expr(*n.base);
                              for (const ExprPtr& i : n.indices) node("index", [&] { expr(*i); });
                            });
                          },
                          [&](const Call& n) { node("call " + n.function.text, [&] { exprs(n.arguments); }); },
                          [&](const Else& n) { chain("else", n); },
                          [&](const Is& n) {
                            node(n.negated ? "is-not" : "is", [&] {
                              expr(*n.left);
                              expr(*n.right);
                            });
                          },
                          [&](const IsPresence& n) {
                            node((n.negated ? "is-not " : "is ") + std::string(format::word(n.presence)),
                                 [&] { expr(*n.operand); });
                          },
                          [&](const In& n) {
                            node(n.negated ? "not-in" : "in", [&] {
                              expr(*n.left);
                              part("named", n.named);
                              items(n.items);
                            });
                          },
                          [&](const Compare& n) {
                            node("compare " + std::string(format::sign(n.op)), [&] {
                              expr(*n.left);
                              expr(*n.right);
                            });
                          },
                          [&](const TextTest& n) { node(tested(n.form, n.texts), [&] { expr(*n.left); }); },
                          [&](const HasLength& n) {
                            node("has-length", [&] {
                              expr(*n.left);
                              items(n.items);
                            });
                          },
                          [&](const ButNot& n) {
                            node("but-not", [&] {
                              expr(*n.test);
                              cells(n.excluded);
                            });
                          },
                          [&](const Not& n) { node("not", [&] { expr(*n.operand); }); },
                          [&](const And& n) { chain("and", n); },
                          [&](const Or& n) { chain("or", n); },
                          [&](const Quantified& n) {
                            node(std::string(format::word(n.quantifier)) + " " + n.binder.name.text, [&] {
                              if (n.binder.type) type(*n.binder.type);
                              part("set", n.set);
                              expr(*n.condition);
                            });
                          },
                          [&](const SetLiteral& n) { node("set", [&] { items(n.items); }); },
                          [&](const RecordLiteral& n) {
                            node("record", [&] {
                              for (const Member& m : n.members) part("member " + m.name.text, m.value);
                            });
                          },
                          [&](const Rules& n) { node("rules", [&] { rules(n.rules); }); }},
               e.node);
  }

  // --- tables ---

  void cell(const Cell& c) {
    std::visit(overloaded{[&](const AnyCell&) { leaf("any"); }, [&](const ValueCell& n) { part("value", n.value); },
                          [&](const ListCell& n) { node("list", [&] { items(n.items); }); },
                          [&](const RangeCell& n) { leaf(span_of_numbers(n.range)); },
                          [&](const NamedCell& n) { part("in", n.named); },
                          [&](const CompareCell& n) { part("compare " + std::string(format::sign(n.op)), n.value); },
                          [&](const TextTestCell& n) { leaf(tested(n.form, n.texts)); },
                          [&](const LengthCell& n) { node("has-length", [&] { items(n.items); }); },
                          [&](const PresenceCell& n) { leaf(std::string(format::word(n.presence))); },
                          [&](const NotCell& n) { node("not", [&] { cell(*n.cell); }); },
                          [&](const ButNotCell& n) {
                            node("but-not", [&] {
                              cell(*n.cell);
                              cells(n.excluded);
                            });
                          },
                          [&](const AndCell& n) { node("and", [&] { cells(n.cells); }); },
                          [&](const OrCell& n) { node("or", [&] { cells(n.alternatives); }); }},
               c.node);
  }
  void cells(const std::vector<Cell>& all) {
    for (const Cell& c : all) cell(c);
  }

  void table(const Table& t) {
    node("table", [&] {
      node("header", [&] { exprs(t.header); });
      for (const Row& r : t.rows) {
        node("row", [&] {
          for (const Cell& c : r.cells) cell(c);
          part("outcome", r.outcome);
          because(r.because);
        });
      }
      if (t.otherwise) rule(*t.otherwise);
    });
  }

  // --- declarations ---

  static std::string amend_word(bool amends) { return amends ? "amend " : ""; }

  void declaration(const UseDecl& d) {
    leaf((d.amends ? "amend " : "use ") + quoted(d.path.value) + (d.alias ? " as " + d.alias->text : ""));
  }

  void declaration(const TypeDecl& d) {
    node(amend_word(d.amends) + "type " + d.name.text + (d.any_case ? " any case" : ""), [&] { type(*d.type); });
  }

  void declaration(const InputDecl& d) {
    node("input " + d.name.text, [&] {
      type(*d.type);
      place(d.place);
      if (d.not_null) leaf("not null");
      part("default", d.default_value);
    });
  }

  void declaration(const LetDecl& d) {
    node(amend_word(d.amends) + "let " + d.name.text, [&] {
      for (const Parameter& p : d.parameters) node("parameter " + p.name.text, [&] { type(*p.type); });
      if (d.type) node("type", [&] { type(*d.type); });
      part("body", d.body);
      if (d.list) node("list", [&] { items(*d.list); });
    });
  }

  void declaration(const DecisionDecl& d) {
    node(amend_word(d.amends) + "decision " + d.name.text + behind_type(d.matching), [&] {
      if (d.type) node("type", [&] { type(*d.type); });
      std::visit(overloaded{[&](const Rules& n) { node("rules", [&] { rules(n.rules); }); },
                            [&](const Table& n) { table(n); }, [&](const ExprPtr& e) { part("value", e); }},
                 d.body);
    });
  }

  void declaration(const ProveDecl& d) {
    node(d.title ? "prove " + quoted(d.title->value) : "prove", [&] {
      for (const Binder& b : d.binders) node("for " + b.name.text, [&] { type(*b.type); });
      std::visit(overloaded{[&](const ExprPtr& e) { part("claim", e); },
                            [&](const Ignores& n) {
                              node("ignores", [&] {
                                expr(*n.value);
                                for (const Path& p : n.paths) leaf("path " + format::path_text(p));
                              });
                            }},
                 d.claim);
      part("when", d.condition);
    });
  }

  void declaration(const ExampleDecl& d) {
    node("example " + quoted(d.title.value), [&] {
      for (const Given& g : d.givens) {
        const std::string given = "given " + format::path_text(g.path);
        std::visit(overloaded{[&](const ExprPtr& e) { part(given, e); },
                              [&](Presence p) { leaf(given + " " + std::string(format::word(p))); }},
                   g.value);
      }
      for (const Expect& e : d.expects) {
        node("expect", [&] {
          expr(*e.claim);
          part("when", e.condition);
        });
      }
    });
  }

  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string tree_text(const ast::File& file) { return Dumper().file(file); }

}  // namespace tally
