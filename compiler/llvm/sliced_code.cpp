// Emits the gates of each kernel as LLVM code: nested loops, each gate in the outermost
// loop in which it is known, and the count of every vector in the innermost loop.
#include "compiler/llvm/sliced_code.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Analysis/InstSimplifyFolder.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Utils/Mem2Reg.h>

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/llvm/llvm_module.h"

namespace tally {
namespace {

// `first`, `last`: for each variable of the plan its codes, both included. Fixed
// variables are not read; of an argument only `first` is read. `masks`: one bit per lane
// of each vector, set if the lane counts. `counts`: one per condition; the kernel adds to
// it.
using KernelFunction = void (*)(const Code* first, const Code* last, const std::uint64_t* masks, std::uint64_t* counts);

// Up to this many conditions each have a register for their count.
constexpr std::size_t max_in_registers = 64;
// The number of gates times vectors from which on a module is optimised little, and the
// number of combinations below which optimising does not pay.
constexpr std::size_t large = 6000;
constexpr double soon_over = 1e6;
// Instruction selection is superlinear in the length of a block, so long blocks are cut.
constexpr std::size_t max_block = 250;

// The bits of lane variable `lane`'s digit 2^place, as words of each vector.
std::vector<std::vector<std::uint64_t>> plane(const SlicedPlan& plan, std::size_t lane, unsigned place) {
  std::vector<std::vector<std::uint64_t>> out(plan.vectors, std::vector<std::uint64_t>(plan.width / 64));
  for (std::uint32_t p = 0; p < plan.positions; ++p) {
    const std::uint64_t bit = (plan.lane_code(lane, p) >> place) & 1;
    out[p / plan.width][p % plan.width / 64] |= bit << (p % 64);
  }
  return out;
}

// Emits one kernel. A gate that is the same in all lanes is one word, 0 or all ones. Any
// other gate is one vector per vector of the block.
class KernelEmitter {
 public:
  KernelEmitter(llvm::Module& module, const SlicedPlan& plan, const SlicedKernel& kernel)
      : plan_(plan),
        gates_(kernel.gates),
        conditions_(kernel.conditions),
        context_(module.getContext()),
        builder_(context_, llvm::InstSimplifyFolder(module.getDataLayout())),
        module_(module),
        word_(builder_.getInt64Ty()),
        vector_(llvm::FixedVectorType::get(word_, plan.width / 64)) {}

  std::size_t emit(const std::string& name) {
    auto* pointer = llvm::PointerType::getUnqual(context_);
    auto* type = llvm::FunctionType::get(builder_.getVoidTy(), {pointer, pointer, pointer, pointer}, false);
    function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
    function_->setDoesNotThrow();
    function_->addFnAttr("no-builtins");
    for (auto& argument : function_->args()) {
      argument.addAttr(llvm::Attribute::NoAlias);
      argument.addAttr(llvm::Attribute::NoCapture);
    }
    builder_.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", function_));
    sort_gates();
    load_masks();
    make_counters();
    for (std::size_t depth = 0;; ++depth) {
      emit_gates(depth);
      if (depth == plan_.loops.size()) break;
      open_loop(depth);
    }
    count();
    while (!loops_.empty()) close_loop();
    store_counters();
    builder_.CreateRetVoid();
    return emitted_;
  }

 private:
  struct Loop {
    llvm::BasicBlock* body = nullptr;
    llvm::PHINode* code = nullptr;
    llvm::Value* last = nullptr;
  };
  // A condition in the vectors: one vector each, or one word.
  struct Counter {
    std::size_t condition = 0;
    bool lanes = false;
    llvm::AllocaInst* count = nullptr;
    std::vector<llvm::Value*> planes;  // of each vector; for a word: the number of lanes that count
  };

  // Sorts the needed gates by depth, and marks the words that are needed in all lanes.
  void sort_gates() {
    by_depth_.resize(plan_.loops.size() + 1);
    words_.assign(gates_.size(), nullptr);
    vectors_.resize(gates_.size());
    spread_.assign(gates_.size(), false);
    words_[0] = builder_.getInt64(0);
    vectors_[0].assign(plan_.vectors, llvm::Constant::getNullValue(vector_));
    for (const std::uint32_t gate : gates_.reachable(conditions_)) {
      by_depth_[gates_.at(gate).depth].push_back(gate);
      if (!gates_.at(gate).lanes) continue;
      for (const Bit operand : gates_.operands(gate)) {
        if (!gates_.at(operand.gate()).lanes) spread_[operand.gate()] = true;
      }
    }
  }

