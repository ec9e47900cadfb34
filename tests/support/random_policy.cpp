#include "tests/support/random_policy.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/support/random_expressions.h"

namespace tally::testing {
namespace {

using Kind = Shape::Kind;

// Enums draw from the same few lists, so that some of them share values.
const std::vector<std::vector<ShapeValue>> value_lists = {
    {{"red", "red"}, {"green", "green"}, {"blue", "blue"}, {"on-hold", "on-hold"}},
    {{"ca", "ca"}, {"fl", "fl = (\"F L\", \"Fl\", \"\")"}, {"\"on hold\"", "\"on hold\""}},
    {{"up", "up"}, {"down", "down"}},
};
// The name of a member may be a keyword.
const std::vector<std::string> member_names = {"enabled", "format", "limit", "url",   "when",
                                               "type",    "number", "set",   "is-on", "x_1"};

// The input of an amending file.
const std::string own_input = "input own : flag?";

class Policy {
 public:
  enum class Amendments { none, some };

  explicit Policy(std::uint64_t seed, Amendments amendments = Amendments::none)
      : random_(seed), documents_(~seed), write_(random_), amends_(amendments == Amendments::some) {}

  AmendedPolicy texts() {
    AmendedPolicy out;
    out.base = text();
    out.amendment = "amend \"base.tally\"\n\n" + own_input + "\n";
    out.merged = own_input + "\n";
    for (const std::string& a : amendments_) out.amendment += "\n" + a + "\n";
    for (const std::string& d : declarations_) {
      const auto merged = merged_.find(d);
      out.merged += "\n" + (merged == merged_.end() ? d : merged->second) + "\n";
    }
    return out;
  }

  // A condition with a name, under each quantifier, and as a let that is called with each value.
  std::string with_quantifiers() {
    declare_types();
    declare_inputs();
    const ShapeRef shape = random_.chance(20) ? flag_shape() : random_.pick(choices_);
    write_.locals.push_back({"v", shape});
    const std::string condition = write_.condition(2).text, type = written(*shape, true);
    write_.locals.clear();
    declarations_.push_back("let f(v : " + type + ") : flag = " + condition);
    std::string any, all, each;
    for (const ShapeValue& value : shape->values) {
      const std::string call = "f(" + value.written + ")";
      any += (any.empty() ? "" : " or ") + call;
      all += (all.empty() ? "" : " and ") + call;
      each += (each.empty() ? "" : ", ") + call;
    }
    const std::string bound = " v in " + type + ": " + condition;
    const std::string number = std::to_string(random_.between(0, shape->values.size()));
    declarations_.push_back("decision s : flag = some" + bound + "\nprove s is (" + any + ")");
    declarations_.push_back("decision e : flag = every" + bound + "\nprove e is (" + all + ")");
    declarations_.push_back("decision k : flag = count(" + bound.substr(1) + ") is " + number + "\nprove k is (count(" +
                            each + ") is " + number + ")");
    return joined_declarations();
  }

  // Lists that may contain each other, each compared by its name, and with all of its members.
  std::string with_lists() {
    declare_types();
    const ShapeRef shape = scalar();
    declarations_.push_back("input x : " + written(*optional_shape(shape), true));
    std::vector<std::string> expanded;  // the members of each list
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string name = "e" + std::to_string(i), own = write_.members(*shape);
      std::string members = own;
      expanded.push_back(own);
      for (std::size_t inner = 0; inner < i; ++inner) {
        if (!random_.chance(40)) continue;
        members = "e" + std::to_string(inner) + ", " + members;
        expanded[i] += ", " + expanded[inner];
      }
      const std::string type = random_.chance(40) ? " : " + written(*shape, true) : "";
      declarations_.push_back("let " + name + type + " = (" + members + ",)");
      const auto hold = [&](const std::string& decision, const std::string& by_name, const std::string& by_members) {
        declarations_.push_back("decision " + decision + name + " : flag = " + by_name + "\nprove " + decision + name +
                                " is (" + by_members + ")");
      };
      hold("in-", "x in " + name, "x in (" + expanded[i] + ")");
      hold("not-in-", "x not in " + name, "not x in (" + expanded[i] + ")");
      if (shape->kind == Kind::text) hold("starts-", "x starts " + name, "x starts (" + expanded[i] + ")");
    }
    return joined_declarations();
  }

