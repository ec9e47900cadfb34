#include <cstdio>
#include <fstream>
#include <iterator>

#include "compiler/driver.h"
#include "compiler/jit.h"
#include "compiler/native.h"
#include "grammar/render.h"

using namespace tally;

std::variant<std::string, ReadError> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return ReadError{"no such file"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

int main() {
  Compilation rules = compile("recording.tally", read_file);
  for (const Diagnostic& d : rules.diagnostics.list()) std::fputs(render(d, rules.sources).c_str(), stderr);
  if (!rules.policy) return 1;
  const Policy& policy = *rules.policy;

  const auto compiled = compile_native(code_request(policy, "recording"));
  if (!std::holds_alternative<NativeCode>(compiled)) return 1;
  const DecideFunction decide = std::get<NativeCode>(compiled).function("tally_decide_recording");

  // One byte an input: 0 is unset, then its values in order.
  std::vector<std::uint8_t> in;
  for (ElementId id : policy.layout->order()) in.push_back(policy.classes->first(id));
  const auto set = [&](const std::string& name, const Literal& value) {
    for (ElementId id : policy.layout->order())
      if (policy.model->at(id).name == name)
        in[*policy.layout->offset(id)] = static_cast<std::uint8_t>(policy.classes->code_of(id, value));
  };
  set("source", EnumName{"offnet"});
  set("user.enabled", EnumName{"on"});

  std::uint16_t out[2];  // the rule that matched, from 1; the value, as a code like those of the inputs
  decide(in.data(), out);
  std::printf("rule %d: recording is %s\n", out[0], out[1] == 2 ? "on" : "off");
}
