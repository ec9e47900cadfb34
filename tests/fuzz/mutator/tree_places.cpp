#include "tests/fuzz/mutator/tree_places.h"

#include "base/overloaded.h"

namespace tally::fuzz {
namespace {

using namespace ast;

class Collector {
 public:
  void file(File& f) {
    out_.lists.emplace_back(&f.declarations);
    for (Declaration& d : f.declarations) std::visit([&](auto& node) { declaration(node); }, d.node);
  }

  void expression(ExprPtr& e) {
    if (!e) return;
    out_.expressions.push_back(&e);
    inside(*e);
  }

  TreePlaces take() { return std::move(out_); }

 private:
  template <class Item, class Visit>
  void list(std::vector<Item>& items, Visit visit) {
    if (!items.empty()) out_.lists.emplace_back(&items);
    for (Item& item : items) visit(item);
  }
  void expressions(std::vector<ExprPtr>& items) {
    list(items, [&](ExprPtr& e) { expression(e); });
  }
  void literal(ExprPtr& e) {
    if (!e) return;
    out_.literals.push_back(&e);
    inside(*e);
  }
  void name(Name& n) { out_.names.push_back(&n); }
  void text(Text& t) { out_.texts.push_back(&t); }
  void text(std::optional<Text>& t) {
    if (t) text(*t);
  }
  void tested(std::vector<TextItem>& items) {
    list(items, [&](TextItem& p) { std::visit(overloaded{[&](Text& t) { text(t); }, [&](Name& n) { name(n); }}, p); });
  }
  void range(NumberRange& r) {
    out_.bounds.push_back(&r.low);
    out_.bounds.push_back(&r.high);
  }
  void items(std::vector<ListItem>& all) {
    list(all, [&](ListItem& item) {
      std::visit(overloaded{[&](ExprPtr& e) { literal(e); }, [&](NumberRange& r) { range(r); }}, item);
    });
  }
  void choice(ChoicePlace place) { out_.choices.push_back(place); }

  // --- types and paths ---

  void place(std::optional<Place>& p) {
    if (!p) return;
    out_.words.push_back(&p->pointer);
    choice(&p->kind);
    if (!p->flag_texts) return;
    for (auto* texts : {&p->flag_texts->on, &p->flag_texts->off}) {
      for (Text& t : *texts) text(t);
    }
  }
  void type(TypePtr& t) {
    if (!t) return;
    out_.types.push_back(&t);
    inside(*t);
  }
  void inside(Type& t) {
    std::visit(overloaded{[&](EnumType& n) {
                            list(n.values, [&](EnumValue& v) {
                              if (v.name) name(*v.name);
                              text(v.spelling);
                              for (Text& other : v.others) text(other);
                            });
                          },
                          [&](NamedType& n) { name(n.name); }, [](FlagType&) {},
                          [&](NumberType& n) {
                            out_.bounds.push_back(&n.low);
                            out_.bounds.push_back(&n.high);
                          },
                          [](TextType&) {},
                          [&](RecordType& n) {
                            choice(&n.open);
                            list(n.fields, [&](Field& f) {
                              name(f.name);
                              type(f.type);
                              place(f.place);
                              choice(&f.not_null);
                              literal(f.default_value);
                            });
                          },
                          [&](MapType& n) {
                            type(n.element);
                            types(n.indices);
                          },
                          [&](SetType& n) {
                            choice(&n.open);
                            type(n.element);
                          },
                          [&](OptionalType& n) { type(n.inner); }},
               t.node);
  }
  void types(std::vector<TypePtr>& all) {
    list(all, [&](TypePtr& t) { type(t); });
  }
  void path(Path& p) {
    name(p.input);
    list(p.steps, [&](PathStep& step) {
      if (step.field) name(*step.field);
      list(step.indices, [&](PathIndex& i) {
        if (i.kind != PathIndex::Kind::any) out_.words.push_back(&i.text);
      });
    });
  }

  // --- expressions ---