  void load_masks() {
    for (std::uint32_t v = 0; v < plan_.vectors; ++v) {
      auto* place = builder_.CreateConstInBoundsGEP1_64(word_, function_->getArg(2), v * (plan_.width / 64));
      auto* mask = builder_.CreateAlignedLoad(vector_, place, llvm::Align(8));
      masks_.push_back(mask);
      auto* ones = builder_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, mask);
      counted_lanes_.push_back(builder_.CreateAddReduce(ones));
    }
  }

  void make_counters() {
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (conditions_[i] == bit_no) continue;
      Counter counter;
      counter.condition = i;
      counter.lanes = gates_.at(conditions_[i].gate()).lanes;
      auto* type = counter.lanes ? static_cast<llvm::Type*>(vector_) : word_;
      counter.count = builder_.CreateAlloca(type);
      builder_.CreateStore(llvm::Constant::getNullValue(type), counter.count);
      counters_.push_back(std::move(counter));
    }
  }

  // --- gates -------------------------------------------------------------------------

  void emit_gates(std::size_t depth) {
    const auto& gates = by_depth_[depth];
    for (const std::uint32_t gate : gates) {
      if (gates_.at(gate).lanes) continue;
      words_[gate] = emit(gate, [&](Bit bit) { return word(bit); });
      if (spread_[gate]) {
        auto* all = builder_.CreateVectorSplat(plan_.width / 64, words_[gate]);
        vectors_[gate].assign(plan_.vectors, all);
      }
    }
    for (std::uint32_t v = 0; v < plan_.vectors; ++v) {
      for (const std::uint32_t gate : gates) {
        if (!gates_.at(gate).lanes) continue;
        vectors_[gate].resize(plan_.vectors);
        vectors_[gate][v] = gates_.at(gate).op == Gate::Op::input
                                ? lane_plane(gate, v)
                                : emit(gate, [&](Bit bit) { return in_vector(bit, v); });
      }
      for (Counter& counter : counters_) {
        if (gates_.at(conditions_[counter.condition].gate()).depth == depth) add_plane(counter, v);
      }
    }
  }

  template <class Value>
  llvm::Value* emit(std::uint32_t gate, Value value) {
    if (++emitted_ % max_block == 0) {
      auto* next = llvm::BasicBlock::Create(context_, "more", function_);
      builder_.CreateBr(next);
      builder_.SetInsertPoint(next);
    }
    const auto operands = gates_.operands(gate);
    switch (gates_.at(gate).op) {
      case Gate::Op::input: return input(gates_.at(gate));
      case Gate::Op::both: return builder_.CreateAnd(value(operands[0]), value(operands[1]));
      case Gate::Op::choose: {
        auto* condition = value(operands[0]);
        return builder_.CreateOr(builder_.CreateAnd(condition, value(operands[1])),
                                 builder_.CreateAnd(builder_.CreateNot(condition), value(operands[2])));
      }
      case Gate::Op::constant: break;
    }
    llvm_unreachable("a constant is there from the start");
  }

  llvm::Value* complemented(llvm::Value* value, Bit bit) {
    return bit.complemented() ? builder_.CreateNot(value) : value;
  }
  llvm::Value* word(Bit bit) { return complemented(words_[bit.gate()], bit); }
  llvm::Value* in_vector(Bit bit, std::uint32_t v) { return complemented(vectors_[bit.gate()][v], bit); }

