// Emits the terms of a plan as LLVM instructions, one block per function or per part of a long
// one, and prints them.
#include "compiler/llvm/codegen.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/llvm/codegen_batch.h"
#include "compiler/llvm/codegen_constant.h"
#include "compiler/llvm/llvm_module.h"
#include "compiler/plan/code_plan.h"

namespace tally {

namespace {

// A function with fewer terms is emitted in the order of the plan.
constexpr std::size_t short_function = 200;

// Constant tables by the bits of an entry and the entries.
using Tables = std::map<std::pair<unsigned, std::vector<std::uint64_t>>, llvm::Constant*>;

// Emits one function. A term is an i1 if it is a condition, otherwise an i32. A value is
// converted between the two if its user needs the other.
class FunctionEmitter {
 public:
  FunctionEmitter(llvm::Module& module, const Plan& plan, Tables& tables, std::size_t part_terms)
      : module_(module), plan_(plan), tables_(tables), part_terms_(part_terms), builder_(module.getContext()) {}

  void emit(const std::string& name, const std::vector<TermId>& outputs) {
    words_.assign(plan_.size(), nullptr);
    bits_.assign(plan_.size(), nullptr);
    std::vector<TermId> roots;
    const auto groups = group(outputs, roots);
    const auto terms = plan_.reachable(roots);
    has_parts_ = terms.size() > 2 * part_terms_;
    if (has_parts_) {
      made_in_.assign(plan_.size(), nullptr);
      slots_.assign(plan_.size(), no_slot);
      name_ = name;
      begin_part();
    } else {
      begin_function(name, llvm::Function::ExternalLinkage);
    }
    // In a short function the order of the plan lets loads overlap. In a long one it
    // would keep too many values alive.
    if (terms.size() < short_function) {
      for (TermId id : terms) need(id);
    }
    // The operands of a store are in the part of the store, or in one before it.
    std::size_t first = 0;
    if (!has_parts_) {
      for (TermId root : roots) need(root);
    }
    for (const std::size_t size : groups) {
      const std::span members(outputs.data() + first, size);
      if (has_parts_) need_group(members);
      auto* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt16Ty(), out_, first);
      auto* codes =
          size == 1 ? builder_.CreateTrunc(word(outputs[first]), builder_.getInt16Ty()) : emit_packed(members);
      builder_.CreateAlignedStore(codes, place, llvm::Align(1));
      first += size;
    }
    builder_.CreateRetVoid();
    if (has_parts_) call_parts();
  }

 private:
  // --- functions, and the parts of a long one ------------------------------------