  std::string text() {
    declare_types();
    declare_inputs();
    for (std::size_t i = random_.below(4); i > 0; --i) declare_list();
    for (std::size_t i = random_.between(4, 8), left = i; left > 0; --left) {
      if (random_.chance(45) && left > 1) {
        declare_let();
      } else {
        declare_decision();
      }
    }
    // The order of declarations is free.
    random_.shuffle(declarations_);
    return joined_declarations();
  }

 private:
  std::string joined_declarations() const {
    std::string out = "# A random policy.\n";
    for (const std::string& d : declarations_) out += "\n" + d + "\n";
    return out;
  }

  // --- types ---
  ShapeRef choice() {
    auto shape = std::make_shared<Shape>();
    shape->kind = Kind::choice;
    shape->values = random_.pick(value_lists);
    random_.shuffle(shape->values);
    shape->values.resize(std::max<std::size_t>(2, shape->values.size() - random_.below(3)));
    return shape;
  }

  ShapeRef scalar() {
    switch (random_.below(8)) {
      case 0:
      case 1:
      case 2: return flag_shape();
      case 3: return choice();
      case 4: return random_.pick(choices_);
      case 5: {
        static const std::vector<std::pair<std::uint64_t, std::uint64_t>> bounds = {
            {0, widest_number}, {5, 30}, {5, widest_number}, {0, 30}, {3, 3}};
        const auto [low, high] = random_.pick(bounds);
        return number_shape(low, high);
      }
      default: return text_shape();
    }
  }

  ShapeRef set() {
    auto shape = std::make_shared<Shape>();
    shape->kind = Kind::set;
    shape->indices = {random_.chance(15) ? flag_shape() : random_.chance(40) ? choice() : random_.pick(choices_)};
    shape->open = random_.chance(30);
    return shape;
  }

  // What is neither a record nor a map.
  ShapeRef plain() { return random_.chance(15) ? set() : scalar(); }

  ShapeRef declared(const std::string& name, const ShapeRef& shape) {
    auto copy = std::make_shared<Shape>(*shape);
    const bool any_case = shape->kind == Kind::choice && documents_.chance(30);
    declarations_.push_back("type " + name + " = " + definition(*shape) + (any_case ? " any case" : ""));
    copy->name = name;
    return copy;
  }

  // A member that is read if the place has a text.
  Member kept_as_text(const std::string& name, const std::string& place, const ShapeRef& choice) {
    switch (documents_.below(3)) {
      case 0: return {name, optional_shape(choice), place + "string", ""};
      case 1: return {name, optional_shape(number_shape(5, 30)), place + "string", ""};
      default:
        return {name, optional_shape(flag_shape()), place + "string (on = (\"true\", \"1\"), off = \"false\")", ""};
    }
  }

  // One member, or several that read one place in its different JSON kinds.
  void add_members(Shape& record, const std::string& name) {
    if (random_.chance(12)) {
      const std::string place = " at /both if ";
      record.members.push_back({name, optional_shape(flag_shape()), place + "boolean", ""});
      if (random_.chance(50)) {
        record.members.push_back({name + "-n", optional_shape(number_shape(0, 30)), place + "number", ""});
      }
      if (random_.chance(50)) {
        record.members.push_back(kept_as_text(name + "-s", place, random_.pick(choices_)));
      }
      if (documents_.chance(50)) {
        record.members.push_back({name + "-x", optional_shape(flag_shape()), place + "other", ""});
      }
      if (!records_.empty() && random_.chance(50)) {
        record.members.push_back({name + "-o", optional_shape(random_.pick(records_)), place + "object", ""});
      }
      return;
    }
    Member m{name, nullptr, random_.chance(15) ? " at /deep/" + name : "", ""};
    if (!records_.empty() && random_.chance(20)) {
      m.shape = optional_shape(random_.pick(records_), random_.chance(60));
    } else {
      m.shape = plain();
      if (random_.chance(70)) {
        m.shape = optional_shape(m.shape);
      } else if (random_.chance(50)) {
        m.fallback = write_.literal(*m.shape);
      }
    }
    record.members.push_back(std::move(m));
  }

