// Calls for a switch to decide, from the cases that KAZOO decided.
//
//   calls CASES.jsonl COUNT DIRECTORY
//
// Writes, for COUNT cases:
//   devices/NAME.json, users, accounts   the documents, as embed/kamailio looks them up
//   calls.csv                            the calls between the devices: from;to;case
//   requests.jsonl                       the request that a switch should make for each call
//   expected.jsonl                       what KAZOO decided, line by line
// The cases are taken by turns from each pair of source and destination.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) {
    std::fprintf(stderr, "calls: cannot write `%s`\n", path.c_str());
    std::exit(2);
  }
}

// Writes the documents of one end of a call, under names of its own, and returns what the request
// says about them. An end that is onnet has a device, even if it is empty.
Json write_party(const fs::path& directory, const Json& party, const std::string& name, const std::string& account,
                 bool onnet) {
  if (!onnet) return nullptr;
  const auto document = [&](const char* key) {
    const bool there = party.is_object() && party.contains(key) && party[key].is_object();
    return there ? party[key] : Json();
  };
  Json device = document("device"), user = document("user");
  if (device.is_null()) device = Json::object();
  device["account_id"] = account;
  Json out = Json::object();
  if (!user.is_null()) {
    device["owner_id"] = name;
    write(directory / "users" / (name + ".json"), user.dump());
    out["user"] = user;
  }
  write(directory / "devices" / (name + ".json"), device.dump());
  out["device"] = device;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: calls CASES.jsonl COUNT DIRECTORY\n");
    return 2;
  }
  std::ifstream in(argv[1]);
  const std::size_t count = std::strtoul(argv[2], nullptr, 10);
  const fs::path directory = argv[3];
  for (const char* kind : {"devices", "users", "accounts"}) fs::create_directories(directory / kind);

  std::map<std::string, std::vector<Json>> by_pair;
  for (std::string line; std::getline(in, line);) {
    Json one = Json::parse(line);
    by_pair[one["source"].get<std::string>() + one["destination"].get<std::string>()].push_back(std::move(one));
  }
  std::vector<Json> cases;
  for (std::size_t i = 0; cases.size() < count; ++i) {
    const std::size_t before = cases.size();
    for (const auto& [pair, of_pair] : by_pair)
      if (i < of_pair.size() && cases.size() < count) cases.push_back(of_pair[i]);
    if (cases.size() == before) break;
  }

  std::string calls = "SEQUENTIAL\n", requests, expected;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Json& one = cases[i];
    const std::string number = std::to_string(i + 1), from = "from" + number, to = "to" + number,
                      account = "account" + number;
    const bool onnet_source = one["source"] == "onnet", onnet_destination = one["destination"] == "onnet";
    Json request = {{"source", one["source"]}, {"destination", one["destination"]}};
    // A call between strangers has no account.
    const Json document = one["account"].is_object() ? one["account"] : Json::object();
    if (onnet_source || onnet_destination) {
      write(directory / "accounts" / (account + ".json"), document.dump());
      request["account"] = document;
    }
    request["caller"] = write_party(directory, one["caller"], from, account, onnet_source);
    request["callee"] = write_party(directory, one["callee"], to, account, onnet_destination);
    requests += request.dump() + "\n";
    Json answer = one["expected"];
    if (!onnet_source && !onnet_destination) answer["account"] = "none";
    expected += answer.dump() + "\n";
    calls += from + ";" + to + ";" + number + "\n";
  }
  write(directory / "calls.csv", calls);
  write(directory / "requests.jsonl", requests);
  write(directory / "expected.jsonl", expected);
  std::printf("%zu calls\n", cases.size());
  return cases.size() == count ? 0 : 1;
}
