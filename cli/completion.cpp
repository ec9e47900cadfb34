#include "cli/completion.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "cli/files.h"
#include "cli/help_pages.h"
#include "cli/options.h"

namespace tally::cli {
namespace {

// What the value of an option is, by the word that its help has for it.
enum class ValueKind : std::uint8_t { other, file, decisions, paths, words };

ValueKind value_kind_of(const std::string& type) {
  static const std::map<std::string, ValueKind> kinds = {
      {"FILE", ValueKind::file},      {"GUIDE", ValueKind::file},      {"OUT", ValueKind::file},
      {"NAME", ValueKind::decisions}, {"INPUT,...", ValueKind::paths}, {"PATH,...", ValueKind::paths},
      {"PATH", ValueKind::paths},     {"WORD,...", ValueKind::words},  {"WORD WORD", ValueKind::words},
  };
  const auto at = kinds.find(type);
  return at == kinds.end() ? ValueKind::other : at->second;
}

// "account[inbound, onnet].enabled" as a path that names all of its kind: "account[*,*].enabled".
std::string path_of(const std::string& element) {
  std::string out;
  bool in_index = false;
  for (const char c : element) {
    if (c == '[') out += "[*";
    if (c == ',') out += ",*";
    in_index = (in_index || c == '[') && c != ']';
    if (!in_index) out += c;
  }
  return out;
}

// The names of a rule file.
class RuleNames {
 public:
  explicit RuleNames(const std::string& file) : compilation_(compile_rules(file)) {}

  std::vector<std::string> of(ValueKind kind) const {
    std::vector<std::string> out;
    if (!compilation_.policy) return out;
    const Model& model = *compilation_.policy->model;
    const auto add_decisions = [&] {
      for (const Output& output : compilation_.policy->outputs) out.push_back(model.at(output.decision).name);
    };
    switch (kind) {
      case ValueKind::other:
      case ValueKind::file: break;
      case ValueKind::decisions: add_decisions(); break;
      case ValueKind::paths: add_paths(model, out); break;
      case ValueKind::words:
        add_decisions();
        for (const Let& let : model.lets) {
          if (let.parameters.empty()) out.push_back(let.name);
        }
        add_paths(model, out);
        break;
    }
    return out;
  }

 private:
  static void add_paths(const Model& model, std::vector<std::string>& out) {
    std::set<std::string> seen;
    for (const Element& element : model.elements) {
      if (element.relation) continue;
      if (std::string path = path_of(element.name); seen.insert(path).second) out.push_back(std::move(path));
    }
  }

  Compilation compilation_;
};

// One command line, up to the word that is being typed.
class Line {
 public:
  Line(const CLI::App& program, const std::vector<std::string>& words) : program_(program), words_(words) {}

  LineCompletion complete() {
    if (words_.size() < 2) {
      if (!words_.empty()) word_ = words_.front();
      offer_commands();
      if (word_.starts_with("-")) offer_options(program_);
      return std::move(out_);
    }
    command_ = find_command(words_.front());
    if (command_ == nullptr) return {};
    word_ = words_.back();
    const CLI::Option* const asking = read_words();
    if (asking != nullptr) {
      offer_values(*asking);
    } else if (const std::size_t equals = word_.find('='); word_.starts_with("--") && equals != std::string::npos) {
      const CLI::Option* const option = command_->get_option_no_throw(word_.substr(0, equals));
      if (option != nullptr) offer_behind(word_.substr(0, equals + 1), [&] { offer_values(*option); });
    } else if (word_.starts_with("-")) {
      offer_options(*command_);
    } else {
      offer_argument();
    }
    return std::move(out_);
  }

 private:
  const CLI::App* find_command(const std::string& name) const {
    for (const CLI::App* command : program_.get_subcommands({})) {
      if (command->get_name() == name) return command;
    }
    return nullptr;
  }