  ShapeRef record() {
    auto shape = std::make_shared<Shape>();
    shape->kind = Kind::record;
    std::vector<std::string> names = member_names;
    random_.shuffle(names);
    bool one_place_taken = false;
    for (std::size_t i = random_.between(1, 3); i > 0; --i) {
      Shape grown = *shape;
      add_members(grown, names[i]);
      const bool one_place =
          grown.members.size() > shape->members.size() && grown.members.back().place.find(" if ") != std::string::npos;
      if (one_place && one_place_taken) continue;
      one_place_taken |= one_place;
      *shape = std::move(grown);
    }
    shape->open = random_.chance(15);
    return shape;
  }

  ShapeRef map() {
    auto shape = std::make_shared<Shape>();
    shape->kind = Kind::map;
    for (std::size_t i = random_.between(1, 2); i > 0; --i) {
      shape->indices.push_back(random_.chance(25) ? flag_shape() : random_.pick(choices_));
    }
    if (random_.chance(60)) {
      shape->element = optional_shape(random_.pick(records_), random_.chance(80));
    } else {
      shape->element = optional_shape(plain(), random_.chance(80));
    }
    return shape;
  }

  void declare_types() {
    choices_.push_back(declared("c0", choice()));
    choices_.push_back(declared("c1", choice()));
    records_.push_back(declared("r0", record()));
    records_.push_back(declared("r1", record()));
    maps_.push_back(declared("m0", map()));
    if (random_.chance(30)) {
      // Documents in layers: the same settings at several places.
      auto party = std::make_shared<Shape>();
      party->kind = Kind::record;
      const ShapeRef& layer = random_.chance(50) ? maps_[0] : records_[0];
      party->members = {{"user", optional_shape(layer), "", ""}, {"device", optional_shape(layer), "", ""}};
      records_.push_back(declared("party", party));
    }
  }

  // --- inputs ---
  void declare_input(const ShapeRef& shape, bool with_default) {
    const std::string name = "i" + std::to_string(inputs_++);
    std::string text = "input " + name + " : " + written(*shape, true);
    if (random_.chance(25)) text += " at /call/" + name;
    if (with_default) text += " = " + write_.literal(*shape);
    declarations_.push_back(text);
    write_.names.push_back({name, shape});
  }

  void declare_inputs() {
    declare_input(random_.pick(choices_), random_.chance(10));
    for (std::size_t i = random_.between(1, 3); i > 0; --i) {
      const ShapeRef shape = optional_shape(plain(), random_.chance(60));
      declare_input(shape, !shape->optional && random_.chance(20));
    }
    for (std::size_t i = random_.between(1, 2); i > 0; --i) {
      declare_input(optional_shape(random_.chance(85) ? random_.pick(records_) : record(), random_.chance(60)), false);
    }
    if (random_.chance(60)) declare_input(optional_shape(maps_[0], random_.chance(60)), false);
    if (random_.chance(10)) {
      const std::string n = "i" + std::to_string(inputs_++), b = "i" + std::to_string(inputs_++);
      declarations_.push_back("input " + n + " : number? at /call/either if number");
      const std::string kind = documents_.chance(50)   ? "boolean"
                               : documents_.chance(50) ? "other"
                                                       : "string (on = \"y\", off = \"n\")";
      declarations_.push_back("input " + b + " : flag? at /call/either if " + kind);
      write_.names.push_back({n, optional_shape(number_shape(0, widest_number))});
      write_.names.push_back({b, optional_shape(flag_shape())});
    }
  }

  // --- lets ---
  // A type for a let or a decision, of a kind that can be made here.
  ShapeRef value_shape() {
    if (random_.chance(25)) {
      const auto object = write_.any([](const Named& n) { return n.shape->is_object(); });
      if (object) return object->shape;
    }
    return optional_shape(plain(), random_.chance(40));
  }