  // The time of LLVM's register allocation and scheduling grows faster than the length of a function. So a long
  // function is cut into parts, which it calls in turn. A value that a later part needs has a slot in memory that the
  // function owns: for example, part 0 stores a term in slot 3, and part 2 loads it from there.
  llvm::Function* begin_function(const std::string& name, llvm::Function::LinkageTypes linkage) {
    auto& context = module_.getContext();
    auto* pointer = llvm::PointerType::getUnqual(context);
    const bool part = linkage == llvm::Function::InternalLinkage;
    std::vector<llvm::Type*> arguments{pointer, pointer};
    if (part) arguments.push_back(pointer);
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), arguments, false);
    auto* function = llvm::Function::Create(type, linkage, name, module_);
    function->setDoesNotThrow();
    // Inside its module the function is called, and measured from the descriptor, without
    // an indirection through a table.
    function->setDSOLocal(true);
    if (!part) function->setVisibility(llvm::GlobalValue::ProtectedVisibility);
    function->addFnAttr(llvm::Attribute::WillReturn);
    function->addFnAttr(llvm::Attribute::NoFree);
    function->addFnAttr(llvm::Attribute::NoSync);
    function->addFnAttr("no-builtins");  // runs of equal outputs must not become a call of memset
    function->setMemoryEffects(llvm::MemoryEffects::argMemOnly());
    for (auto& argument : function->args()) {
      argument.addAttr(llvm::Attribute::NoAlias);
      argument.addAttr(llvm::Attribute::NoCapture);
      argument.addAttr(llvm::Attribute::NoUndef);
    }
    in_ = function->getArg(0);
    in_->setName("in");
    in_->addAttr(llvm::Attribute::ReadOnly);
    out_ = function->getArg(1);
    out_->setName("out");
    out_->addAttr(llvm::Attribute::WriteOnly);
    if (part) function->getArg(2)->setName("kept");
    builder_.SetInsertPoint(llvm::BasicBlock::Create(context, "", function));
    return function;
  }

  void begin_part() {
    if (!parts_.empty()) builder_.CreateRetVoid();
    for (const TermId id : made_) words_[id.value] = bits_[id.value] = nullptr;
    made_.clear();
    parts_.push_back(begin_function(name_ + ".part" + std::to_string(parts_.size()), llvm::Function::InternalLinkage));
  }

  void call_parts() {
    auto* function = begin_function(name_, llvm::Function::ExternalLinkage);
    auto* kept = builder_.CreateAlloca(builder_.getInt32Ty(), builder_.getInt32(std::max(next_slot_, 1u)));
    for (llvm::Function* part : parts_) builder_.CreateCall(part, {function->getArg(0), function->getArg(1), kept});
    builder_.CreateRetVoid();
  }

  // The terms of one store, so that no part ends between them.
  void need_group(std::span<const TermId> outputs) {
    if (outputs.size() == 1) return need(outputs[0]);
    const auto operands = plan_.operands(outputs[0]);
    for (std::size_t c = 0; c + 1 < operands.size(); c += 2) need(operands[c]);
  }

  llvm::Value* slot(std::uint32_t number, llvm::Function* part) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getInt32Ty(), part->getArg(2), number);
  }

  // The value of a term that an earlier part made: that part stores it, and this one loads it.
  llvm::Value* value_of_earlier_part(TermId id) {
    llvm::Value* value = made_in_[id.value];
    if (llvm::isa<llvm::Constant>(value)) return value;
    if (slots_[id.value] == no_slot) {
      slots_[id.value] = next_slot_++;
      auto* made = llvm::cast<llvm::Instruction>(value);
      const llvm::IRBuilderBase::InsertPointGuard here(builder_);
      builder_.SetInsertPoint(made->getNextNode());
      builder_.CreateAlignedStore(builder_.CreateZExt(made, builder_.getInt32Ty()),
                                  slot(slots_[id.value], made->getFunction()), llvm::Align(4));
    }
    auto* loaded =
        builder_.CreateAlignedLoad(builder_.getInt32Ty(), slot(slots_[id.value], parts_.back()), llvm::Align(4));
    // The back end makes what it loads an operand of a conditional move, and turns such moves into jumps. An assembly
    // text of no instruction, through which the value passes, prevents that.
    auto* word = builder_.getInt32Ty();
    auto* passes = llvm::InlineAsm::get(llvm::FunctionType::get(word, {word}, false), "", "=r,0", false);
    return builder_.CreateTrunc(builder_.CreateCall(passes, {loaded}), value->getType());
  }

  // Makes a term's value usable in this part. Returns whether it has been made.
  bool is_there(TermId id) {
    if (words_[id.value] != nullptr || bits_[id.value] != nullptr) return true;
    if (!has_parts_ || made_in_[id.value] == nullptr) return false;
    keep(id, is_cheap(id) ? emit_term(id) : value_of_earlier_part(id));
    return true;
  }
  // Whether a term is as quickly made anew as loaded.
  bool is_cheap(TermId id) const {
    const TermOp op = plan_.at(id).op;
    return (op == TermOp::load || op == TermOp::load_wide) && plan_.operands(id).empty();
  }
  void keep(TermId id, llvm::Value* value) {
    (value->getType()->isIntegerTy(1) ? bits_ : words_)[id.value] = value;
    if (has_parts_) made_.push_back(id);
  }

  // --- terms ----------------------------------------------------------------------

  // Emits a term, and before it the terms that it needs and that do not exist yet. Each
  // is emitted as late as possible, so that few values are alive at a time.
  void need(TermId root) {
    std::vector<TermId> pending{root};
    while (!pending.empty()) {
      const TermId id = pending.back();
      if (is_there(id)) {
        pending.pop_back();
        continue;
      }
      if (has_parts_ && !in_match_ && made_.size() >= part_terms_) begin_part();
      const auto height = pending.size();
      // A match emits the conditions of its arms itself, word by word.
      const auto operands = plan_.at(id).op == TermOp::first_match ? plan_.match(id).tested : plan_.operands(id);
      for (std::size_t i = operands.size(); i-- > 0;) {
        if (!is_there(operands[i])) pending.push_back(operands[i]);
      }
      if (pending.size() != height) continue;
      pending.pop_back();
      llvm::Value* value = emit_term(id);
      keep(id, value);
      if (has_parts_) made_in_[id.value] = value;
    }
  }

  llvm::Value* word(TermId id) {
    is_there(id);
    auto*& value = words_[id.value];
    if (value == nullptr) value = builder_.CreateZExt(bits_[id.value], builder_.getInt32Ty());
    return value;
  }
  llvm::Value* bit(TermId id) {
    is_there(id);
    auto*& value = bits_[id.value];
    if (value == nullptr) value = builder_.CreateICmpNE(words_[id.value], builder_.getInt32(0));
    return value;
  }

  // --- outputs that are chosen together ------------------------------------------

  // Whether a term is a choice among constants.
  bool is_plain_choice(TermId id) const {
    if (plan_.at(id).op != TermOp::choose) return false;
    const auto operands = plan_.operands(id);
    for (std::size_t i = 1; i < operands.size(); i += 2) {
      if (plan_.at(operands[i]).op != TermOp::constant) return false;
    }
    return plan_.at(operands.back()).op == TermOp::constant;
  }
  bool same_conditions(TermId a, TermId b) const {
    const auto left = plan_.operands(a), right = plan_.operands(b);
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i + 1 < left.size(); i += 2) {
      if (left[i] != right[i]) return false;
    }
    return true;
  }

  // The rule and the result of a decision mostly have the same conditions. So a run of 2
  // or 4 such outputs is one choice and one store. Returns the sizes of the runs, and the
  // terms that the stores need.
  std::vector<std::size_t> group(const std::vector<TermId>& outputs, std::vector<TermId>& roots) const {
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < outputs.size(); i += sizes.back()) {
      std::size_t run = 1;
      while (run < 4 && i + run < outputs.size() && is_plain_choice(outputs[i]) && is_plain_choice(outputs[i + run]) &&
             same_conditions(outputs[i], outputs[i + run]))
        ++run;
      sizes.push_back(run == 3 ? 2 : run);
      if (sizes.back() == 1) {
        roots.push_back(outputs[i]);
        continue;
      }
      const auto operands = plan_.operands(outputs[i]);
      for (std::size_t c = 0; c + 1 < operands.size(); c += 2) roots.push_back(operands[c]);
    }
    return sizes;
  }

  llvm::Value* emit_packed(std::span<const TermId> outputs) {
    const auto packed = [&](std::size_t operand) {
      std::uint64_t codes = 0;
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto place = module_.getDataLayout().isLittleEndian() ? i : outputs.size() - 1 - i;
        codes |= std::uint64_t{plan_.at(plan_.operands(outputs[i])[operand]).value} << (16 * place);
      }
      return builder_.getIntN(static_cast<unsigned>(16 * outputs.size()), codes);
    };
    const auto conditions = plan_.operands(outputs[0]);
    llvm::Value* codes = packed(conditions.size() - 1);
    for (std::size_t i = conditions.size() - 1; i >= 2; i -= 2)
      codes = choice(bit(conditions[i - 2]), packed(i - 1), codes);
    return codes;
  }

  // A select that the back end must not turn into a branch: inputs are as unpredictable
  // as callers.
  llvm::Value* choice(llvm::Value* condition, llvm::Value* yes, llvm::Value* no) {
    auto* value = builder_.CreateSelect(condition, yes, no);
    if (auto* select = llvm::dyn_cast<llvm::SelectInst>(value))
      select->setMetadata(llvm::LLVMContext::MD_unpredictable,
                          llvm::MDBuilder(module_.getContext()).createUnpredictable());
    return value;
  }

  llvm::Value* emit_term(TermId id) {
    const Term& term = plan_.at(id);
    const auto operands = plan_.operands(id);
    switch (term.op) {
      case TermOp::constant: return builder_.getInt32(term.value);
      case TermOp::load:
      case TermOp::load_wide: return emit_load(id);
      case TermOp::member: return emit_member(operands[0], plan_.table(id));
      case TermOp::negate: return builder_.CreateNot(bit(operands[0]));
      case TermOp::both:
      case TermOp::either: {
        std::vector<llvm::Value*> bits;
        for (TermId operand : operands) bits.push_back(bit(operand));
        return term.op == TermOp::both ? builder_.CreateAnd(bits) : builder_.CreateOr(bits);
      }
      case TermOp::choose: return emit_choose(term, operands);
      case TermOp::select:
        return emit_select(operands, plan_.at(operands[0]).low, static_cast<std::uint32_t>(operands.size() - 1));
      case TermOp::first_set: {
        auto* first = word(operands[0]);
        return choice(builder_.CreateICmpNE(first, builder_.getInt32(0)), first, word(operands[1]));
      }
      case TermOp::recode: return look_up(operands[0], plan_.table(id), 16);
      case TermOp::at_least_one:
        return builder_.CreateBinaryIntrinsic(llvm::Intrinsic::umax, word(operands[0]), builder_.getInt32(1));
      case TermOp::first_match: return emit_match(id);
    }
    llvm_unreachable("every operation is above");
  }

  llvm::Value* emit_load(TermId id) {
    const Term& term = plan_.at(id);
    const auto operands = plan_.operands(id);
    const auto strides = plan_.table(id);
    llvm::Value* place = in_;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      llvm::Value* index = builder_.CreateZExt(word(operands[i]), builder_.getInt64Ty());
      const std::int64_t stride = static_cast<std::int32_t>(strides[i]);
      if (stride != 1) index = builder_.CreateNSWMul(index, builder_.getInt64(static_cast<std::uint64_t>(stride)));
      place = builder_.CreateGEP(builder_.getInt8Ty(), place, index);
    }
    const std::int64_t base = static_cast<std::int32_t>(term.value);
    place = builder_.CreateGEP(builder_.getInt8Ty(), place, builder_.getInt64(static_cast<std::uint64_t>(base)));
    const unsigned bits = term.op == TermOp::load_wide ? 16 : 8, end = 1u << bits;
    auto* code = builder_.CreateAlignedLoad(builder_.getIntNTy(bits), place, llvm::Align(1));
    if (term.low > 0 || term.codes < end) {
      llvm::MDBuilder metadata(module_.getContext());
      code->setMetadata(llvm::LLVMContext::MD_range,
                        metadata.createRange(llvm::APInt(bits, term.low), llvm::APInt(bits, term.codes & (end - 1))));
    }
    return builder_.CreateZExt(code, builder_.getInt32Ty());
  }

  // Emits comparisons if the set or its complement is a run of codes, the bit of a word
  // if the codes are few, otherwise a table.
  llvm::Value* emit_member(TermId operand, std::span<const std::uint32_t> table) {
    const auto low = plan_.at(operand).low;
    const auto codes = static_cast<std::uint32_t>(table.size());
    if (plan_.at(operand).codes == 2 && low == 0) return table[1] ? bit(operand) : builder_.CreateNot(bit(operand));
    auto* code = word(operand);
    for (const std::uint32_t wanted : {1u, 0u}) {
      auto first = low;
      while (first < codes && table[first] != wanted) ++first;
      auto end = first;
      while (end < codes && table[end] == wanted) ++end;
      if (std::find(table.begin() + end, table.end(), wanted) != table.end()) continue;
      const bool inside = wanted == 1;
      if (end - first == 1) {
        auto* constant = builder_.getInt32(first);
        return inside ? builder_.CreateICmpEQ(code, constant) : builder_.CreateICmpNE(code, constant);
      }
      auto* offset = builder_.CreateSub(code, builder_.getInt32(first));
      auto* length = builder_.getInt32(end - first);
      return inside ? builder_.CreateICmpULT(offset, length) : builder_.CreateICmpUGE(offset, length);
    }
    return builder_.CreateTrunc(look_up(operand, table, 1), builder_.getInt1Ty());
  }

  // Emits table[code], for entries of at most `bits` bits.
  llvm::Value* look_up(TermId operand, std::span<const std::uint32_t> table, unsigned bits) {
    const auto low = plan_.at(operand).low;
    auto* code = word(operand);
    bool even = true;  // the table is an addition: table[c] = table[low] + (c - low)
    for (std::size_t c = low; c < table.size(); ++c) even = even && table[c] == table[low] + (c - low);
    if (even) return builder_.CreateAdd(code, builder_.getInt32(table[low] - low));

    const auto most = *std::max_element(table.begin(), table.end());
    unsigned width = 1;
    while (width < 16 && (most >> width) != 0) width *= 2;
    width = std::min(width, std::max(bits, 1u));
    if (table.size() * width <= 64) {
      std::uint64_t packed = 0;
      for (std::size_t c = 0; c < table.size(); ++c) packed |= std::uint64_t{table[c]} << (c * width);
      const unsigned size = table.size() * width <= 32 ? 32 : 64;
      auto* type = builder_.getIntNTy(size);
      llvm::Value* shift = builder_.CreateZExt(code, type);
      if (width > 1) shift = builder_.CreateMul(shift, llvm::ConstantInt::get(type, width));
      shift = builder_.CreateAnd(shift, size - 1);  // free, and keeps the shift within its bounds
      auto* entry = builder_.CreateLShr(llvm::ConstantInt::get(type, packed), shift);
      return builder_.CreateZExtOrTrunc(builder_.CreateAnd(entry, (std::uint64_t{1} << width) - 1),
                                        builder_.getInt32Ty());
    }
    const unsigned size = most < 256 ? 8 : most < 65536 ? 16 : 32;
    auto* type = builder_.getIntNTy(size);
    auto* place = builder_.CreateInBoundsGEP(type, constant_table({table.begin(), table.end()}, size),
                                             builder_.CreateZExt(code, builder_.getInt64Ty()));
    return builder_.CreateZExt(builder_.CreateAlignedLoad(type, place, llvm::Align(size / 8)), builder_.getInt32Ty());
  }

  // Returns the constant of a table with entries of 8 to 64 bits. Equal tables share one
  // constant.
  llvm::Constant* constant_table(std::vector<std::uint64_t> table, unsigned bits) {
    auto& known = tables_[{bits, table}];
    if (known != nullptr) return known;
    auto& context = module_.getContext();
    llvm::Constant* entries = nullptr;
    const auto narrow = [&]<class Entry>(Entry) {
      const std::vector<Entry> narrowed(table.begin(), table.end());
      entries = llvm::ConstantDataArray::get(context, narrowed);
    };
    if (bits == 8) narrow(std::uint8_t{});
    if (bits == 16) narrow(std::uint16_t{});
    if (bits == 32) narrow(std::uint32_t{});
    if (bits == 64) narrow(std::uint64_t{});
    auto* global = new llvm::GlobalVariable(module_, entries->getType(), true, llvm::GlobalValue::PrivateLinkage,
                                            entries, "table");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    global->setAlignment(llvm::Align(bits / 8));
    return known = global;
  }

  // Intersects the rows of all tested terms, from the last word to the first. The lowest
  // bit of the first non-empty word is the arm.
  llvm::Value* emit_match(TermId id) {
    const Match match = plan_.match(id);
    const std::uint32_t arms = plan_.at(id).value;
    // The bits past the last arm are set in the last word. So if it has such bits, it is
    // not empty, and gives `arms` if no arm matches.
    const unsigned bits = arms < 32 ? 32 : 64;
    const std::size_t words = bits == 32 ? 1 : match.row_words / 2;
    auto* type = builder_.getIntNTy(bits);

    struct Rows {
      std::vector<std::uint64_t> entries;  // code by code
      llvm::Value* row = nullptr;          // of the code at run time
    };
    std::vector<Rows> rows;
    for (std::size_t t = 0; t < match.tested.size(); ++t) {
      Rows next;
      for (std::size_t i = 0; i < match.rows[t].size(); i += 2) {
        const std::uint64_t upper = bits == 32 ? 0 : match.rows[t][i + 1];
        next.entries.push_back(match.rows[t][i] | upper << 32);
      }
      auto* offset = builder_.CreateMul(builder_.CreateZExt(word(match.tested[t]), builder_.getInt64Ty()),
                                        builder_.getInt64(words), "", true, true);
      next.row = builder_.CreateInBoundsGEP(type, constant_table(next.entries, bits), offset);
      rows.push_back(std::move(next));
    }

    const std::uint64_t full = bits == 32 ? 0xffffffffu : ~std::uint64_t{0};
    llvm::Value* arm = builder_.getInt32(arms);
    std::size_t condition = match.conditions.size();
    for (std::size_t w = words; w-- > 0;) {
      llvm::Value* matching = llvm::ConstantInt::get(type, full);
      for (const auto& [entries, row] : rows) {
        bool has_say = false;  // whether some arm of this word tests the term
        for (std::size_t i = w; i < entries.size(); i += words) has_say = has_say || entries[i] != full;
        if (!has_say) continue;
        auto* place = builder_.CreateConstInBoundsGEP1_64(type, row, w);
        matching = builder_.CreateAnd(builder_.CreateAlignedLoad(type, place, llvm::Align(bits / 8)), matching);
      }
      const auto first = condition;
      while (condition > 0 && match.arms[condition - 1] >= w * bits) --condition;
      std::uint64_t free = full;
      llvm::Value* holding = nullptr;
      for (std::size_t c = condition; c < first; ++c) {
        const auto place = match.arms[c] - w * bits;
        const bool outer = std::exchange(in_match_, true);
        need(match.conditions[c]);
        in_match_ = outer;
        auto* placed = builder_.CreateShl(builder_.CreateZExt(bit(match.conditions[c]), type), place);
        holding = holding == nullptr ? placed : builder_.CreateOr(holding, placed);
        free &= ~(std::uint64_t{1} << place);
      }
      if (holding != nullptr) matching = builder_.CreateAnd(matching, builder_.CreateOr(holding, free));
      auto* lowest = builder_.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, matching, builder_.getTrue());
      llvm::Value* here = builder_.CreateAdd(builder_.CreateZExtOrTrunc(lowest, builder_.getInt32Ty()),
                                             builder_.getInt32(static_cast<std::uint32_t>(w * bits)));
      const bool never_empty = w + 1 == words && arms % bits != 0;
      arm = never_empty ? here : choice(builder_.CreateICmpNE(matching, llvm::ConstantInt::get(type, 0)), here, arm);
    }
    return arm;
  }

  llvm::Value* emit_choose(const Term& term, std::span<const TermId> operands) {
    const bool condition = term.codes <= 2;
    const auto value_of = [&](TermId id) { return condition ? bit(id) : word(id); };
    llvm::Value* value = value_of(operands.back());
    for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
      auto* chosen = value_of(operands[i - 1]);
      auto* test = bit(operands[i - 2]);
      // Bits are combined with logic: a select of bits may become a branch.
      value = condition ? builder_.CreateOr(builder_.CreateAnd(test, chosen),
                                            builder_.CreateAnd(builder_.CreateNot(test), value))
                        : choice(test, chosen, value);
    }
    return value;
  }

  // Halves the branches: as many selects as a chain, but only the depth of a tree. The
  // codes of the index are in [low, end).
  llvm::Value* emit_select(std::span<const TermId> operands, std::uint32_t low, std::uint32_t end) {
    const auto branch = operands.subspan(1);
    if (std::all_of(branch.begin() + low, branch.begin() + end, [&](TermId b) { return b == branch[low]; }))
      return word(branch[low]);
    const auto middle = low + (end - low) / 2;
    auto* below = emit_select(operands, low, middle);
    auto* above = emit_select(operands, middle, end);
    auto* is_below = builder_.CreateICmpULT(word(operands[0]), builder_.getInt32(middle));
    return choice(is_below, below, above);
  }

  llvm::Module& module_;
  const Plan& plan_;
  Tables& tables_;
  std::size_t part_terms_;
  llvm::IRBuilder<> builder_;
  llvm::Argument* in_ = nullptr;
  llvm::Argument* out_ = nullptr;
  std::vector<llvm::Value*> words_, bits_;  // by term: in the function that is being emitted
  bool in_match_ = false;                   // the values of a match are in one part

  static constexpr std::uint32_t no_slot = UINT32_MAX;
  bool has_parts_ = false;
  std::string name_;
  std::vector<llvm::Function*> parts_;
  std::vector<TermId> made_;           // the terms that have a value in this part
  std::vector<llvm::Value*> made_in_;  // by term: its value in the part that computes it
  std::vector<std::uint32_t> slots_;   // by term: its place in the memory that the parts share
  std::uint32_t next_slot_ = 0;
};

