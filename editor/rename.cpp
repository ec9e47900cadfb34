#include "editor/rename.h"

#include <algorithm>
#include <set>

#include "base/overloaded.h"
#include "compiler/front_end.h"
#include "compiler/lower/lower.h"
#include "editor/hover.h"
#include "grammar/parse/parser.h"

namespace tally::editor {
namespace {

// Edits that keep documents as they are when a name changes: the place of an input or field, or the spelling of a
// value, is written out.
class DocumentKeeper {
 public:
  DocumentKeeper(const Reading& reading, const std::string& old_name) : reading_(reading), old_(old_name) {}

  // The edits that keep documents as they are, around the name at `declared`; none if none is needed.
  std::vector<ByteEdit> edits(Span declared) {
    for (const Module& module : reading_.program.modules) {
      if (module.file != declared.file) continue;
      for (const ast::Declaration& declaration : module.tree.declarations) look(declaration, declared);
    }
    return std::move(found_);
  }

 private:
  void look(const ast::Declaration& declaration, const Span& declared) {
    if (const auto* input = ast::as<ast::InputDecl>(declaration)) {
      if (input->name.span == declared && !input->place) insert(input->type->span.end, " at /" + old_);
      look(*input->type, declared);
    } else if (const auto* type = ast::as<ast::TypeDecl>(declaration)) {
      // Here a spelling needs no parentheses.
      const bool bare = ast::as<ast::EnumType>(*type->type) != nullptr;
      look(*type->type, declared, bare);
    } else if (const auto* let = ast::as<ast::LetDecl>(declaration)) {
      for (const ast::Parameter& parameter : let->parameters) look(*parameter.type, declared);
      if (let->type) look(*let->type, declared);
    } else if (const auto* decision = ast::as<ast::DecisionDecl>(declaration)) {
      if (decision->type) look(*decision->type, declared);
    }
  }
  void look(const ast::Type& type, const Span& declared, bool bare = false) {
    std::visit(overloaded{[](const ast::NamedType&) {}, [](const ast::FlagType&) {}, [](const ast::NumberType&) {},
                          [](const ast::TextType&) {},
                          [&](const ast::EnumType& n) {
                            for (const ast::EnumValue& v : n.values) {
                              if (!v.name || v.name->span != declared || v.spelling) continue;
                              const std::string_view text = reading_.text(declared.file);
                              const std::size_t before = text.find_last_not_of(" \t\r\n", type.span.begin - 1);
                              const bool enclosed = bare || text[type.span.begin] == '(' ||
                                                    (before != std::string_view::npos && text[before] == '(');
                              if (!enclosed) insert(type.span.begin, "(");
                              insert(v.name->span.end, " = \"" + old_ + "\"");
                              if (!enclosed) insert(type.span.end, ")");
                            }
                          },
                          [&](const ast::RecordType& n) {
                            for (const ast::Field& f : n.fields) {
                              if (f.name.span == declared && !f.place) insert(f.type->span.end, " at /" + old_);
                              look(*f.type, declared);
                            }
                          },
                          [&](const ast::MapType& n) {
                            look(*n.element, declared);
                            for (const ast::TypePtr& index : n.indices) look(*index, declared);
                          },
                          [&](const ast::SetType& n) { look(*n.element, declared); },
                          [&](const ast::OptionalType& n) { look(*n.inner, declared); }},
               type.node);
  }
  void insert(std::uint32_t at, std::string text) { found_.push_back({{at, at}, std::move(text)}); }

  const Reading& reading_;
  const std::string& old_;
  std::vector<ByteEdit> found_;
};

bool changes_documents(NameKind kind) {
  switch (kind) {
    case NameKind::input:
    case NameKind::field:
    case NameKind::value: return true;
    case NameKind::file:
    case NameKind::type:
    case NameKind::let:
    case NameKind::list:
    case NameKind::decision:
    case NameKind::parameter:
    case NameKind::local: break;
  }
  return false;
}

// Everything that a call and its outcome depend on, without a name in it.
class Fingerprint {
 public:
  explicit Fingerprint(Policy& policy) : policy_(policy), model_(*policy.model) {}

  std::string text() {
    for (const Element& element : model_.elements) add(element);
    for (const Output& output : policy_.outputs) add(output);
    add_cuts();
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }

  // Without names, but with what documents have.
  void add(const Type& type) {
    line(std::to_string(static_cast<int>(type.kind)) + (type.optional ? "?" : "") + (type.open ? "..." : "") +
         (type.set ? "set" : "") + (type.any_case ? "any" : "") + std::to_string(type.low) + ".." +
         std::to_string(type.high));
    for (const EnumValue& value : type.values)
      for (const std::string& spelling : spellings_of(value)) line("\"" + spelling + "\"");
    for (const TypeRef& index : type.indices) add(*index);
    if (type.element) add(*type.element);
    for (const Field& field : type.fields) {
      line(field.pointer);
      add(*field.type);
    }
  }
  std::string literal(const Literal& value, const Type& type) {
    const auto spelling = [&](const std::string& name) {
      const auto i = value_index(type.set ? *type.indices.front() : type, name);
      return i ? std::to_string(*i) : "?";
    };
    return std::visit(overloaded{[](const Unset&) { return std::string("unset"); },
                                 [&](const EnumName& n) { return spelling(n.name); },
                                 [](std::uint64_t n) { return std::to_string(n); },
                                 [](const std::string& text) { return "\"" + text + "\""; },
                                 [&](const SetValue& set) {
                                   std::set<std::string> values;
                                   for (const std::string& name : set.names) values.insert(spelling(name));
                                   std::string all = "{";
                                   for (const std::string& one : values) all += one + " ";
                                   return all + "}";
                                 }},
                      value);
  }
  void add(const Element& element) {
    line(element.pointer + " " + std::to_string(static_cast<int>(element.kind)) + (element.not_null ? " !" : "") +
         (element.relation ? " r" + std::to_string(element.relation->left.value) + "," +
                                 std::to_string(element.relation->right.value)
                           : ""));
    // The members of an object are elements themselves.
    if (element.is_leaf())
      add(*element.type);
    else
      line(std::string(element.type->optional ? "?" : "") + (element.type->open ? "..." : ""));
    for (const std::string& text : element.flag_texts.off) line("off " + text);
    for (const std::string& text : element.flag_texts.on) line("on " + text);
    if (element.default_value) line("= " + literal(*element.default_value, *element.type));
  }
  void add(const Output& output) {
    add(*model_.at(output.decision).type);
    std::vector<std::pair<std::string, Diagram>> roots = {{"rule", policy_.space->of(output.rule)}};
    for (const ResultPart& part : output.parts) {
      line(std::to_string(static_cast<int>(part.kind)));
      add(*part.type);
      for (const Origin& origin : part.origins) line(origin_text(origin));
      roots.emplace_back("part", policy_.space->of(part.node));
    }
    for (const ElementId id : output.reads) line("reads " + std::to_string(id.value));
    const auto number = [&](VariableId v) { return std::to_string(policy_.space->element(v).value); };
    out_ += policy_.space->diagrams().dump(roots, number, [](VariableId, const CodeSet& codes) {
      std::string all;
      for (const CodeRun& run : codes.runs()) all += std::to_string(run.first) + ".." + std::to_string(run.last) + " ";
      return all;
    });
  }
  std::string origin_text(const Origin& origin) {
    const auto element = [](ElementId id) { return "#" + std::to_string(id.value); };
    return std::visit(overloaded{[](std::uint64_t n) { return std::to_string(n); },
                                 [](const std::string& text) { return "\"" + text + "\""; },
                                 [&](ElementId id) { return element(id); },
                                 [&](const InsertedText& inserted) {
                                   std::string all;
                                   for (const auto& piece : inserted.pieces) {
                                     const auto* text = std::get_if<std::string>(&piece);
                                     all += text ? "\"" + *text + "\"" : element(std::get<ElementId>(piece));
                                   }
                                   return all;
                                 }},
                      origin);
  }
  // Numbers and texts have the same codes if they have the same cuts.
  void add_cuts() {
    for (const CutId id : policy_.cuts) {
      const auto& [element, cut] = policy_.graph->at(id);
      line("cut of " + std::to_string(element.value));
      for (const NumberRange& r : cut.ranges) line(std::to_string(r.low) + ".." + std::to_string(r.high));
      for (const NumberRange& r : cut.lengths) line("length " + std::to_string(r.low) + ".." + std::to_string(r.high));
      for (const auto* texts : {&cut.texts, &cut.prefixes, &cut.suffixes, &cut.patterns}) {
        line("texts");
        for (const std::string& text : *texts) line("\"" + text + "\"");
      }
    }
  }

