// The model as text, for people and golden tests.
#include <sstream>

#include "base/overloaded.h"
#include "compiler/model/model.h"
#include "grammar/source/excerpt.h"

namespace tally {
namespace {

class Dumper {
 public:
  explicit Dumper(const Model& model) : model_(model) {}

  std::string run() {
    for (const Input& input : model_.inputs) {
      out_ << "input " << input.name << " : " << to_string(*input.type) << "\n";
      for (ElementId id : below(model_, input.element)) element(model_.at(id));
    }
    for (const Let& let : model_.lets) {
      parameters_.clear();
      out_ << "let " << let.name;
      for (std::size_t i = 0; i < let.parameters.size(); ++i) {
        out_ << (i ? ", " : "(") << let.parameters[i].first << " : " << to_string(*let.parameters[i].second);
        parameters_.push_back(let.parameters[i].first);
      }
      out_ << (let.parameters.empty() ? "" : ")") << " : " << to_string(*let.type) << " = " << text(let.body) << "\n";
    }
    parameters_.clear();
    for (const Decision& d : model_.decisions) decision(d);
    for (const Proof& p : model_.proofs) proof(p);
    for (const Example& e : model_.examples) example(e);
    return out_.str();
  }

 private:
  void element(const Element& e) {
    out_ << "  " << e.name << " : " << to_string(*e.type) << " at " << e.pointer;
    static const char* const kinds[] = {"",           " if boolean", " if number", " if string",
                                        " if object", " if array",   " if other"};
    out_ << kinds[static_cast<int>(e.kind)];
    if (!e.flag_texts.on.empty()) out_ << " (on" << texts(e.flag_texts.on) << ", off" << texts(e.flag_texts.off) << ")";
    if (e.default_value) out_ << " = " << tally::to_string(*e.default_value);
    out_ << "\n";
  }

  // ` "yes" "true"`
  static std::string texts(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& text : list) out += " " + tally::to_string(Literal{text});
    return out;
  }

  void decision(const Decision& d) {
    out_ << "decision " << d.name << " : " << to_string(*d.type) << ast::behind_type(d.matching)
         << (d.is_output ? "" : " (used)") << "\n";
    for (std::size_t i = 0; i < d.rules.size(); ++i) {
      const Rule& r = d.rules[i];
      out_ << "  " << i + 1 << (r.layer == 0 ? "" : " (amended)") << ": " << text(r.outcome)
           << (r.condition   ? " when " + text(r.condition)
               : r.otherwise ? " otherwise"
                             : "");
      if (r.reason) out_ << " because " << pieces(*r.reason);
      out_ << "\n";
    }
  }

  void proof(const Proof& p) {
    parameters_.clear();
    out_ << "prove";
    if (p.title) out_ << " " << as_literal(*p.title);
    for (std::size_t i = 0; i < p.binders.size(); ++i) {
      out_ << (i ? ", " : " for ") << p.binders[i].name << " in " << to_string(*p.binders[i].type);
      parameters_.push_back(p.binders[i].name);
    }
    out_ << (p.binders.empty() ? " " : ": ") << text(p.claim);
    for (std::size_t i = 0; i < p.ignored.size(); ++i) out_ << (i ? ", " : " ignores ") << path(p.ignored[i]);
    if (p.condition) out_ << " when " << text(p.condition);
    out_ << "\n";
    parameters_.clear();
  }

  void example(const Example& e) {
    out_ << "example " << as_literal(e.title) << "\n";
    for (const Given& g : e.givens) {
      out_ << "  given " << path(g.path) << " is ";
      if (const auto* literal = std::get_if<Literal>(&g.value))
        out_ << tally::to_string(*literal);
      else
        out_ << (std::get<ast::Presence>(g.value) == ast::Presence::set ? "set" : "unset");
      out_ << "\n";
    }
    for (const Expectation& x : e.expectations)
      out_ << "  expect " << text(x.claim) << (x.condition ? " when " + text(x.condition) : "") << "\n";
  }

  std::string path(const PathPattern& p) const {
    std::string out = model_.at(p.input).name;
    TypeRef type = model_.at(p.input).type;
    for (const PathStep& s : p.steps) {
      if (s.field) {
        out += "." + type->fields[*s.field].name;
        type = type->fields[*s.field].type;
        continue;
      }
      for (std::size_t i = 0; i < s.indices.size(); ++i) {
        const PathIndex& x = s.indices[i];
        out += i ? ", " : "[";
        out += x.kind == PathIndex::Kind::any     ? "*"
               : x.kind == PathIndex::Kind::value ? x.value
                                                  : parameters_[x.binder];
      }
      out += "]";
      type = type->element;
    }
    return out;
  }