  void declare_let() {
    const std::string name = "l" + std::to_string(lets_++);
    if (random_.chance(35)) {
      if (declare_function(name)) return;
    }
    write_.used_made = false;
    if (random_.chance(40)) {
      // Its type is the type of its body.
      const Written body = write_.condition(2);
      declarations_.push_back("let " + name + " = " + body.text);
      write_.names.push_back({name, flag_shape(), false});
      return;
    }
    if (random_.chance(30)) {
      if (const auto found = write_.any([](const Named&) { return true; })) {
        declarations_.push_back("let " + name + " = " + found->text);
        write_.names.push_back({name, found->shape, found->made});
        return;
      }
    }
    const ShapeRef shape = value_shape();
    const auto body = write_.expression(shape, 2);
    if (!body) return;
    const std::string head = "let " + name + " : " + written(*shape, true) + " = ";
    declarations_.push_back(head + body->text);
    if (amends_ && random_.chance(50)) {
      const auto changed = with_own_input([&] { return write_.expression(shape, 2); });
      // Without a type, a list in parentheses would be a named list.
      if (changed && !(shape->kind == Kind::set && changed->text.starts_with("("))) {
        amendments_.push_back("amend let " + name + " = " + changed->text);
        merged_[declarations_.back()] = head + changed->text;
      }
    }
    write_.names.push_back({name, shape, write_.used_made});
  }

  // Most lists are of the type of an input, so that they can be compared with it.
  void declare_list() {
    const auto read = write_.any([](const Named& n) { return !n.shape->is_object(); });
    const bool of_read = read && random_.chance(80);
    const ShapeRef shape = of_read ? optional_shape(read->shape, false) : scalar();
    const std::string name = "e" + std::to_string(write_.lists.size());
    // A value of a list without a type must be one of some enum.
    const bool has_type = (!of_read && shape->kind == Kind::choice) || random_.chance(40);
    declarations_.push_back("let " + name + (has_type ? " : " + written(*shape, true) : "") + " = " +
                            write_.declared_list(*shape));
    write_.lists.push_back({name, shape, has_type});
  }

  bool declare_function(const std::string& name) {
    Function f{name, {}, nullptr};
    std::string parameters;
    for (std::size_t i = random_.between(1, 2); i > 0; --i) {
      const std::string p = "p" + std::to_string(f.parameters.size());
      const ShapeRef shape = value_shape();
      f.parameters.push_back(shape);
      parameters += (parameters.empty() ? "" : ", ") + p + " : " + written(*shape, true);
      // An argument may be a text with insertions.
      write_.locals.push_back({p, shape, true});
    }
    f.result = random_.chance(40) ? flag_shape() : value_shape();
    write_.used_made = false;
    const auto body = write_.expression(f.result, 2);
    write_.locals.clear();
    if (!body) return false;
    // The result of a call is compared only if it is not a text (see `comparable`).
    declarations_.push_back("let " + name + "(" + parameters + ") : " + written(*f.result, true) + " = " + body->text);
    write_.functions.push_back(std::move(f));
    return true;
  }

  // --- decisions ---
  void declare_decision() {
    const std::string name = "d" + std::to_string(decisions_++);
    const ShapeRef shape = value_shape();
    write_.used_made = false;
    const std::size_t form = random_.below(10);
    std::optional<std::string> body;
    if (form == 0) {
      const auto e = write_.expression(shape, 2, true);
      if (e) body = "= " + e->text;
    } else if (form < 4) {
      body = table(shape);
    } else if (form < 5) {
      body = unique_rules(shape);
    }
    if (!body) body = rules(shape);
    if (!body) return;
    declarations_.push_back("decision " + name + " : " + written(*shape, true) + " " + *body);
    if (amends_ && random_.chance(60)) amend_decision(name, shape, *body);
    write_.names.push_back({name, shape, write_.used_made});
  }

  // --- amendments ---
  // What `write` writes may name the input of the amending file.
  template <class Write>
  std::invoke_result_t<Write> with_own_input(Write write) {
    write_.names.push_back({"own", optional_shape(flag_shape())});
    auto out = write();
    std::erase_if(write_.names, [](const Named& n) { return n.text == "own"; });
    return out;
  }

