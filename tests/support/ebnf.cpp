// Productions in the EBNF of the W3C: see ebnf.h.
#include "tests/support/ebnf.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tally::testing {
namespace {

using Kind = Ebnf::Kind;

// Adds the parts of a term of the same kind one by one, so that sequences and choices are flat.
void append(std::vector<Ebnf>& parts, Kind kind, Ebnf part) {
  if (part.kind != kind) return parts.push_back(std::move(part));
  for (Ebnf& inner : part.parts) parts.push_back(std::move(inner));
}

Ebnf repeated(Kind kind, Ebnf part) {
  Ebnf made{kind, {}, {}, false};
  made.parts.push_back(std::move(part));
  return made;
}

std::vector<Ebnf> parts_of(const Ebnf& term) {
  return term.kind == Kind::sequence ? term.parts : std::vector<Ebnf>{term};
}

// What `longer` has before `shorter`, or `longer` itself if it does not end in `shorter`.
Ebnf before_suffix(const Ebnf& longer, const Ebnf& shorter) {
  std::vector<Ebnf> all = parts_of(longer);
  const std::vector<Ebnf> end = parts_of(shorter);
  if (all.size() <= end.size() || !std::equal(end.rbegin(), end.rend(), all.rbegin())) return longer;
  all.resize(all.size() - end.size());
  return sequence(std::move(all));
}

std::string written(const Ebnf& term, Kind around);

std::string joined(const Ebnf& term, const char* separator) {
  std::string text;
  for (const Ebnf& part : term.parts) text += (text.empty() ? "" : separator) + written(part, term.kind);
  return text;
}

// A term as a part of a term of the kind `around`, in parentheses if it needs them.
std::string written(const Ebnf& term, Kind around) {
  const bool in_sequence = around == Kind::sequence;
  const bool repeats = around == Kind::optional || around == Kind::any_number || around == Kind::at_least_one;
  switch (term.kind) {
    case Kind::nothing:
    case Kind::never: return "";
    case Kind::terminal:
    case Kind::reference: return term.text;
    case Kind::sequence: return repeats ? "(" + joined(term, " ") + ")" : joined(term, " ");
    case Kind::choice: return repeats || in_sequence ? "(" + joined(term, " | ") + ")" : joined(term, " | ");
    case Kind::optional: return joined(term, "") + "?";
    case Kind::any_number: return joined(term, "") + "*";
    case Kind::at_least_one: return joined(term, "") + "+";
  }
  return "";
}

// The term with the production `name` replaced by `body`.
Ebnf replaced(const Ebnf& term, const std::string& name, const Ebnf& body) {
  if (term.kind == Kind::reference && term.text == name) {
    Ebnf made = body;
    made.is_partial |= term.is_partial;
    return made;
  }
  if (term.parts.empty()) return term;
  std::vector<Ebnf> parts;
  for (const Ebnf& part : term.parts) parts.push_back(replaced(part, name, body));
  Ebnf made;
  switch (term.kind) {
    case Kind::sequence: made = sequence(std::move(parts)); break;
    case Kind::choice: made = choice(std::move(parts)); break;
    case Kind::optional: made = optional(std::move(parts[0])); break;
    case Kind::any_number: made = any_number(std::move(parts[0])); break;
    default: made = at_least_one(std::move(parts[0])); break;
  }
  made.is_partial |= term.is_partial;
  return made;
}

bool is_another_name(const Ebnf& body) {
  return body.kind != Kind::sequence && body.kind != Kind::choice && body.parts.empty();
}

// The first production that is not needed, or the end.
std::vector<Production>::iterator superfluous(std::vector<Production>& productions) {
  std::map<std::string, std::size_t> uses;
  for (const Production& production : productions) {
    for (const std::string& name : references(production.body)) ++uses[name];
  }
  return std::find_if(productions.begin(), productions.end(), [&](const Production& production) {
    if (production.is_kept) return false;
    if (is_another_name(production.body)) return true;
    const std::vector<std::string> inside = references(production.body);
    const bool recursive = std::find(inside.begin(), inside.end(), production.name) != inside.end();
    return production.example.empty() && uses[production.name] == 1 && !recursive;
  });
}

// Makes the second of two productions with the same body another name of the first.
void join_equals(std::vector<Production>& productions) {
  for (auto later = productions.begin(); later != productions.end(); ++later) {
    if (later->is_kept || is_another_name(later->body)) continue;
    const auto first = std::find_if(productions.begin(), later, [&](const auto& p) { return p.body == later->body; });
    if (first != later) later->body = reference(first->name);
  }
}

}  // namespace

