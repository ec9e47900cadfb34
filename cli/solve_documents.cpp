#include "cli/solve_documents.h"

#include <algorithm>
#include <map>

#include "cli/faults.h"
#include "cli/files.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "simulator/documents/home.h"

namespace tally::cli {

std::optional<std::pair<std::string, std::string>> sides_of_equals(const std::string& text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (!quoted && text[i] == '=') return std::pair(text.substr(0, i), text.substr(i + 1));
  }
  return std::nullopt;
}

namespace {

// A place of a document, and its name: "caller.device".
struct NamedPlace {
  std::string name;
  PlaceIndex place = Places::root;
};

class DocumentArguments {
 public:
  DocumentArguments(Compilation& compilation, const RequestBinder& binder, const std::string& rules,
                    const std::vector<ElementId>& over)
      : compilation_(compilation),
        paths_(compilation, rules),
        model_(*compilation.policy->model),
        binder_(binder),
        over_(over) {}

  Result<report::SolvedFile> read(const std::string& argument) {
    const auto sides = sides_of_equals(argument);
    const std::string path = sides ? sides->second : argument;
    if (path.empty() || (sides && sides->first.empty()))
      return Error{Cause::usage, "`--document " + argument + "` names no " + (path.empty() ? "file" : "place"),
                   "a place and a file: `--document caller.device=desk.json`"};
    TALLY_ASSIGN_OR_RETURN(const NamedPlace at, sides ? place_named(sides->first) : only_place(path));
    TALLY_ASSIGN_OR_RETURN(const std::string text, read_input(path, max_document_bytes));
    auto read = report::FiledDocument::read(model_, binder_, at.place, at.name, text, read_options({&model_}, false));
    Diagnostics diagnostics;
    add(diagnostics, path == "-" ? "document" : path, read.faults);
    show(diagnostics, compilation_.sources);
    if (!read.document) return already_shown(Cause::document);
    return report::SolvedFile{*std::move(read.document), path};
  }

 private:
  // `text` is a path of the rules, or a JSON Pointer.
  Result<NamedPlace> place_named(const std::string& text) {
    std::string name = text;
    if (!text.starts_with('/')) {
      TALLY_ASSIGN_OR_RETURN(const std::vector<PathPattern> patterns, paths_.paths("--document", text));
      std::vector<ElementId> named;
      for (const PathPattern& pattern : patterns) {
        for (const ElementId element : elements_of_path(model_, pattern, {})) named.push_back(element);
      }
      if (named.size() != 1)
        return Error{Cause::usage, "`" + text + "` names " + std::to_string(named.size()) + " places, not one"};
      name = model_.at(named.front()).name;
    }
    const auto place = binder_.document_place(name);
    if (!place && name.starts_with('/')) {
      std::vector<std::string> known;
      for (const auto& [pointer, home] : homes({})) known.push_back(pointer);
      return Error{Cause::usage, "nothing is read at `" + name + "` of a request", suggestion(name, known)};
    }
    if (!place)
      return Error{Cause::usage, "`" + name + "` is not looked up in requests, since no decision here reads it",
                   "ask the file that declares it"};
    if (!holds_object(*place))
      return Error{Cause::usage, "`" + name + "` is a value, not a document", "name the document that it stands in"};
    return NamedPlace{name, *place};
  }

  // Whether an object may stand at a place.
  bool holds_object(PlaceIndex place) const {
    const DocumentPlace& at = binder_.places().at(place);
    const auto is_object = [](const PlaceReader& reader) {
      return reader.kind == ElementDescriptor::Kind::record || reader.kind == ElementDescriptor::Kind::map;
    };
    return at.passed || std::any_of(at.readers.begin(), at.readers.end(), is_object);
  }

  // The document of --over, or of the policy if it has one only.
  Result<NamedPlace> only_place(const std::string& path) const {
    const auto all = homes(over_);
    const auto is_certain = [&](ElementId element) {
      return home_of(model_, element).is_behind_key || !model_.at(element).parent;
    };
    const bool are_certain = std::all_of(over_.begin(), over_.end(), is_certain);
    if (all.size() == 1 && are_certain) {
      const auto& [pointer, name] = *all.begin();
      if (const auto place = binder_.places().find(pointer)) return NamedPlace{name, *place};
    }
    std::string names;
    for (const auto& [pointer, name] : homes({})) names += (names.empty() ? "" : ", ") + name;
    return Error{Cause::usage, "`--document " + path + "` leaves open which document the file is",
                 names.empty() ? "the rules read no document" : "`--document PLACE=" + path + "`: it may be " + names};
  }

  // The documents that these elements are in, or all if there are none: names by pointer.
  std::map<std::string, std::string> homes(const std::vector<ElementId>& elements) const {
    std::map<std::string, std::string> out;
    const auto add = [&](ElementId element) {
      const Home home = home_of(model_, element);
      if (!home.pointer.empty() && binder_.places().find(home.pointer)) out.emplace(home.pointer, home.name);
    };
    for (const ElementId element : elements) add(element);
    if (!elements.empty()) return out;
    for (const Input& input : model_.inputs) {
      if (model_.at(input.element).is_leaf() || input.type->set) continue;
      for (const ElementId element : below(model_, input.element)) {
        if (model_.at(element).is_leaf()) add(element);
      }
    }
    return out;
  }

  const Compilation& compilation_;
  RuleArguments paths_;
  const Model& model_;
  const RequestBinder& binder_;
  const std::vector<ElementId>& over_;
};

// Whether one place is the other, or in it.
bool is_within(const std::string& inner, const std::string& outer) {
  return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

}  // namespace

Result<std::vector<report::SolvedFile>> read_documents(Compilation& compilation, const RequestBinder& binder,
                                                       const std::string& rules,
                                                       const std::vector<std::string>& arguments,
                                                       const std::vector<ElementId>& over) {
  DocumentArguments documents(compilation, binder, rules, over);
  std::vector<report::SolvedFile> out;
  for (const std::string& argument : arguments) {
    TALLY_ASSIGN_OR_RETURN(report::SolvedFile read, documents.read(argument));
    const GivenDocument& given = read.document.given();
    for (const report::SolvedFile& other : out) {
      const GivenDocument& known = other.document.given();
      if (known.pointer == given.pointer)
        return Error{Cause::usage, "`--document` names two files for `" + given.name + "`"};
      if (is_within(known.pointer, given.pointer) || is_within(given.pointer, known.pointer))
        return Error{Cause::usage, "`" + known.name + "` and `" + given.name + "` are parts of one document"};
    }
    out.push_back(std::move(read));
  }
  return out;
}

}  // namespace tally::cli
