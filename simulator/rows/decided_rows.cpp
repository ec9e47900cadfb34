#include "simulator/rows/decided_rows.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/batch/batch.h"
#include "runtime/documents/answer.h"
#include "runtime/support/failure.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;
using From = MappedInput::From;

constexpr std::size_t written_rules = 256;
constexpr std::size_t max_shown_bytes = 60;
constexpr std::uint8_t unset = 0;

std::string shown_field(const RowField& field) {
  if (field.is_number) {
    return field.is_negative ? std::to_string(static_cast<std::int64_t>(field.number)) : std::to_string(field.number);
  }
  if (!is_utf8(field.text)) return "a text that is not UTF-8";
  std::size_t end = std::min(field.text.size(), max_shown_bytes);
  while (end < field.text.size() && end > 0 && (static_cast<unsigned char>(field.text[end]) & 0xc0) == 0x80) --end;
  return "\"" + std::string(field.text.substr(0, end)) + (end < field.text.size() ? "..." : "") + "\"";
}

bool is_enum_or_flag(const MemberMeaning* scalar) { return scalar != nullptr && !scalar->values.empty(); }

}  // namespace

Result<std::shared_ptr<const PolicyVersion>> version_of(const void* constant, PolicyNames& names) {
  auto contents = read_policy(constant, nullptr);
  if (!contents) return Error{Cause::system, contents.error().message};
  LoadedPolicy loaded;
  loaded.contents = *std::move(contents);
  return std::shared_ptr<const PolicyVersion>(std::make_shared<PolicyVersion>(std::move(loaded), 1, names));
}

Result<RowTask> RowTask::make(std::shared_ptr<const PolicyVersion> version, ColumnMap map, RowFormat format,
                              std::vector<RowColumn> columns, const std::vector<std::size_t>& decisions) {
  RowTask task;
  const PolicyDescriptor& policy = version->policy();
  const auto column_of = [&](const std::string& name) {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const RowColumn& c) { return c.name == name; });
    return static_cast<std::size_t>(at - columns.begin());
  };
  for (MappedInput& mapped : map.inputs) {
    Input input;
    input.element = mapped.element;
    input.handle = version->handle_of(mapped.element);
    input.from = mapped.from;
    if (mapped.from == From::constant) {
      input.constant = std::move(mapped.constant);
    } else {
      input.column = column_of(mapped.column);
    }
    task.inputs_.push_back(std::move(input));
  }
  for (const KeptColumn& kept : map.kept) {
    task.kept_.push_back(column_of(kept.name));
    task.answer_columns_.push_back(columns[task.kept_.back()]);
  }
  for (const std::size_t index : decisions) {
    const DecisionDescriptor& described = policy.decisions[index];
    Decision decision;
    decision.index = index;
    const MemberMeaning* scalar = version->scalar_of(static_cast<std::uint32_t>(index));
    if (is_enum_or_flag(scalar)) {
      // The fields as they are written, by the handles that columns of answers have.
      decision.values.resize(*std::max_element(scalar->values.begin(), scalar->values.end()) + 1);
      append_null(format, decision.values[unset]);
      for (std::size_t code = 1; code < scalar->values.size(); ++code) {
        const bool is_flag = scalar->scalar->kind == ScalarDescriptor::Kind::flag;
        const std::string text = is_flag ? (code == 2 ? "true" : "false") : scalar->scalar->values[code - 1];
        append_text(format, text, decision.values[scalar->values[code]]);
      }
    } else {
      task.over_columns_ = false;
    }
    task.over_columns_ = task.over_columns_ && version->code().batches[index] != nullptr;
    task.decisions_.push_back(std::move(decision));
    task.answer_columns_.push_back({described.name, type_of_texts()});
    task.answer_columns_.push_back({described.name + "_rule", type_of_rules()});
  }
  task.answer_columns_.push_back({"fault", type_of_texts()});
  for (std::size_t i = 0; i < task.answer_columns_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (task.answer_columns_[i].name != task.answer_columns_[j].name) continue;
      return Error{Cause::usage, "two columns of the answer would be `" + task.answer_columns_[i].name + "`",
                   "give the column that is kept another name where the rows are selected"};
    }
  }
  for (std::size_t rule = 0; rule < written_rules; ++rule) {
    task.rules_.emplace_back();
    append_rule(format, static_cast<std::uint16_t>(rule), task.rules_.back());
  }
  task.version_ = std::move(version);
  task.format_ = format;
  task.columns_ = std::move(columns);
  return task;
}

