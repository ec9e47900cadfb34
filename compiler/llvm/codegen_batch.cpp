// A loop for LLVM's vectoriser. Codes are lanes of 8 bits (16 if there are more codes),
// tables are comparisons, and a computed address is a choice between columns. No row
// depends on another. The loop's metadata contains this, since the vectoriser cannot know
// that columns do not overlap.
#include "compiler/llvm/codegen_batch.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/MDBuilder.h>

#include <algorithm>
#include <map>
#include <set>

namespace tally {
namespace {

// Beyond these bounds a loop with a call is as fast.
constexpr std::size_t max_terms = 20'000;
constexpr std::size_t max_runs = 24;    // the comparisons of one table
constexpr std::size_t max_places = 64;  // the columns of one computed address
constexpr std::size_t max_arms = 64;    // the arms of one match

// A maximal run [first, end) of codes from `low` with the same entry.
struct Run {
  std::uint32_t first, end, entry;
};
template <class Entry>
std::vector<Run> runs_of(std::uint32_t low, std::uint32_t codes, Entry entry) {
  std::vector<Run> runs;
  for (std::uint32_t c = low; c < codes; ++c) {
    if (!runs.empty() && runs.back().entry == entry(c)) {
      runs.back().end = c + 1;
    } else {
      runs.push_back({c, c + 1, entry(c)});
    }
  }
  return runs;
}

// Adds the columns that a load can reach.
void add_places(const Plan& plan, TermId load, std::size_t operand, std::int64_t place,
                std::set<std::uint32_t>& places) {
  const auto operands = plan.operands(load);
  if (operand == operands.size()) {
    places.insert(static_cast<std::uint32_t>(place));
    return;
  }
  const auto stride = static_cast<std::int32_t>(plan.table(load)[operand]);
  const Term& index = plan.at(operands[operand]);
  for (std::uint32_t c = index.low; c < index.codes && places.size() <= max_places; ++c) {
    add_places(plan, load, operand + 1, place + std::int64_t{stride} * c, places);
  }
}
std::set<std::uint32_t> places_of(const Plan& plan, TermId load) {
  std::set<std::uint32_t> places;
  add_places(plan, load, 0, static_cast<std::int32_t>(plan.at(load).value), places);
  return places;
}

class BatchEmitter {
 public:
  BatchEmitter(llvm::Module& module, const Plan& plan, const BatchTerms& batch)
      : module_(module), plan_(plan), batch_(batch), builder_(module.getContext()) {
    std::vector<TermId> roots{batch.rule};
    if (batch.value) roots.push_back(*batch.value);
    terms_ = plan.reachable(roots);
  }

  void emit() {
    auto& context = module_.getContext();
    auto* pointer = llvm::PointerType::getUnqual(context);
    auto* type =
        llvm::FunctionType::get(builder_.getVoidTy(), {pointer, pointer, pointer, builder_.getInt64Ty()}, false);
    auto* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, batch_.name, module_);
    function->setDoesNotThrow();
    function->addFnAttr("no-builtins");
    function->addFnAttr(batch_attribute);
    function->setDSOLocal(true);
    function->setVisibility(llvm::GlobalValue::ProtectedVisibility);
    for (unsigned i = 0; i < 3; ++i) {
      function->getArg(i)->addAttr(llvm::Attribute::NoAlias);
      function->getArg(i)->addAttr(llvm::Attribute::NoCapture);
    }
    auto* entry = llvm::BasicBlock::Create(context, "", function);
    auto* before = llvm::BasicBlock::Create(context, "columns", function);
    auto* loop = llvm::BasicBlock::Create(context, "row", function);
    auto* end = llvm::BasicBlock::Create(context, "end", function);
    llvm::Value* rows = function->getArg(3);
    builder_.SetInsertPoint(entry);
    builder_.CreateCondBr(builder_.CreateICmpEQ(rows, builder_.getInt64(0)), end, before);