Ebnf terminal(std::string text) { return {Kind::terminal, std::move(text), {}, false}; }
Ebnf quoted(const std::string& text) {
  const char quote = text.find('\'') == std::string::npos ? '\'' : '"';
  return terminal(quote + text + quote);
}
Ebnf reference(std::string name) { return {Kind::reference, std::move(name), {}, false}; }
Ebnf never() { return {Kind::never, {}, {}, false}; }

Ebnf sequence(std::vector<Ebnf> parts) {
  std::vector<Ebnf> all;
  for (Ebnf& part : parts) {
    if (part.kind == Kind::never) return never();
    if (part.kind == Kind::nothing) continue;
    const std::size_t from = all.size();
    append(all, Kind::sequence, std::move(part));
    // `a a*` is `a+`.
    if (from > 0 && from < all.size() && all[from].kind == Kind::any_number && all[from].parts[0] == all[from - 1]) {
      all[from] = at_least_one(all[from - 1]);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(from) - 1);
    }
  }
  if (all.empty()) return {};
  if (all.size() == 1) return std::move(all.front());
  return {Kind::sequence, {}, std::move(all), false};
}

Ebnf choice(std::vector<Ebnf> parts) {
  std::vector<Ebnf> all;
  bool may_be_nothing = false;
  for (Ebnf& part : parts) {
    if (part.kind == Kind::never) continue;
    may_be_nothing |= part.kind == Kind::nothing;
    if (part.kind != Kind::nothing) append(all, Kind::choice, std::move(part));
  }
  if (all.empty()) return may_be_nothing ? Ebnf() : never();
  // `a b | b` is `a? b`.
  if (all.size() == 2) {
    if (Ebnf first = before_suffix(all[0], all[1]); !(first == all[0])) {
      std::vector<Ebnf> joined_parts{optional(std::move(first)), std::move(all[1])};
      all.assign(1, sequence(std::move(joined_parts)));
    }
  }
  Ebnf made = all.size() == 1 ? std::move(all.front()) : Ebnf{Kind::choice, {}, std::move(all), false};
  return may_be_nothing ? optional(std::move(made)) : made;
}

Ebnf optional(Ebnf part) {
  switch (part.kind) {
    case Kind::nothing:
    case Kind::never: return {};
    case Kind::optional:
    case Kind::any_number: return part;
    case Kind::at_least_one: return any_number(std::move(part.parts[0]));
    default: return repeated(Kind::optional, std::move(part));
  }
}

Ebnf any_number(Ebnf part) {
  if (part.kind == Kind::nothing || part.kind == Kind::never) return {};
  return repeated(Kind::any_number, std::move(part));
}

Ebnf at_least_one(Ebnf part) {
  if (part.kind == Kind::nothing || part.kind == Kind::never) return part;
  return repeated(Kind::at_least_one, std::move(part));
}

bool has_partial(const Ebnf& term) {
  return term.is_partial || std::any_of(term.parts.begin(), term.parts.end(), has_partial);
}

std::vector<std::string> references(const Ebnf& term) {
  if (term.kind == Kind::reference) return {term.text};
  std::vector<std::string> all;
  for (const Ebnf& part : term.parts) {
    const std::vector<std::string> inside = references(part);
    all.insert(all.end(), inside.begin(), inside.end());
  }
  return all;
}

void simplify(std::vector<Production>& productions) {
  for (;;) {
    join_equals(productions);
    const auto found = superfluous(productions);
    if (found == productions.end()) return;
    const Production gone = std::move(*found);
    productions.erase(found);
    for (Production& other : productions) other.body = replaced(other.body, gone.name, gone.body);
  }
}

std::string text_of(const Production& production, std::size_t width) {
  const Ebnf& body = production.body;
  const std::string head = production.name + " ::= ";
  const std::string line = head + written(body, Kind::nothing);
  if (line.size() <= width || (body.kind != Kind::choice && body.kind != Kind::sequence)) return line;
  const std::string indent(head.size(), ' ');
  std::string text = head, separator;
  std::size_t column = head.size();
  for (const Ebnf& part : body.parts) {
    const std::string next = written(part, body.kind);
    if (body.kind == Kind::choice) {
      text += separator + next;
      separator = "\n" + indent.substr(2) + "| ";
      continue;
    }
    if (!separator.empty() && column + 1 + next.size() > width) {
      text += "\n" + indent + next;
      column = indent.size() + next.size();
    } else {
      text += separator + next;
      column += separator.size() + next.size();
    }
    separator = " ";
  }
  return text;
}

}  // namespace tally::testing