// --- one thread ------------------------------------------------------------------------

class RowWorker::Impl {
 public:
  explicit Impl(const RowTask& task)
      : task_(task),
        policy_(task.version_->policy()),
        reader_(task.format_, task.columns_),
        inputs_(task.inputs_.size()) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const ElementDescriptor& element = policy_.elements[task.inputs_[i].element];
      inputs_[i].element = &element;
      inputs_[i].meaning = task.version_->input(task.inputs_[i].handle);
      if (element.kind != Kind::enumeration) continue;
      for (std::size_t value = 0; value < element.values.size(); ++value)
        inputs_[i].handles.emplace(element.values[value],
                                   static_cast<std::uint8_t>(inputs_[i].meaning->values[value + 1]));
    }
    for (const RowTask::Decision& decision : task.decisions_) answers_.push_back({&decision, {}, {}, {}});
  }

  void decide(std::string_view rows, std::size_t first_row, std::string& out, RowCounts& counts) {
    read(rows, first_row);
    if (good_ > 0 && (!task_.over_columns_ || !decide_over_columns())) {
      counts.one_by_one += good_;
      decide_one_by_one();
    }
    for (const Row& row : rows_) write(row, out);
    counts.rows += rows_.size();
    counts.faults += faults_.size();
  }

 private:
  static constexpr std::size_t no_text = SIZE_MAX;

  // The values of an input in the rows that have no fault.
  struct InputValues {
    const ElementDescriptor* element = nullptr;
    const InputMeaning* meaning = nullptr;
    std::unordered_map<std::string_view, std::uint8_t> handles;  // enum: by the usual spelling
    std::vector<std::uint8_t> values;                            // enum, flag, object
    std::vector<std::uint64_t> numbers;                          // number
    std::vector<std::uint8_t> set;                               // number
    std::vector<std::size_t> texts;                              // text: where it begins in `bytes_`; or no_text
    std::vector<const char*> pointers;                           // likewise
  };
  // What is decided of the rows that have no fault.
  struct Answer {
    const RowTask::Decision* decision;
    std::vector<std::uint16_t> rules, values;  // over columns
    std::vector<std::string> fields;           // one by one: as they are written
  };
  struct Row {
    std::size_t good = 0;   // its number among the rows without a fault
    std::size_t fault = 0;  // 0: none; otherwise its number, from 1
    std::size_t number = 0;
    std::size_t kept_begin = 0, kept_end = 0;  // in `kept_`, as they are written
  };
  // A value of a row that is being read.
  struct Given {
    std::uint8_t value = unset;
    bool is_set = false;
    std::uint64_t number = 0;
    std::string_view text;
  };

  void clear() {
    rows_.clear();
    faults_.clear();
    kept_.clear();
    bytes_.clear();
    good_ = 0;
    for (InputValues& input : inputs_) {
      input.values.clear();
      input.numbers.clear();
      input.set.clear();
      input.texts.clear();
    }
  }

  // Reads all rows into columns.
  void read(std::string_view rest, std::size_t first_row) {
    clear();
    given_.resize(inputs_.size());
    for (std::size_t number = first_row; !rest.empty(); ++number) {
      const std::string& why = reader_.next(rest);
      if (reader_.is_empty_line()) continue;
      Row row;
      row.number = number;
      keep(row);
      fault_.clear();
      if (!why.empty()) fault_ = why;
      for (std::size_t i = 0; i < inputs_.size() && fault_.empty(); ++i) take(i);
      if (fault_.empty()) {
        for (std::size_t i = 0; i < inputs_.size(); ++i) append(inputs_[i], given_[i]);
        row.good = good_++;
      } else {
        refuse(row, fault_);
      }
      rows_.push_back(row);
    }
  }

  void refuse(Row& row, const std::string& why) {
    faults_.push_back("row " + std::to_string(row.number) + ": " + why);
    row.fault = faults_.size();
  }

  void keep(Row& row) {
    row.kept_begin = kept_.size();
    for (const std::size_t column : task_.kept_) {
      if (column < reader_.fields().size()) {
        kept_ += reader_.fields()[column].raw;
      } else {
        append_missing(column);
      }
      if (!is_binary(task_.format_)) kept_ += separator();
    }
    row.kept_end = kept_.size();
  }
  // A field that a faulty row does not have: of RowBinary a value of its type.
  void append_missing(std::size_t column) {
    if (!is_binary(task_.format_)) return append_null(task_.format_, kept_);
    const ColumnType& type = *task_.columns_[column].type;
    if (type.nullable) {
      kept_ += '\1';
    } else {
      kept_.append(std::max<std::size_t>(type.bytes, 1), '\0');
    }
  }

  // Takes the value of an input from the row, or sets the fault.
  void take(std::size_t i) {
    const RowTask::Input& input = task_.inputs_[i];
    Given& given = given_[i];
    given = {};
    switch (input.from) {
      case From::constant: take_constant(inputs_[i], input.constant, given); return;
      case From::not_null: given.value = reader_.fields()[input.column].is_null ? 0 : 1; return;
      case From::null: given.value = reader_.fields()[input.column].is_null ? 1 : 0; return;
      case From::column: break;
    }
    const RowField& field = reader_.fields()[input.column];
    if (field.is_null) return;
    given.is_set = true;
    std::string why;
    switch (inputs_[i].element->kind) {
      case Kind::enumeration: take_enum(inputs_[i], field, given, why); break;
      case Kind::flag: take_flag(inputs_[i], field, given, why); break;
      case Kind::number: take_number(inputs_[i], field, given, why); break;
      case Kind::text: take_text(field, given, why); break;
      case Kind::record:
      case Kind::map:
      case Kind::set: break;
    }
    if (!why.empty()) fault_ = "column `" + task_.columns_[input.column].name + "`: " + why;
  }

  static void take_constant(const InputValues& values, const Fact& constant, Given& given) {
    given.is_set = true;
    if (const auto* code = std::get_if<std::uint8_t>(&constant)) given.value = handle_of(values, *code);
    if (const auto* number = std::get_if<std::uint64_t>(&constant)) given.number = *number;
    if (const auto* text = std::get_if<std::string>(&constant)) given.text = *text;
  }

  static std::uint8_t handle_of(const InputValues& values, std::uint8_t code) {
    return static_cast<std::uint8_t>(values.meaning->values[code]);
  }

  static void take_enum(const InputValues& values, const RowField& field, Given& given, std::string& why) {
    const auto at = values.handles.find(field.text);
    if (at != values.handles.end()) {
      given.value = at->second;
      return;
    }
    const ElementDescriptor& element = *values.element;
    if (const auto value = value_spelled(element.values, element.others, field.text)) {
      given.value = handle_of(values, static_cast<std::uint8_t>(*value + 1));
      return;
    }
    const MeantValue meant = value_meant(std::string(field.text), element.values, element.names, element.others);
    why = "`" + element.name + "` has no value " + shown_field(field) + named_in_rules(meant) +
          did_you_mean(meant.spelling);
  }

  static void take_flag(const InputValues& values, const RowField& field, Given& given, std::string& why) {
    if (field.is_number) {
      given.value = field.number == 1 ? TALLY_ON : field.number == 0 ? TALLY_OFF : unset;
    } else if (const auto code = flag_of_text(*values.element, field.text)) {
      given.value = *code;
    }
    if (given.value == unset)
      why = "`" + values.element->name + "` is a flag, and " + shown_field(field) + " is neither on nor off";
  }

  static void take_number(const InputValues& values, const RowField& field, Given& given, std::string& why) {
    const ElementDescriptor& element = *values.element;
    const auto number =
        field.is_number ? (field.is_negative ? std::nullopt : std::optional(field.number)) : number_written(field.text);
    if (number && *number >= element.low && *number <= element.high) {
      given.number = *number;
      return;
    }
    why = "`" + element.name + "` is a whole number from " + std::to_string(element.low) + " to " +
          std::to_string(element.high) + ", not " + shown_field(field);
  }

  static void take_text(const RowField& field, Given& given, std::string& why) {
    given.text = field.text;
    if (field.text.find('\0') != std::string_view::npos) {
      why = "a text has a zero byte";
    } else if (!is_utf8(field.text)) {
      why = "a text is not UTF-8";
    }
  }

  void append(InputValues& input, const Given& given) {
    switch (input.element->kind) {
      case Kind::number:
        input.numbers.push_back(given.number);
        input.set.push_back(given.is_set ? 1 : 0);
        return;
      case Kind::text:
        input.texts.push_back(given.is_set ? bytes_.size() : no_text);
        if (!given.is_set) return;
        bytes_ += given.text;
        bytes_ += '\0';
        return;
      case Kind::enumeration:
      case Kind::flag:
      case Kind::record:
      case Kind::map:
      case Kind::set: input.values.push_back(given.value); return;
    }
  }

  // --- deciding ---

  // Returns whether the rows are decided; they are not if one of them lacks something.
  bool decide_over_columns() {
    std::vector<tally_column> columns;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      InputValues& input = inputs_[i];
      tally_column column{task_.inputs_[i].handle, nullptr, nullptr, nullptr, nullptr};
      if (input.element->kind == Kind::number) {
        column.numbers = input.numbers.data();
        column.set = input.set.data();
      } else if (input.element->kind == Kind::text) {
        input.pointers.clear();
        for (const std::size_t at : input.texts) input.pointers.push_back(at == no_text ? nullptr : bytes_.data() + at);
        column.texts = input.pointers.data();
      } else {
        column.values = input.values.data();
      }
      columns.push_back(column);
    }
    std::vector<tally_answer_column> wanted;
    for (Answer& answer : answers_) {
      answer.rules.resize(good_);
      answer.values.resize(good_);
      wanted.push_back({task_.version_->handle_of_decision(static_cast<std::uint32_t>(answer.decision->index)),
                        answer.rules.data(), answer.values.data()});
    }
    by_columns_ =
        decide_batch(*task_.version_, columns.data(), columns.size(), wanted.data(), wanted.size(), good_).has_value();
    return by_columns_;
  }

  // The fact of an input in a row; nothing if it is unset.
  Fact fact_of(std::size_t i, std::size_t good) const {
    const InputValues& input = inputs_[i];
    switch (input.element->kind) {
      case Kind::number: return input.set[good] != 0 ? Fact(input.numbers[good]) : Fact();
      case Kind::text:
        return input.texts[good] == no_text ? Fact() : Fact(std::string(bytes_.data() + input.texts[good]));
      case Kind::enumeration:
        if (input.values[good] == unset) return {};
        return static_cast<std::uint8_t>(input.meaning->codes[input.values[good]]);
      case Kind::flag: return input.values[good] == unset ? Fact() : Fact(input.values[good]);
      case Kind::record:
      case Kind::map:
      case Kind::set: return input.values[good] == unset ? Fact() : Fact(Present{});
    }
    return {};
  }

  void set_facts(std::size_t good, Facts& facts) const {
    facts.clear(policy_.elements.size());
    const auto put = [&](ElementIndex e, Fact fact) {
      if (std::holds_alternative<std::monostate>(facts.by_element[e])) facts.set(e, std::move(fact));
    };
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      Fact fact = fact_of(i, good);
      if (std::holds_alternative<std::monostate>(fact)) continue;
      for (auto around = inputs_[i].element->parent; around; around = policy_.elements[*around].parent)
        put(*around, Present{});
      put(task_.inputs_[i].element, std::move(fact));
    }
  }

  void decide_one_by_one() {
    by_columns_ = false;
    for (Answer& answer : answers_) {
      answer.rules.assign(good_, 0);
      answer.fields.assign(good_, "");
    }
    for (Row& row : rows_) {
      if (row.fault != 0) continue;
      set_facts(row.good, call_.facts);
      document_faults_.clear();
      task_.version_->binder().completion().complete(call_, document_faults_);
      if (has_errors(document_faults_)) {
        refuse(row, missing(document_faults_.front()));
        continue;
      }
      tally::decide(policy_, task_.version_->code(), call_, false, results_);
      for (Answer& answer : answers_) {
        const DecisionDescriptor& decision = policy_.decisions[answer.decision->index];
        answer.rules[row.good] = rule_number(decision, results_);
        append_field(decision, answer.fields[row.good]);
      }
    }
  }

  // Why a row is not decided that lacks something: names the column that is null, if there is one.
  std::string missing(const DocumentFault& fault) const {
    for (const RowTask::Input& input : task_.inputs_) {
      if (input.from != From::column || policy_.elements[input.element].pointer != fault.pointer) continue;
      return "column `" + task_.columns_[input.column].name + "` is null: " + fault.message;
    }
    return fault.message;
  }

  // The value as text: a scalar itself, an object as JSON.
  void append_field(const DecisionDescriptor& decision, std::string& out) {
    json_.clear();
    append_value(json_, decision, call_, results_);
    if (json_ == "null") return append_null(task_.format_, out);
    if (!decision.result.scalar || decision.result.scalar->kind == ScalarDescriptor::Kind::flag || json_[0] != '"')
      return append_text(task_.format_, json_, out);
    const ScalarDescriptor& scalar = *decision.result.scalar;
    const std::uint16_t code = results_.slots[scalar.slot];
    if (scalar.kind == ScalarDescriptor::Kind::enumeration)
      return append_text(task_.format_, scalar.values[code - 1], out);
    const OriginDescriptor& origin = scalar.origins[code - 1];
    std::string text;
    if (const auto* constant = std::get_if<std::string>(&origin)) {
      text = *constant;
    } else if (const auto* element = std::get_if<ElementIndex>(&origin)) {
      text = std::get<std::string>(call_.facts.by_element[*element]);
    } else if (const auto* pieces = std::get_if<TextDescriptor>(&origin)) {
      insert_text(*pieces, call_, text);
    }
    append_text(task_.format_, text, out);
  }

  // --- writing ---

  char separator() const { return task_.format_ == RowFormat::csv ? ',' : '\t'; }

  void write(const Row& row, std::string& out) const {
    const bool text = !is_binary(task_.format_);
    out.append(kept_, row.kept_begin, row.kept_end - row.kept_begin);
    for (const Answer& answer : answers_) {
      if (row.fault != 0) {
        append_null(task_.format_, out);
        if (text) out += separator();
        append_null(task_.format_, out);
      } else {
        out += by_columns_ ? answer.decision->values[answer.values[row.good]] : answer.fields[row.good];
        if (text) out += separator();
        const std::uint16_t rule = answer.rules[row.good];
        if (rule < task_.rules_.size()) {
          out += task_.rules_[rule];
        } else {
          append_rule(task_.format_, rule, out);
        }
      }
      if (text) out += separator();
    }
    if (row.fault == 0) {
      append_null(task_.format_, out);
    } else {
      append_text(task_.format_, faults_[row.fault - 1], out);
    }
    if (text) out += '\n';
  }

  const RowTask& task_;
  const PolicyDescriptor& policy_;
  RowReader reader_;
  std::vector<InputValues> inputs_;
  std::vector<Given> given_;
  std::vector<Answer> answers_;
  std::vector<Row> rows_;
  std::vector<std::string> faults_;
  std::string kept_, bytes_, fault_, json_;
  std::size_t good_ = 0;  // rows without a fault
  bool by_columns_ = false;
  BoundCall call_;
  Results results_;
  std::vector<DocumentFault> document_faults_;
};

RowWorker::RowWorker(const RowTask& task) : impl_(std::make_unique<Impl>(task)) {}
RowWorker::~RowWorker() = default;

void RowWorker::decide(std::string_view rows, std::size_t first_row, std::string& out, RowCounts& counts) {
  impl_->decide(rows, first_row, out, counts);
}

}  // namespace tally