    builder_.SetInsertPoint(before);
    for (const TermId id : terms_) {
      const TermOp op = plan_.at(id).op;
      if (op != TermOp::load && op != TermOp::load_wide) continue;
      for (const std::uint32_t place : places_of(plan_, id)) columns_[place] = {nullptr, op == TermOp::load_wide};
    }
    for (auto& [place, column] : columns_) {
      column.codes =
          builder_.CreateLoad(pointer, builder_.CreateConstInBoundsGEP1_64(pointer, function->getArg(0), place));
    }
    const bool calls = !is_plain();
    if (calls) {
      call_ = builder_.CreateAlloca(builder_.getInt8Ty(), builder_.getInt32(std::max(batch_.code_count, 1u)));
      slots_ = builder_.CreateAlloca(builder_.getInt16Ty(), builder_.getInt32(std::max(batch_.slots, 2u)));
      for (std::uint32_t i = 0; i < batch_.code_count; ++i) store_code(i, builder_.getInt8(0));
    }
    builder_.CreateBr(loop);

    builder_.SetInsertPoint(loop);
    auto* row = builder_.CreatePHI(builder_.getInt64Ty(), 2);
    row->addIncoming(builder_.getInt64(0), before);
    row_ = row;
    group_ = llvm::MDNode::getDistinct(context, {});
    if (calls) {
      call_single(function);
    } else {
      words_.assign(plan_.size(), nullptr);
      for (const TermId id : terms_) words_[id.value] = emit_term(id);
      store(function->getArg(1), word(batch_.rule, 16));
      store(function->getArg(2), batch_.value ? word(*batch_.value, 16) : builder_.getInt16(0));
    }
    auto* next = builder_.CreateAdd(row, builder_.getInt64(1), "", true, true);
    row->addIncoming(next, loop);
    auto* branch = builder_.CreateCondBr(builder_.CreateICmpEQ(next, rows), end, loop);
    if (!calls) branch->setMetadata(llvm::LLVMContext::MD_loop, loop_metadata());
    builder_.SetInsertPoint(end);
    builder_.CreateRetVoid();
  }

 private:
  llvm::MDNode* loop_metadata() {
    auto& context = module_.getContext();
    const auto named = [&](const char* name, llvm::Metadata* value) {
      return llvm::MDNode::get(context, {llvm::MDString::get(context, name), value});
    };
    auto* self = llvm::MDNode::getDistinct(
        context, {nullptr, named("llvm.loop.parallel_accesses", group_),
                  named("llvm.loop.vectorize.enable", llvm::ConstantAsMetadata::get(builder_.getTrue()))});
    self->replaceOperandWith(0, self);
    return self;
  }

  // Whether every term is a few comparisons.
  bool is_plain() const {
    return terms_.size() <= max_terms &&
           std::all_of(terms_.begin(), terms_.end(), [&](TermId id) { return is_plain(id); });
  }
  bool is_plain(TermId id) const {
    const Term& term = plan_.at(id);
    switch (term.op) {
      case TermOp::load:
      case TermOp::load_wide: return places_of(plan_, id).size() <= max_places;
      case TermOp::member:
      case TermOp::recode: {
        const Term& operand = plan_.at(plan_.operands(id)[0]);
        const auto table = plan_.table(id);
        const auto runs =
            runs_of(operand.low, static_cast<std::uint32_t>(table.size()), [&](std::uint32_t c) { return table[c]; });
        return runs.size() <= max_runs;
      }
      case TermOp::first_match:
        return term.value <= max_arms && plan_.match(id).tested.size() * term.value <= max_terms;
      case TermOp::constant:
      case TermOp::negate:
      case TermOp::both:
      case TermOp::either:
      case TermOp::choose:
      case TermOp::select:
      case TermOp::first_set:
      case TermOp::at_least_one: return true;
    }
    return true;
  }

  // --- a row by the single function --------------------------------------------------