  std::string pieces(const std::vector<Piece>& list) const {
    std::string out = "\"";
    for (const Piece& p : list) {
      if (const auto* plain = std::get_if<std::string>(&p))
        out += as_piece(*plain);
      else
        out += "{" + text(std::get<ExprRef>(p)) + "}";
    }
    return out + "\"";
  }

  std::string joined(const std::vector<ExprRef>& list, const char* between) const {
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i)
      out += (i ? between : "") + (list[i] ? text(list[i]) : std::string("unset"));
    return out;
  }

  static std::string range(const NumberRange& r) {
    if (r.low == r.high) return std::to_string(r.low);
    return std::to_string(r.low) + ".." + (r.high == max_number ? "" : std::to_string(r.high));
  }
  static std::string cut(const Cut& c) {
    std::string out;
    const auto add = [&](const std::string& s) { out += (out.empty() ? "" : ", ") + s; };
    for (const NumberRange& r : c.ranges) add(range(r));
    for (const std::string& t : c.texts) add(as_literal(t));
    for (const std::string& p : c.prefixes) add("starts " + as_literal(p));
    for (const std::string& s : c.suffixes) add("ends " + as_literal(s));
    for (const NumberRange& r : c.lengths) add("length " + range(r));
    for (const std::string& p : c.patterns) add("like " + as_literal(p));
    return "(" + out + ")";
  }

  std::string text(const ExprRef& e) const {
    return std::visit(
        overloaded{
            [&](const Constant& n) { return tally::to_string(n.value); },
            [&](const TextTemplate& n) { return pieces(n.pieces); },
            [&](const InputRef& n) { return model_.at(n.input).name; },
            [&](const ParameterRef& n) { return parameters_[n.index]; },
            [&](const LetRef& n) {
              return model_.at(n.let).name + (n.arguments.empty() ? "" : "(" + joined(n.arguments, ", ") + ")");
            },
            [&](const DecisionRef& n) { return model_.at(n.decision).name; },
            [&](const FieldOf& n) { return text(n.base) + "." + n.base->type->fields[n.field].name; },
            [&](const IndexOf& n) { return text(n.base) + "[" + joined(n.indices, ", ") + "]"; },
            [&](const ElseOf& n) { return "(" + joined(n.operands, " else ") + ")"; },
            [&](const RecordOf& n) {
              std::string out = "{ ";
              for (std::size_t i = 0; i < n.members.size(); ++i)
                out += (i ? ", " : "") + e->type->fields[i].name + ": " + (n.members[i] ? text(n.members[i]) : "unset");
              return out + " }";
            },
            [&](const RulesOf& n) {
              std::string out = "{ ";
              for (const Arm& a : n.arms)
                out += text(a.outcome) + (a.condition ? " when " + text(a.condition) : " otherwise") + "; ";
              return out + "}";
            },
            [&](const Convert& n) { return "as<" + to_string(*e->type) + ">(" + text(n.operand) + ")"; },
            [&](const IsSet& n) { return "(" + text(n.operand) + " is set)"; },
            [&](const Equal& n) { return "(" + text(n.left) + " is " + text(n.right) + ")"; },
            [&](const RelatedAs& n) {
              const char* word = n.less ? (n.equal ? "<=" : "<") : n.greater ? (n.equal ? ">=" : ">") : "is";
              return "(" + text(n.left) + " " + word + " " + text(n.right) + ")";
            },
            [&](const ExtremeOf& n) {
              return std::string(n.greatest ? "max" : "min") + "(" + joined(n.operands, ", ") + ")";
            },
            [&](const AmongValues& n) {
              std::string out;
              for (const std::string& name : n.names) out += (out.empty() ? "" : ", ") + name;
              return "(" + text(n.operand) + " in (" + out + "))";
            },
            [&](const AmongCut& n) { return "(" + text(n.operand) + " in " + cut(n.cut) + ")"; },
            [&](const CountOf& n) { return "(count(" + joined(n.operands, ", ") + ") in " + cut(n.cut) + ")"; },
            [&](const NotOf& n) { return "not " + text(n.operand); },
            [&](const AndOf& n) {
              return n.operands.empty() ? std::string("always") : "(" + joined(n.operands, " and ") + ")";
            },
            [&](const OrOf& n) {
              return n.operands.empty() ? std::string("never") : "(" + joined(n.operands, " or ") + ")";
            },
        },
        e->node);
  }

  const Model& model_;
  std::vector<std::string> parameters_;
  std::ostringstream out_;
};

}  // namespace

std::string model_text(const Model& model) { return Dumper(model).run(); }

}  // namespace tally