  void amend_decision(const std::string& name, const ShapeRef& shape, const std::string& body) {
    const bool replaces = random_.chance(20);
    const std::string open = "  " + name + "-was otherwise\n";
    last_ = replaces ? std::nullopt : std::optional(open);
    const auto rules_of_amendment = with_own_input([&] {
      auto out = random_.chance(30) ? table(shape) : std::nullopt;
      return out ? out : rules(shape);
    });
    last_.reset();
    if (!rules_of_amendment) return;
    const std::string head = "decision " + name + " : " + written(*shape, true) + " ";
    std::string amended = *rules_of_amendment;
    if (replaces) {
      merged_[declarations_.back()] = head + amended;
    } else {
      merged_[declarations_.back()] =
          "decision " + name + "-was : " + written(*shape, true) + " " + body + "\n\n" + head + amended;
      amended.erase(amended.rfind(open), open.size());
    }
    amendments_.push_back("amend decision " + name + " " + amended);
  }

  std::string because() { return random_.chance(40) ? " because " + write_.reason() : ""; }

  std::optional<std::string> rule(const ShapeRef& shape, const std::string& condition) {
    const auto outcome = write_.expression(shape, 1, true);
    if (!outcome) return std::nullopt;
    return "  " + outcome->text + " " + condition + because() + "\n";
  }

  std::optional<std::string> rules(const ShapeRef& shape) {
    std::string out = "{\n";
    for (std::size_t i = random_.between(1, 4); i > 0; --i) {
      const auto line = rule(shape, "when " + write_.condition(2).text);
      if (!line) return std::nullopt;
      out += *line;
    }
    const auto last = last_rule(shape);
    if (!last) return std::nullopt;
    return out + *last + "}";
  }

  std::optional<std::string> last_rule(const ShapeRef& shape) { return last_ ? last_ : rule(shape, "otherwise"); }

  // Each rule takes one value of one enum, so no two rules match together.
  std::optional<std::string> unique_rules(const ShapeRef& shape) {
    const auto on = write_.any([](const Named& n) { return n.shape->is_enum(); });
    if (!on) return std::nullopt;
    std::vector<ShapeValue> values = on->shape->values;
    random_.shuffle(values);
    values.resize(random_.between(1, values.size()));
    std::string out = "unique {\n";
    for (const ShapeValue& v : values) {
      std::string condition = "when " + on->text + " is " + v.written;
      if (random_.chance(40)) condition += " and " + Expressions::at(write_.condition(1), Precedence::negation);
      const auto line = rule(shape, condition);
      if (!line) return std::nullopt;
      out += *line;
    }
    const auto last = rule(shape, "otherwise");
    if (!last) return std::nullopt;
    return out + *last + "}";
  }

  std::optional<std::string> table(const ShapeRef& shape) {
    std::vector<Named> columns;
    std::string out = "{\n  |";
    for (std::size_t i = random_.between(1, 3); i > 0; --i) {
      if (random_.chance(10)) {
        const auto [text, size] = write_.count(1);
        columns.push_back({text, number_shape(0, size)});
        out += " " + text + " |";
        continue;
      }
      const auto column = write_.comparable();
      if (!column) return std::nullopt;
      columns.push_back(column->second);
      out += " " + column->first.text + " |";
    }
    out += "\n";
    for (std::size_t i = random_.between(1, 4); i > 0; --i) {
      out += "  |";
      for (const Named& column : columns) out += " " + write_.cell(*column.shape) + " |";
      const auto outcome = write_.expression(shape, 1, true);
      if (!outcome) return std::nullopt;
      out += " " + outcome->text + because() + "\n";
    }
    const auto last = last_rule(shape);
    if (!last) return std::nullopt;
    return out + *last + "}";
  }

  Random random_;
  Random documents_;  // how documents spell values; apart, so that rules are the same whatever is drawn
  Expressions write_;
  std::vector<std::string> declarations_;
  std::vector<ShapeRef> choices_, records_, maps_;
  std::size_t inputs_ = 0, lets_ = 0, decisions_ = 0;
  bool amends_;
  std::vector<std::string> amendments_;
  std::map<std::string, std::string> merged_;  // what stands in the place of a declaration
  std::optional<std::string> last_;            // the last rule, if it is not to be made up
};

}  // namespace

std::string random_policy(std::uint64_t seed) { return Policy(seed).text(); }

std::string random_quantifiers(std::uint64_t seed) { return Policy(seed).with_quantifiers(); }

std::string random_lists(std::uint64_t seed) { return Policy(seed).with_lists(); }
AmendedPolicy random_amended_policy(std::uint64_t seed) { return Policy(seed, Policy::Amendments::some).texts(); }

}  // namespace tally::testing