  void inside(Expr& e) {
    std::visit(overloaded{[&](NameRef& n) { name(n.name); },
                          [&](NumberLiteral& n) { out_.numbers.push_back(&n.value); },
                          [&](FlagLiteral& n) { choice(&n.on); },
                          [](UnsetLiteral&) {},
                          [&](TextLiteral& n) { text(n.text); },
                          [&](FieldOf& n) {
                            expression(n.base);
                            name(n.field);
                          },
                          [&](IndexOf& n) {
                            expression(n.base);
                            expressions(n.indices);
                          },
                          [&](Call& n) {
                            name(n.function);
                            expressions(n.arguments);
                          },
                          [&](Else& n) { expressions(n.operands); },
                          [&](Is& n) {
                            expression(n.left);
                            choice(&n.negated);
                            expression(n.right);
                          },
                          [&](IsPresence& n) {
                            expression(n.operand);
                            choice(&n.negated);
                            choice(&n.presence);
                          },
                          [&](In& n) {
                            expression(n.left);
                            items(n.items);
                            expression(n.named);
                            choice(&n.negated);
                          },
                          [&](Compare& n) {
                            expression(n.left);
                            choice(&n.op);
                            expression(n.right);
                          },
                          [&](TextTest& n) {
                            expression(n.left);
                            choice(&n.form);
                            tested(n.texts);
                          },
                          [&](HasLength& n) {
                            expression(n.left);
                            items(n.items);
                          },
                          [&](ButNot& n) {
                            inside(*n.test);  // only `in` and the tests of texts can be narrowed
                            cells(n.excluded);
                          },
                          [&](Not& n) { expression(n.operand); },
                          [&](And& n) { expressions(n.operands); },
                          [&](Or& n) { expressions(n.operands); },
                          [&](Quantified& n) {
                            choice(&n.quantifier);
                            name(n.binder.name);
                            type(n.binder.type);
                            if (n.set) expression(n.set);
                            expression(n.condition);
                          },
                          [&](SetLiteral& n) { items(n.items); },
                          [&](RecordLiteral& n) {
                            list(n.members, [&](Member& m) {
                              name(m.name);
                              expression(m.value);
                            });
                          },
                          [&](Rules& n) { rules(n); }},
               e.node);
  }
  void rule(Rule& r) {
    expression(r.outcome);
    expression(r.condition);
    text(r.because);
  }
  void rules(Rules& all) {
    list(all.rules, [&](Rule& r) { rule(r); });
  }

  // --- tables ---

  void cell(Cell& c) {
    out_.cells.push_back(&c);
    inside(c);
  }
  void inside(Cell& c) {
    std::visit(overloaded{[](AnyCell&) {}, [&](ValueCell& n) { literal(n.value); },
                          [&](ListCell& n) { items(n.items); }, [&](RangeCell& n) { range(n.range); },
                          [&](CompareCell& n) {
                            choice(&n.op);
                            literal(n.value);
                          },
                          [&](NamedCell& n) { expression(n.named); },
                          [&](TextTestCell& n) {
                            choice(&n.form);
                            tested(n.texts);
                          },
                          [&](LengthCell& n) { items(n.items); }, [&](PresenceCell& n) { choice(&n.presence); },
                          [&](NotCell& n) { cell(*n.cell); },
                          [&](ButNotCell& n) {
                            cell(*n.cell);
                            cells(n.excluded);
                          },
                          [&](AndCell& n) {
                            for (Cell& each : n.cells) inside(each);  // which only test texts
                          },
                          [&](OrCell& n) { cells(n.alternatives); }},
               c.node);
  }
  void cells(std::vector<Cell>& all) {
    list(all, [&](Cell& c) { cell(c); });
  }
  void table(Table& t) {
    expressions(t.header);
    list(t.rows, [&](Row& row) {
      cells(row.cells);
      expression(row.outcome);
      text(row.because);
    });
    if (t.otherwise) rule(*t.otherwise);
  }

  // --- declarations ---

  void declaration(UseDecl& d) {
    text(d.path);
    if (d.alias) return name(*d.alias);  // a file that is amended has no name of its own
    choice(&d.amends);
  }
  void declaration(TypeDecl& d) {
    name(d.name);
    d.amends ? inside(*d.type) : type(d.type);  // an amendment stays a list of values or of fields
    if (!d.amends) choice(&d.any_case);
  }
  void declaration(InputDecl& d) {
    name(d.name);
    type(d.type);
    place(d.place);
    choice(&d.not_null);
    literal(d.default_value);
  }
  void declaration(LetDecl& d) {
    name(d.name);
    list(d.parameters, [&](Parameter& p) {
      name(p.name);
      type(p.type);
    });
    type(d.type);
    expression(d.body);
    if (d.list) items(*d.list);
  }
  void declaration(DecisionDecl& d) {
    name(d.name);
    type(d.type);
    // Only a table can be `longest`.
    if (!d.amends && std::holds_alternative<Table>(d.body)) choice(&d.matching);
    std::visit(overloaded{[&](Rules& n) { rules(n); }, [&](Table& n) { table(n); }, [&](ExprPtr& n) { expression(n); }},
               d.body);
  }
  void declaration(ProveDecl& d) {
    text(d.title);
    list(d.binders, [&](Binder& b) {
      name(b.name);
      type(b.type);
    });
    std::visit(overloaded{[&](ExprPtr& n) { expression(n); },
                          [&](Ignores& n) {
                            expression(n.value);
                            list(n.paths, [&](Path& p) { path(p); });
                          }},
               d.claim);
    expression(d.condition);
  }
  void declaration(ExampleDecl& d) {
    text(d.title);
    list(d.givens, [&](Given& g) {
      path(g.path);
      std::visit(overloaded{[&](ExprPtr& e) { literal(e); }, [&](Presence& p) { choice(&p); }}, g.value);
    });
    list(d.expects, [&](Expect& e) {
      expression(e.claim);
      expression(e.condition);
    });
  }

  TreePlaces out_;
};

}  // namespace

TreePlaces places_of(File& file) {
  Collector collector;
  collector.file(file);
  return collector.take();
}

TreePlaces places_of(ExprPtr& expression) {
  Collector collector;
  collector.expression(expression);
  return collector.take();
}

}  // namespace tally::fuzz
