// The order in which declarations are resolved: each comes after those that it needs.
//
// In:     the declarations of all files, by name, with their amendments.
// Out:    every type and value, resolved in that order. With `let a = b` and `let b = x is on`, `b` is
//         resolved first, and `x` before it.
// Always: nothing recurses here, however long a chain of declarations is. A cycle is cut at its last step; it
//         is reported where its names are resolved.
#include <deque>
#include <functional>
#include <set>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

// The names that a syntax tree mentions, which the declaration may need. Some of them turn out to be
// enum values, so the names are good for an order only.
struct Mentioned {
  std::set<std::string> names;
  std::set<std::string> members;  // of lists: needed only if they are lists themselves

  void insert(const std::string& name) { names.insert(name); }
};

void mention(const ast::ExprPtr& e, Mentioned& names);

void mention(const std::vector<ast::ExprPtr>& list, Mentioned& names) {
  for (const ast::ExprPtr& e : list) mention(e, names);
}

void mention(const std::vector<ast::Cell>& cells, Mentioned& names);

// The members of a list may be lists.
void mention(const std::vector<ast::ListItem>& items, Mentioned& names) {
  for (const ast::ListItem& item : items) {
    const auto* e = std::get_if<ast::ExprPtr>(&item);
    if (const auto* name = e ? ast::as<ast::NameRef>(**e) : nullptr) names.members.insert(name->name.text);
  }
}

void mention(const std::vector<ast::TextItem>& texts, Mentioned& names) {
  for (const ast::TextItem& item : texts)
    if (const auto* name = std::get_if<ast::Name>(&item)) names.members.insert(name->text);
}

void mention(const ast::Cell& cell, Mentioned& names) {
  // Ranges and comparisons contain literals, which need nothing.
  std::visit(overloaded{[](const ast::AnyCell&) {}, [](const ast::RangeCell&) {}, [](const ast::PresenceCell&) {},
                        [](const ast::CompareCell&) {}, [&](const ast::TextTestCell& c) { mention(c.texts, names); },
                        [&](const ast::LengthCell& c) { mention(c.items, names); },
                        [&](const ast::ListCell& c) { mention(c.items, names); },
                        [&](const ast::NamedCell& c) { mention(c.named, names); },
                        [&](const ast::ValueCell& c) { mention(c.value, names); },
                        [&](const ast::NotCell& c) { mention(*c.cell, names); },
                        [&](const ast::ButNotCell& c) {
                          mention(*c.cell, names);
                          mention(c.excluded, names);
                        },
                        [&](const ast::AndCell& c) { mention(c.cells, names); },
                        [&](const ast::OrCell& c) { mention(c.alternatives, names); }},
             cell.node);
}

void mention(const std::vector<ast::Cell>& cells, Mentioned& names) {
  for (const ast::Cell& cell : cells) mention(cell, names);
}

void mention(const std::vector<ast::Rule>& rules, Mentioned& names) {
  for (const ast::Rule& r : rules) {
    mention(r.outcome, names);
    mention(r.condition, names);
  }
}

// Collects the words inside the braces of a text, and pairs of them: `a`, `x`, `a.x` and `b` of
// "to {a.x} and {b}".
void mention_insertions(const std::string& text, Mentioned& names) {
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '}') inside = text[i] == '{';
    if (!inside || !in_word(text[i])) continue;
    const std::size_t begin = i;
    while (i + 1 < text.size() && in_word(text[i + 1])) ++i;
    names.insert(text.substr(begin, i + 1 - begin));
    if (i + 1 < text.size() && text[i + 1] == '.') {
      std::size_t end = i + 2;
      while (end < text.size() && in_word(text[end])) ++end;
      names.insert(text.substr(begin, end - begin));
    }
  }
}

void mention(const ast::ExprPtr& e, Mentioned& names) {
  if (!e) return;
  std::visit(overloaded{[](const ast::NumberLiteral&) {},
                        [](const ast::FlagLiteral&) {},
                        [](const ast::UnsetLiteral&) {},
                        [&](const ast::NameRef& n) { names.insert(n.name.text); },
                        [&](const ast::TextLiteral& n) { mention_insertions(n.text.value, names); },
                        [&](const ast::FieldOf& n) {
                          mention(n.base, names);
                          const auto* file = ast::as<ast::NameRef>(*n.base);
                          if (file != nullptr) names.insert(file->name.text + "." + n.field.text);
                        },
                        [&](const ast::IndexOf& n) {
                          mention(n.base, names);
                          mention(n.indices, names);
                        },
                        [&](const ast::Call& n) {
                          names.insert(n.function.text);
                          mention(n.arguments, names);
                        },
                        [&](const ast::Else& n) { mention(n.operands, names); },
                        [&](const ast::Is& n) {
                          mention(n.left, names);
                          mention(n.right, names);
                        },
                        [&](const ast::IsPresence& n) { mention(n.operand, names); },
                        [&](const ast::In& n) {
                          mention(n.left, names);
                          mention(n.items, names);
                          mention(n.named, names);
                        },
                        [&](const ast::Compare& n) {
                          mention(n.left, names);
                          mention(n.right, names);
                        },
                        [&](const ast::TextTest& n) {
                          mention(n.left, names);
                          mention(n.texts, names);
                        },
                        [&](const ast::HasLength& n) {
                          mention(n.left, names);
                          mention(n.items, names);
                        },
                        [&](const ast::ButNot& n) {
                          mention(n.test, names);
                          mention(n.excluded, names);
                        },
                        [&](const ast::Quantified& n) {
                          mention(n.set, names);
                          mention(n.condition, names);
                          // A set by its name stands where a type may.
                          const auto* over = n.binder.type ? ast::as<ast::NamedType>(*n.binder.type) : nullptr;
                          if (over) names.insert(over->name.text);
                          if (over) names.insert(over->name.text.substr(0, over->name.text.find('.')));
                        },
                        [&](const ast::SetLiteral& n) { mention(n.items, names); },
                        [&](const ast::Not& n) { mention(n.operand, names); },
                        [&](const ast::And& n) { mention(n.operands, names); },
                        [&](const ast::Or& n) { mention(n.operands, names); },
                        [&](const ast::RecordLiteral& n) {
                          for (const ast::Member& m : n.members) mention(m.value, names);
                        },
                        [&](const ast::Rules& n) { mention(n.rules, names); }},
             e->node);
}