std::string text_of(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

}  // namespace

Result<LlvmModule> generate_module(const FunctionRequest& request) {
  std::vector<std::string> names;
  for (const auto& function : request.functions) names.push_back(function.name);
  for (const auto& batch : request.batches) names.push_back(batch.name);
  if (request.descriptor) names.push_back(request.descriptor->symbol);
  std::sort(names.begin(), names.end());
  if (!names.empty() && names.front().empty()) return Error{Cause::usage, "a function without a name"};
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
    return Error{Cause::usage, "two functions are named `" + *twice + "`"};

  TALLY_ASSIGN_OR_RETURN(const Plan plan, make_plan(request));
  TALLY_ASSIGN_OR_RETURN(LlvmModule result, empty_module(request.module_name, request.target));
  Tables tables;
  for (std::size_t i = 0; i < request.functions.size(); ++i)
    FunctionEmitter(*result.module, plan, tables, request.part_terms)
        .emit(request.functions[i].name, plan.outputs()[i]);

  for (const BatchSpec& batch : request.batches) {
    const auto& outputs = plan.outputs()[batch.function];
    emit_batch(*result.module, plan,
               {batch.name, outputs[0], batch.value ? std::optional(outputs[1]) : std::nullopt,
                request.functions[batch.function].name, static_cast<std::uint32_t>(outputs.size()),
                static_cast<std::uint32_t>(request.layout.size())});
  }
  if (request.descriptor) emit_descriptor(*result.module, *request.descriptor);

  TALLY_RETURN_IF_ERROR(verify_module(result));
  return result;
}

Result<std::string> print_listing(const FunctionRequest& request, Listing what) {
  TALLY_ASSIGN_OR_RETURN(LlvmModule module, generate_module(request));
  if (what == Listing::llvm) return text_of(*module.module);
  optimize_module(module);
  if (what == Listing::optimized_llvm) return text_of(*module.module);
  TALLY_ASSIGN_OR_RETURN(const ObjectBytes text, emit_module(module, llvm::CodeGenFileType::AssemblyFile));
  return std::string(text.begin(), text.end());
}

}  // namespace tally