  Policy& policy_;
  const Model& model_;
  std::string out_;
};

Result<std::string> fingerprint(const std::string& path, const ReadFile& read, const std::string& when) {
  Compilation c = compile(path, read);
  if (!c.policy) {
    for (const Diagnostic& d : c.diagnostics.list())
      if (d.severity == Severity::error) return Error{Cause::rules, when + ": " + d.message};
    return Error{Cause::rules, when + ": the rules do not compile"};
  }
  try {
    return Fingerprint(*c.policy).text();
  } catch (const NodeLimit&) {
    return Error{Cause::bound, "the diagrams are too large to be compared"};
  }
}

// Whether a renamed name can be written at all.
Result<> check_new_name(const std::string& name) {
  if (is_keyword(name)) return Error{Cause::usage, "`" + name + "` is a keyword, so it cannot be a name"};
  if (is_name(name)) return {};
  return Error{Cause::usage, "`" + name + "` is not a name: a letter, then letters, digits, `_` and `-`"};
}

// The edits of all occurrences. A place that several readings have is edited once.
FileEdits edits_of(const std::vector<std::shared_ptr<const Reading>>& readings, const Symbol& symbol,
                   const std::string& new_name) {
  std::map<std::string, std::map<ByteRange, std::string>> found;
  std::set<Declared> kept;
  for (const auto& reading : readings) {
    for (const Occurrence& each : occurrences(reading, symbol)) {
      auto& edits = found[each.at.path()];
      edits[{each.at.span.begin, each.at.span.end}] = new_name;
      if (!each.declares || !changes_documents(symbol.kind)) continue;
      if (!kept.insert({each.at.path(), {each.at.span.begin, each.at.span.end}}).second) continue;
      for (const ByteEdit& edit : DocumentKeeper(*reading, symbol.name).edits(each.at.span))
        edits[edit.bytes] += edit.text;
    }
  }
  FileEdits out;
  for (const auto& [path, edits] : found)
    for (const auto& [bytes, text] : edits) out[path].push_back({bytes, text});
  return out;
}

// The symbol together with the values of the same name in other enums, which one of its uses may also be of.
Symbol with_namesakes(const std::vector<std::shared_ptr<const Reading>>& readings, Symbol symbol) {
  for (const auto& reading : readings) {
    for (const NameUse& use : reading->names.uses) {
      if (use.kind != NameKind::value || !use.declares || reading->sources.text(use.span) != symbol.name) continue;
      symbol.declared.push_back({reading->sources.file(use.span.file).name(), {use.span.begin, use.span.end}});
    }
  }
  std::sort(symbol.declared.begin(), symbol.declared.end());
  symbol.declared.erase(std::unique(symbol.declared.begin(), symbol.declared.end()), symbol.declared.end());
  return symbol;
}

Result<> prove(const std::vector<std::shared_ptr<const Reading>>& readings, const FileEdits& edits,
               const ReadFile& read) {
  const ReadFile after = with_edits(edits, read);
  for (const auto& reading : readings) {
    const bool concerned = std::any_of(reading->program.modules.begin(), reading->program.modules.end(),
                                       [&](const Module& module) { return edits.contains(module.path); });
    if (concerned) TALLY_RETURN_IF_ERROR(decide_alike(reading->path, read, after));
  }
  return {};
}

}  // namespace

ReadFile with_edits(const FileEdits& edits, ReadFile read) {
  return [&edits, read = std::move(read)](const std::string& path) -> std::variant<std::string, ReadError> {
    auto text = read(path);
    const auto found = edits.find(path);
    if (found != edits.end())
      if (const auto* before = std::get_if<std::string>(&text)) return edited(*before, found->second);
    return text;
  };
}

Result<> decide_alike(const std::string& path, const ReadFile& before, const ReadFile& after) {
  const std::string name = path.substr(path.rfind('/') + 1);
  TALLY_ASSIGN_OR_RETURN(const std::string was, fingerprint(path, before, "`" + name + "` has an error already"));
  TALLY_ASSIGN_OR_RETURN(const std::string is,
                         fingerprint(path, after, "with the new name, `" + name + "` has an error"));
  if (was == is) return {};
  return Error{Cause::rules, "with the new name, `" + name + "` would decide some call differently"};
}

Result<ByteRange> can_rename(const Reading& reading, FileId file, std::uint32_t offset) {
  const NameUse* use = name_at(reading, file, offset);
  if (use == nullptr || !symbol_of(reading, *use)) return Error{Cause::usage, "there is no name here"};
  return ByteRange{use->span.begin, use->span.end};
}

Result<FileEdits> rename(const std::vector<std::shared_ptr<const Reading>>& readings, FileId file, std::uint32_t offset,
                         const std::string& new_name, const ReadFile& read) {
  const NameUse* use = name_at(*readings.front(), file, offset);
  const auto symbol = use ? symbol_of(*readings.front(), *use) : std::nullopt;
  if (!symbol) return Error{Cause::usage, "there is no name here"};
  TALLY_RETURN_IF_ERROR(check_new_name(new_name));
  if (new_name == symbol->name) return FileEdits();
  FileEdits edits = edits_of(readings, *symbol, new_name);
  const Result<> proved = prove(readings, edits, read);
  if (proved) return edits;
  if (symbol->kind != NameKind::value) return proved.error();
  // Values move between enums that have them in common, so these may have to be renamed together.
  FileEdits together = edits_of(readings, with_namesakes(readings, *symbol), new_name);
  if (!prove(readings, together, read)) return proved.error();
  return together;
}

}  // namespace tally::editor