void mention_body(const ast::DecisionBody& body, Mentioned& names) {
  std::visit(overloaded{[&](const ast::ExprPtr& e) { mention(e, names); },
                        [&](const ast::Rules& r) { mention(r.rules, names); },
                        [&](const ast::Table& table) {
                          mention(table.header, names);
                          for (const ast::Row& row : table.rows) {
                            mention(row.outcome, names);
                            mention(row.cells, names);
                          }
                          if (table.otherwise) mention(table.otherwise->outcome, names);
                        }},
             body);
}

void mention_types(const ast::TypePtr& type, std::set<std::string>& names) {
  if (!type) return;
  std::visit(overloaded{[](const ast::EnumType&) {}, [](const ast::FlagType&) {}, [](const ast::NumberType&) {},
                        [](const ast::TextType&) {}, [&](const ast::NamedType& n) { names.insert(n.name.text); },
                        [&](const ast::RecordType& n) {
                          for (const ast::Field& f : n.fields) mention_types(f.type, names);
                        },
                        [&](const ast::MapType& n) {
                          mention_types(n.element, names);
                          for (const ast::TypePtr& i : n.indices) mention_types(i, names);
                        },
                        [&](const ast::SetType& n) { mention_types(n.element, names); },
                        [&](const ast::OptionalType& n) { mention_types(n.inner, names); }},
             type->node);
}

// Depth first, without recursion: every entry comes after the entries that it needs. A
// cycle is cut at its last step; it is reported later, when names are resolved.
template <class Entry>
void in_order(std::deque<Entry>& entries, const std::function<std::vector<Entry*>(Entry&)>& needs,
              const std::function<void(Entry&)>& visit) {
  struct Frame {
    Entry* entry;
    std::vector<Entry*> needs;
    std::size_t next = 0;
  };
  std::set<Entry*> seen;
  for (Entry& root : entries) {
    if (!seen.insert(&root).second) continue;
    std::vector<Frame> stack;
    stack.push_back({&root, needs(root)});
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.next == top.needs.size()) {
        Entry* done = top.entry;
        stack.pop_back();
        visit(*done);
        continue;
      }
      Entry* need = top.needs[top.next++];
      if (seen.insert(need).second) {
        auto further = needs(*need);
        stack.push_back({need, std::move(further)});
      }
    }
  }
}

}  // namespace

void Analysis::resolve_types() {
  in_order<TypeEntry>(
      types_,
      [&](TypeEntry& entry) {
        std::vector<TypeEntry*> needs;
        const auto add = [&](const ast::TypePtr& type, std::size_t module) {
          std::set<std::string> names;
          mention_types(type, names);
          for (const std::string& n : names)
            if (const auto at = scopes_[module].types.find(n); at != scopes_[module].types.end())
              needs.push_back(at->second);
        };
        add(entry.declaration->type, entry.module);
        for (const auto& amendment : entry.amendments) add(amendment.declaration->type, amendment.module);
        return needs;
      },
      [&](TypeEntry& entry) { resolve_type(entry); });
}

void Analysis::resolve_values() {
  for (ValueEntry& entry : values_)
    if (entry.kind == ValueEntry::Kind::input) resolve_value(entry);

  in_order<ValueEntry>(
      values_,
      [&](ValueEntry& entry) {
        std::vector<ValueEntry*> needs;
        const auto need = [&](const Mentioned& names, std::size_t module) {
          const auto& known = scopes_[module].values;
          for (const std::string& n : names.members)
            if (const auto at = known.find(n); at != known.end() && at->second->kind == ValueEntry::Kind::list)
              needs.push_back(at->second);
          for (const std::string& n : names.names)
            if (const auto at = known.find(n); at != known.end()) needs.push_back(at->second);
        };
        const auto add = [&](const auto& part, std::size_t module) {
          Mentioned names;
          mention(part, names);
          need(names, module);
        };
        if (const auto* let = ast::as<ast::LetDecl>(*entry.declaration)) {
          const WrittenLet last = last_let(entry);
          if (last.let->list) add(*last.let->list, last.module);
          if (last.let->body) add(last.let->body, last.module);
          if (last.let != let && let->body && !let->type) add(let->body, entry.module);
        }
        if (entry.kind == ValueEntry::Kind::decision) {
          for (const RuleLayer& layer : rule_layers(entry)) {
            Mentioned names;
            mention_body(layer.declaration->body, names);
            need(names, layer.module);
          }
        }
        return needs;
      },
      [&](ValueEntry& entry) { resolve_value(entry); });
}

}  // namespace tally
