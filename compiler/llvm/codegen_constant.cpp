#include "compiler/llvm/codegen_constant.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/Support/SHA256.h>

#include <vector>

#include "runtime/descriptor/descriptor_format.h"

namespace tally {

void emit_descriptor(llvm::Module& module, const DescriptorSpec& spec) {
  auto& context = module.getContext();
  auto* i32 = llvm::Type::getInt32Ty(context);
  auto* i64 = llvm::Type::getInt64Ty(context);
  auto* bytes = llvm::ConstantDataArray::getString(context, spec.tables, /*AddNull=*/false);
  auto* tables =
      new llvm::GlobalVariable(module, bytes->getType(), true, llvm::GlobalValue::PrivateLinkage, bytes, "tables");
  tables->setAlignment(llvm::Align(1));

  // The type is made first, since distances are measured from the constant itself.
  auto* function_type = llvm::StructType::get(context, {i32, i32});
  auto* functions_type = llvm::ArrayType::get(function_type, spec.each.size());
  auto* bytes32 = llvm::ArrayType::get(llvm::Type::getInt8Ty(context), 32);
  auto* type = llvm::StructType::get(context, {llvm::ArrayType::get(llvm::Type::getInt8Ty(context), 8), i32, i32, i64,
                                               i32, i32, bytes32, bytes32, i32, i32, i32, i32, functions_type});
  auto* constant =
      new llvm::GlobalVariable(module, type, true, llvm::GlobalValue::ExternalLinkage, nullptr, spec.symbol);
  constant->setAlignment(llvm::Align(8));
  constant->setDSOLocal(true);
  constant->setVisibility(llvm::GlobalValue::ProtectedVisibility);
  const auto distance = [&](llvm::Constant* to) -> llvm::Constant* {
    auto* difference = llvm::ConstantExpr::getSub(llvm::ConstantExpr::getPtrToInt(to, i64),
                                                  llvm::ConstantExpr::getPtrToInt(constant, i64));
    return llvm::ConstantExpr::getTrunc(difference, i32);
  };
  const auto function = [&](const std::string& name) -> llvm::Constant* {
    return name.empty() ? llvm::ConstantInt::get(i32, 0) : distance(module.getFunction(name));
  };
  const auto count = [&](std::uint64_t n) { return llvm::ConstantInt::get(i32, n); };

  std::vector<llvm::Constant*> functions;
  for (std::size_t i = 0; i < spec.each.size(); ++i) {
    functions.push_back(llvm::ConstantStruct::get(
        function_type, {function(spec.each[i]), function(spec.batches.empty() ? std::string() : spec.batches[i])}));
  }
  const auto hash = llvm::SHA256::hash(
      llvm::ArrayRef(reinterpret_cast<const std::uint8_t*>(spec.sources.data()), spec.sources.size()));
  constant->setInitializer(llvm::ConstantStruct::get(
      type, {llvm::ConstantDataArray::getString(context, llvm::StringRef(policy_magic, sizeof policy_magic), false),
             count(policy_abi_version), count(sizeof(PolicyHeader) + spec.each.size() * sizeof(FunctionOffsets)),
             llvm::ConstantInt::get(i64, hash_of(spec.tables)), count(spec.tables.size()), count(spec.each.size()),
             llvm::ConstantDataArray::get(context, hash), llvm::ConstantDataArray::get(context, spec.fingerprint),
             distance(tables), function(spec.decide), function(spec.reasons), count(0),
             llvm::ConstantArray::get(functions_type, functions)}));
}

}  // namespace tally