  // A digit of a slower variable's code in all bits of a word.
  llvm::Value* input(const Gate& gate) {
    llvm::Value* code = nullptr;
    if (gate.depth > 0) {
      code = loops_[gate.depth - 1].code;
    } else {
      auto* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt16Ty(), function_->getArg(0), gate.variable);
      code = builder_.CreateZExt(builder_.CreateLoad(builder_.getInt16Ty(), place), word_);
    }
    return builder_.CreateNeg(builder_.CreateAnd(builder_.CreateLShr(code, gate.place), 1));
  }

  llvm::Value* lane_plane(std::uint32_t gate, std::uint32_t v) {
    const Gate& input = gates_.at(gate);
    auto& words = planes_[{input.variable, input.place}];
    if (words.empty()) {
      const auto lane = std::find(plan_.lanes.begin(), plan_.lanes.end(), input.variable) - plan_.lanes.begin();
      words = plane(plan_, static_cast<std::size_t>(lane), input.place);
    }
    return llvm::ConstantDataVector::get(context_, words[v]);
  }

  // --- counts ------------------------------------------------------------------------

  void add_plane(Counter& counter, std::uint32_t v) {
    const Bit condition = conditions_[counter.condition];
    auto* counted = counter.lanes ? builder_.CreateAnd(in_vector(condition, v), masks_[v])
                                  : builder_.CreateAnd(word(condition), counted_lanes_[v]);
    counter.planes.push_back(counted);
  }

  void count() {
    std::vector<llvm::Value*> counts;
    for (const Counter& counter : counters_)
      counts.push_back(builder_.CreateLoad(counter.count->getAllocatedType(), counter.count));
    for (std::uint32_t v = 0; v < plan_.vectors; ++v) {
      for (std::size_t i = 0; i < counters_.size(); ++i) {
        auto* counted = counters_[i].planes[v];
        if (counters_[i].lanes) counted = builder_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, counted);
        counts[i] = builder_.CreateAdd(counts[i], counted);
        ++emitted_;
      }
    }
    for (std::size_t i = 0; i < counters_.size(); ++i) builder_.CreateStore(counts[i], counters_[i].count);
  }

  void store_counters() {
    for (const Counter& counter : counters_) {
      llvm::Value* sum = builder_.CreateLoad(counter.count->getAllocatedType(), counter.count);
      if (counter.lanes) sum = builder_.CreateAddReduce(sum);
      auto* place = builder_.CreateConstInBoundsGEP1_64(word_, function_->getArg(3), counter.condition);
      auto* before = builder_.CreateAlignedLoad(word_, place, llvm::Align(8));
      builder_.CreateAlignedStore(builder_.CreateAdd(before, sum), place, llvm::Align(8));
    }
  }

  // --- loops -------------------------------------------------------------------------

  // Tested at the end of the loop, since no range is empty.
  void open_loop(std::size_t number) {
    const std::uint32_t variable = plan_.loops[number];
    const auto bound = [&](unsigned argument) {
      auto* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt16Ty(), function_->getArg(argument), variable);
      return builder_.CreateZExt(builder_.CreateLoad(builder_.getInt16Ty(), place), word_);
    };
    Loop loop;
    auto* first = bound(0);
    loop.last = bound(1);
    auto* before = builder_.GetInsertBlock();
    loop.body = llvm::BasicBlock::Create(context_, "loop", function_);
    builder_.CreateBr(loop.body);
    builder_.SetInsertPoint(loop.body);
    loop.code = builder_.CreatePHI(word_, 2);
    loop.code->addIncoming(first, before);
    loops_.push_back(loop);
  }

  void close_loop() {
    const Loop loop = loops_.back();
    loops_.pop_back();
    auto* next = builder_.CreateAdd(loop.code, builder_.getInt64(1), "", true, true);
    loop.code->addIncoming(next, builder_.GetInsertBlock());
    auto* after = llvm::BasicBlock::Create(context_, "after", function_);
    builder_.CreateCondBr(builder_.CreateICmpULT(loop.code, loop.last), loop.body, after);
    builder_.SetInsertPoint(after);
  }

  const SlicedPlan& plan_;
  const Gates& gates_;
  const std::vector<Bit>& conditions_;
  llvm::LLVMContext& context_;
  llvm::IRBuilder<llvm::InstSimplifyFolder> builder_;
  llvm::Module& module_;
  llvm::Type* word_;
  llvm::FixedVectorType* vector_;
  llvm::Function* function_ = nullptr;
  std::vector<std::vector<std::uint32_t>> by_depth_;
  std::vector<llvm::Value*> words_;                 // by gate
  std::vector<std::vector<llvm::Value*>> vectors_;  // by gate, for each vector
  std::vector<bool> spread_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::vector<std::uint64_t>>> planes_;
  std::vector<llvm::Value*> masks_, counted_lanes_;
  std::vector<Counter> counters_;
  std::vector<Loop> loops_;
  std::size_t emitted_ = 0;
};

std::string kernel_name(std::size_t i) { return "tally_sweep_" + std::to_string(i); }

unsigned preferred_width(LlvmModule& module) {
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(*module.context), false);
  auto* probe = llvm::Function::Create(type, llvm::Function::ExternalLinkage, "probe", *module.module);
  const auto bits = module.machine->getTargetTransformInfo(*probe)
                        .getRegisterBitWidth(llvm::TargetTransformInfo::RGK_FixedWidthVector)
                        .getFixedValue();
  probe->eraseFromParent();
  unsigned width = 64;
  while (width * 2 <= bits) width *= 2;
  return width;
}

struct Generated {
  LlvmModule module;
  SlicedPlan plan;
};

Result<Generated> generate(SlicedRequest request) {
  Generated out;
  TALLY_ASSIGN_OR_RETURN(out.module, empty_module("sweep"));
  if (request.width == 0) request.width = preferred_width(out.module);
  out.plan = make_sliced_plan(request);
  std::size_t emitted = 0;
  for (std::size_t i = 0; i < out.plan.kernels.size(); ++i)
    emitted += KernelEmitter(*out.module.module, out.plan, out.plan.kernels[i]).emit(kernel_name(i));
  TALLY_RETURN_IF_ERROR(verify_module(out.module));

  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(out.module.machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager passes;
  if (request.conditions.size() <= max_in_registers) passes.addPass(llvm::PromotePass());
  passes.addPass(llvm::EarlyCSEPass());
  for (auto& function : *out.module.module) {
    if (!function.isDeclaration()) passes.run(function, functions);
  }
  const bool quick = emitted > large || out.plan.combinations < soon_over;
  // Without optimising at all, LLVM 19 does not end for some masks of population counts.
  out.module.machine->setOptLevel(quick ? llvm::CodeGenOptLevel::Less : llvm::CodeGenOptLevel::Default);
  return out;
}

}  // namespace