  static bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }
  // How many words its value is: two for `--grid`.
  static int values_of(const CLI::Option& option) {
    const int most = option.get_items_expected_max();
    return most < CLI::detail::expected_max_vector_size ? most : 1;
  }

  // Reads what stands before the word. Returns the option whose value the word is, if it is one.
  const CLI::Option* read_words() {
    for (std::size_t i = 1; i + 1 < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (!word.starts_with("-") || word == "-") {
        arguments_.push_back(word);
        continue;
      }
      const CLI::Option* const option = command_->get_option_no_throw(word);
      if (option == nullptr) continue;  // unknown, or with its value behind `=`
      used_.insert(option);
      if (!takes_value(*option)) continue;
      for (int k = 0; k < values_of(*option); ++k) {
        if (++i + 1 == words_.size()) return option;
      }
    }
    return nullptr;
  }

  void offer(const std::string& word, const std::string& description = {}) {
    if (word.starts_with(word_)) out_.candidates.push_back({before_ + word, description});
  }

  // Offers what completes the part of the word behind `begin`.
  void offer_behind(const std::string& begin, const std::function<void()>& fill) {
    const std::string whole = word_;
    before_ += begin;
    word_.erase(0, begin.size());
    fill();
    before_.resize(before_.size() - begin.size());
    word_ = whole;
  }

  void offer_commands() {
    for (const CLI::App* command : program_.get_subcommands({})) {
      if (!command->get_group().empty()) offer(command->get_name(), command->get_description());
    }
  }

  void offer_options(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
      const bool again =
          !used_.contains(option) || option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
      if (option->get_positional() || !again) continue;
      for (const std::string& name : option->get_lnames()) offer("--" + name, option->get_description());
    }
  }

  void offer_argument() {
    std::size_t number = 0;
    for (const CLI::Option* option : command_->get_options()) {
      if (!option->get_positional()) continue;
      const bool many = option->get_items_expected_max() >= CLI::detail::expected_max_vector_size;
      if (number++ < arguments_.size() && !many) continue;
      if (option->get_name() == "TOPIC") return offer_topics();
      if (offer_choices(*option)) return;
      out_.files = LineCompletion::Files::rules;
      return;
    }
  }

  void offer_topics() {
    offer_commands();
    offer("codes", "all diagnostics");
    for (const HelpPage& page : help_pages(diagnostics_document())) offer(page.id, page.title);
  }

  bool offer_choices(const CLI::Option& option) {
    const std::vector<std::string> choices = choices_of(option);
    for (const std::string& choice : choices) offer(choice);
    return !choices.empty();
  }

  void offer_values(const CLI::Option& option) {
    if (offer_choices(option)) return;
    const ValueKind kind = value_kind_of(option.get_type_name());
    if (kind == ValueKind::file) out_.files = LineCompletion::Files::any;
    if (kind == ValueKind::file || kind == ValueKind::other || arguments_.empty()) return;
    const std::vector<std::string> names = RuleNames(arguments_.front()).of(kind);
    const auto offer_names = [&] {
      for (const std::string& name : names) offer(name);
    };
    // Of a list, the part behind the last comma that is not in brackets is being typed.
    std::size_t begin = 0, depth = 0;
    for (std::size_t i = 0; i < word_.size(); ++i) {
      if (word_[i] == '[') ++depth;
      if (word_[i] == ']' && depth > 0) --depth;
      if (word_[i] == ',' && depth == 0) begin = i + 1;
    }
    offer_behind(word_.substr(0, begin), offer_names);
  }

  const CLI::App& program_;
  const std::vector<std::string>& words_;
  const CLI::App* command_ = nullptr;
  std::string word_;    // what is being typed, behind `before_`
  std::string before_;  // what candidates keep of the word: "--format=", "source,"
  std::vector<std::string> arguments_;
  std::set<const CLI::Option*> used_;
  LineCompletion out_;
};

}  // namespace

LineCompletion complete(const CLI::App& program, const std::vector<std::string>& words) {
  return Line(program, words).complete();
}

}  // namespace tally::cli