  void store_code(std::uint32_t offset, llvm::Value* code) {
    auto* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), call_, offset);
    builder_.CreateAlignedStore(code, place, llvm::Align(1));
  }
  void call_single(llvm::Function* function) {
    for (const auto& [place, column] : columns_) store_code(place, load(column));
    builder_.CreateCall(module_.getFunction(batch_.single), {call_, slots_});
    for (const unsigned slot : {0u, 1u}) {
      auto* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt16Ty(), slots_, slot);
      llvm::Value* code = builder_.CreateLoad(builder_.getInt16Ty(), place);
      if (slot == 1 && !batch_.value) code = builder_.getInt16(0);
      store(function->getArg(1 + slot), code);
    }
  }

  // --- lanes -----------------------------------------------------------------------------

  // A column of codes, each of one byte or of two.
  struct Column {
    llvm::Value* codes = nullptr;
    bool wide = false;
  };
  llvm::Value* load(const Column& column) {
    auto* type = builder_.getIntNTy(column.wide ? 16 : 8);
    auto* code = builder_.CreateAlignedLoad(type, builder_.CreateInBoundsGEP(type, column.codes, row_), llvm::Align(1));
    code->setMetadata(llvm::LLVMContext::MD_access_group, group_);
    return code;
  }
  void store(llvm::Value* column, llvm::Value* value) {
    auto* done = builder_.CreateAlignedStore(value, builder_.CreateInBoundsGEP(builder_.getInt16Ty(), column, row_),
                                             llvm::Align(2));
    done->setMetadata(llvm::LLVMContext::MD_access_group, group_);
  }

  unsigned width(TermId id) const { return plan_.at(id).codes <= 256 ? 8 : 16; }
  llvm::Value* word(TermId id, unsigned bits) {
    return builder_.CreateZExtOrTrunc(words_[id.value], builder_.getIntNTy(bits));
  }
  llvm::Value* bit(TermId id) {
    auto* value = words_[id.value];
    if (value->getType()->isIntegerTy(1)) return value;
    return builder_.CreateICmpNE(value, llvm::ConstantInt::get(value->getType(), 0));
  }
  llvm::Value* code(TermId id) { return word(id, width(id)); }
  llvm::Value* constant(unsigned bits, std::uint64_t value) { return builder_.getIntN(bits, value); }

  // Whether the code of a term is in a run of the codes that it can have.
  llvm::Value* inside(TermId id, const Run& run, std::uint32_t codes) {
    auto* value = code(id);
    const unsigned bits = width(id);
    if (run.end - run.first == 1) return builder_.CreateICmpEQ(value, constant(bits, run.first));
    if (run.first <= plan_.at(id).low) {
      if (run.end >= codes) return builder_.getTrue();
      return builder_.CreateICmpULT(value, constant(bits, run.end));
    }
    if (run.end >= codes) return builder_.CreateICmpUGE(value, constant(bits, run.first));
    return builder_.CreateICmpULT(builder_.CreateSub(value, constant(bits, run.first)),
                                  constant(bits, run.end - run.first));
  }

  template <class Entry>
  llvm::Value* member(TermId operand, std::uint32_t codes, Entry entry) {
    auto runs = runs_of(plan_.at(operand).low, codes, entry);
    const auto ones = std::count_if(runs.begin(), runs.end(), [](const Run& run) { return run.entry == 1; });
    const bool of_zeros = 2 * static_cast<std::size_t>(ones) > runs.size();
    llvm::Value* any = builder_.getFalse();
    for (const Run& run : runs) {
      if ((run.entry == 0) == of_zeros) any = builder_.CreateOr(any, inside(operand, run, codes));
    }
    return of_zeros ? builder_.CreateNot(any) : any;
  }

  llvm::Value* recode(TermId id) {
    const auto table = plan_.table(id);
    const TermId operand = plan_.operands(id)[0];
    const auto codes = static_cast<std::uint32_t>(table.size());
    const unsigned bits = std::max(width(id), 8u);
    const auto runs = runs_of(plan_.at(operand).low, codes, [&](std::uint32_t c) { return table[c]; });
    llvm::Value* value = constant(bits, runs.back().entry);
    for (std::size_t i = runs.size() - 1; i-- > 0;) {
      auto* below = builder_.CreateICmpULT(code(operand), constant(width(operand), runs[i].end));
      value = builder_.CreateSelect(below, constant(bits, runs[i].entry), value);
    }
    return value;
  }

  llvm::Value* place(TermId id, std::size_t operand, std::int64_t at) {
    const auto operands = plan_.operands(id);
    if (operand == operands.size()) {
      auto*& code = loaded_[static_cast<std::uint32_t>(at)];
      if (code == nullptr) code = load(columns_.at(static_cast<std::uint32_t>(at)));
      return code;
    }
    const auto stride = static_cast<std::int32_t>(plan_.table(id)[operand]);
    const Term& index = plan_.at(operands[operand]);
    llvm::Value* value = nullptr;
    for (std::uint32_t c = index.codes; c-- > index.low;) {
      auto* here = place(id, operand + 1, at + std::int64_t{stride} * c);
      value =
          value == nullptr
              ? here
              : builder_.CreateSelect(
                    builder_.CreateICmpEQ(code(operands[operand]), constant(width(operands[operand]), c)), here, value);
    }
    return value;
  }

  llvm::Value* match(TermId id) {
    const Match match = plan_.match(id);
    const std::uint32_t arms = plan_.at(id).value;
    const unsigned bits = width(id);
    llvm::Value* result = constant(bits, arms);
    for (std::uint32_t arm = arms; arm-- > 0;) {
      llvm::Value* holds = builder_.getTrue();
      for (std::size_t t = 0; t < match.tested.size(); ++t) {
        const auto rows = match.rows[t];
        const auto codes = static_cast<std::uint32_t>(rows.size() / match.row_words);
        holds = builder_.CreateAnd(holds, member(match.tested[t], codes, [&](std::uint32_t c) {
                                     return (rows[c * match.row_words + arm / 32] >> (arm % 32)) & 1u;
                                   }));
      }
      for (std::size_t c = 0; c < match.conditions.size(); ++c) {
        if (match.arms[c] == arm) holds = builder_.CreateAnd(holds, bit(match.conditions[c]));
      }
      result = builder_.CreateSelect(holds, constant(bits, arm), result);
    }
    return result;
  }

  llvm::Value* choose(const Term& term, std::span<const TermId> operands, unsigned bits) {
    const bool condition = term.codes <= 2;
    const auto value_of = [&](TermId id) { return condition ? bit(id) : word(id, bits); };
    llvm::Value* value = value_of(operands.back());
    for (std::size_t i = operands.size() - 1; i >= 2; i -= 2)
      value = builder_.CreateSelect(bit(operands[i - 2]), value_of(operands[i - 1]), value);
    return value;
  }

  llvm::Value* emit_term(TermId id) {
    const Term& term = plan_.at(id);
    const auto operands = plan_.operands(id);
    const unsigned bits = width(id);
    switch (term.op) {
      case TermOp::constant: return constant(bits, term.value);
      case TermOp::load:
      case TermOp::load_wide: return place(id, 0, static_cast<std::int32_t>(term.value));
      case TermOp::member: {
        const auto table = plan_.table(id);
        return member(operands[0], static_cast<std::uint32_t>(table.size()), [&](std::uint32_t c) { return table[c]; });
      }
      case TermOp::negate: return builder_.CreateNot(bit(operands[0]));
      case TermOp::both:
      case TermOp::either: {
        llvm::Value* all = bit(operands[0]);
        for (const TermId operand : operands.subspan(1)) {
          all = term.op == TermOp::both ? builder_.CreateAnd(all, bit(operand)) : builder_.CreateOr(all, bit(operand));
        }
        return all;
      }
      case TermOp::choose: return choose(term, operands, bits);
      case TermOp::select: {
        llvm::Value* value = nullptr;
        const TermId index = operands[0];
        for (std::uint32_t c = static_cast<std::uint32_t>(operands.size() - 1); c-- > plan_.at(index).low;) {
          auto* here = word(operands[c + 1], bits);
          value = value == nullptr ? here
                                   : builder_.CreateSelect(
                                         builder_.CreateICmpEQ(code(index), constant(width(index), c)), here, value);
        }
        return value;
      }
      case TermOp::first_set: {
        auto* first = word(operands[0], bits);
        return builder_.CreateSelect(builder_.CreateICmpNE(first, constant(bits, 0)), first, word(operands[1], bits));
      }
      case TermOp::recode: return recode(id);
      case TermOp::at_least_one:
        return builder_.CreateBinaryIntrinsic(llvm::Intrinsic::umax, word(operands[0], bits), constant(bits, 1));
      case TermOp::first_match: return match(id);
    }
    llvm_unreachable("every operation is above");
  }

  llvm::Module& module_;
  const Plan& plan_;
  const BatchTerms& batch_;
  llvm::IRBuilder<> builder_;
  std::vector<TermId> terms_;
  std::map<std::uint32_t, Column> columns_;       // by offset
  std::map<std::uint32_t, llvm::Value*> loaded_;  // by offset
  std::vector<llvm::Value*> words_;               // by term: an i1, or its lane
  llvm::Value* row_ = nullptr;
  llvm::Value* call_ = nullptr;
  llvm::Value* slots_ = nullptr;
  llvm::MDNode* group_ = nullptr;
};

}  // namespace

void emit_batch(llvm::Module& module, const Plan& plan, const BatchTerms& batch) {
  BatchEmitter(module, plan, batch).emit();
}

}  // namespace tally