// --- running -----------------------------------------------------------------------

struct SlicedFunctions::Impl {
  SlicedPlan plan;
  LoadedModule loaded;
  std::vector<KernelFunction> kernels;
  std::vector<std::uint64_t> all_lanes;  // the masks if every position counts

  // The lanes whose codes are in the box.
  std::vector<std::uint64_t> masks(const Box& box) const {
    std::vector<std::uint64_t> out(plan.vectors * (plan.width / 64));
    for (std::uint32_t p = 0; p < plan.positions; ++p) {
      bool in = true;
      for (std::size_t lane = 0; lane < plan.lanes.size() && in; ++lane) {
        const CodeRange& range = box[plan.lanes[lane]];
        const std::uint32_t code = plan.lane_code(lane, p);
        in = range.first <= code && code < range.end;
      }
      if (in) out[p / 64] |= std::uint64_t{1} << (p % 64);
    }
    return out;
  }
};

SlicedFunctions::SlicedFunctions(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SlicedFunctions::~SlicedFunctions() = default;
SlicedFunctions::SlicedFunctions(SlicedFunctions&&) noexcept = default;
SlicedFunctions& SlicedFunctions::operator=(SlicedFunctions&&) noexcept = default;

const SlicedPlan& SlicedFunctions::plan() const { return impl_->plan; }
std::size_t SlicedFunctions::code_bytes() const { return impl_->loaded.code_bytes(); }

Box SlicedFunctions::all() const {
  Box box;
  for (const SlicedVariable& v : impl_->plan.variables) box.push_back({v.first, v.end});
  return box;
}

void SlicedFunctions::count(const Box& box, std::span<std::uint64_t> counts) const {
  const SlicedPlan& plan = impl_->plan;
  bool whole = true;
  for (const std::uint32_t v : plan.lanes)
    whole = whole && box[v] == CodeRange{plan.variables[v].first, plan.variables[v].end};
  std::vector<std::uint64_t> some_lanes;
  if (!whole) some_lanes = impl_->masks(box);
  const std::uint64_t* masks = whole ? impl_->all_lanes.data() : some_lanes.data();

  std::vector<Code> first, last;
  for (const CodeRange& range : box) {
    first.push_back(range.first);
    last.push_back(static_cast<Code>(range.end - 1));
  }
  // The variables outside the kernels' loops. The last changes fastest.
  std::vector<std::uint32_t> outside = plan.fixed;
  outside.insert(outside.end(), plan.arguments.begin(), plan.arguments.end());
  for (;;) {
    std::size_t kernel = 0;
    for (const std::uint32_t v : plan.fixed)
      kernel = kernel * (plan.variables[v].end - plan.variables[v].first) + (first[v] - plan.variables[v].first);
    impl_->kernels[kernel](first.data(), last.data(), masks, counts.data());
    std::size_t i = outside.size();
    for (; i > 0; --i) {
      const std::uint32_t v = outside[i - 1];
      if (first[v] < last[v]) {
        ++first[v];
        break;
      }
      first[v] = box[v].first;
    }
    if (i == 0) return;
  }
}

Result<SlicedFunctions> compile_sliced(const SlicedRequest& request) {
  TALLY_ASSIGN_OR_RETURN(Generated generated, generate(request));
  auto& [module, plan] = generated;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) names.push_back(kernel_name(i));
  auto impl = std::make_unique<SlicedFunctions::Impl>();
  TALLY_ASSIGN_OR_RETURN(impl->loaded, load_module(module, names));
  for (const std::string& name : names)
    impl->kernels.push_back(reinterpret_cast<KernelFunction>(impl->loaded.address(name)));
  impl->plan = std::move(plan);
  impl->plan.kernels.clear();
  SlicedFunctions code(std::move(impl));
  code.impl_->all_lanes = code.impl_->masks(code.all());
  return code;
}

Result<std::string> print_sliced(const SlicedRequest& request, Listing what) {
  TALLY_ASSIGN_OR_RETURN(Generated generated, generate(request));
  LlvmModule& module = generated.module;
  if (what == Listing::assembly) {
    TALLY_ASSIGN_OR_RETURN(const ObjectBytes text, emit_module(module, llvm::CodeGenFileType::AssemblyFile));
    return std::string(text.begin(), text.end());
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.module->print(stream, nullptr);
  return text;
}

}  // namespace tally
