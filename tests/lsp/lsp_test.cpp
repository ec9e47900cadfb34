// `tally lsp` over pipes: the life cycle, broken messages, edits, diagnostics, and answers as clients see them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/lsp/client.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;

const std::string uri = "file:///tmp/no%20such%20folder/a.tally";
const std::string rules =
    "type network = onnet | offnet\n"
    "input source : network\n"
    "input user : { enabled : flag? }\n"
    "decision d : flag {\n"
    "  on   when source is onnet and user.enabled is on  because \"from {source}\"\n"
    "  off  otherwise\n"
    "}\n";

class Lsp : public ::testing::Test {
 protected:
  Lsp() : client({TALLY_COMMAND, "lsp"}) {}
  Json at(const std::string& text, const std::string& word, std::size_t skip = 1) {
    return {{"textDocument", {{"uri", uri}}}, {"position", position_of(text, text.find(word) + skip)}};
  }
  Json file() { return {{"textDocument", {{"uri", uri}}}}; }
  Client client;
};

std::vector<std::string> codes(const Json& diagnostics) {
  std::vector<std::string> out;
  for (const Json& d : diagnostics) out.push_back(d["code"]);
  return out;
}

TEST_F(Lsp, BeginsAndEndsInOrder) {
  EXPECT_EQ(client.wait(client.ask("textDocument/hover", at(rules, "source")))["error"]["code"], -32002);
  const Json result = client.initialize();
  EXPECT_EQ(result["capabilities"]["positionEncoding"], "utf-16");
  EXPECT_EQ(result["serverInfo"]["name"], "tally");
  EXPECT_EQ(client.wait(client.ask("no/method", nullptr))["error"]["code"], -32601);
  client.notify("$/no/notification", Json::object());
  const auto id = client.ask("shutdown", nullptr);
  EXPECT_TRUE(client.wait(id)["result"].is_null());
  EXPECT_EQ(client.wait(client.ask("textDocument/hover", at(rules, "source")))["error"]["code"], -32600);
  client.notify("exit", nullptr);
  EXPECT_EQ(client.wait_for_end(), 0);
}

TEST_F(Lsp, AnEndWithoutShutdownIsOne) {
  client.initialize();
  client.notify("exit", nullptr);
  EXPECT_EQ(client.wait_for_end(), 1);
}

TEST_F(Lsp, TheEndOfTheStreamIsAnEnd) {
  client.initialize();
  EXPECT_EQ(client.wait_for_end(), 1);
}

TEST_F(Lsp, BrokenFramesAndMessagesAreSurvived) {
  client.initialize();
  client.send_bytes("nonsense\r\n\r\nContent-Length: x\r\n\r\n");
  client.send_bytes("Content-Length: 5\r\n\r\n{\"a\":");
  EXPECT_EQ(client.wait(-1)["error"]["code"], -32700);
  client.send_bytes("content-length: 2\r\nContent-Type: a\r\n\r\n[]");
  EXPECT_EQ(client.wait(-1)["error"]["code"], -32600);
  client.send({{"id", 77}});
  EXPECT_EQ(client.wait(77)["error"]["code"], -32600);
  client.send({{"id", 78}, {"method", "textDocument/hover"}, {"params", 5}});
  EXPECT_EQ(client.wait(78)["error"]["code"], -32602);
  client.send({{"id", 79}, {"method", "textDocument/hover"}, {"params", {{"textDocument", {{"uri", 5}}}}}});
  EXPECT_EQ(client.wait(79)["error"]["code"], -32602);
  client.notify("textDocument/didOpen", 5);
  client.notify("textDocument/didChange", {{"textDocument", {{"uri", uri}}}});
  client.open(uri, rules);
  EXPECT_FALSE(client.request("textDocument/hover", at(rules, "source is"))["contents"].is_null());
  EXPECT_EQ(client.end(), 0);
}

TEST_F(Lsp, ARequestThatIsCancelledIsAnswered) {
  client.initialize();
  client.open(uri, rules);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(client.ask("textDocument/semanticTokens/full", file()));
  client.notify("$/cancelRequest", {{"id", ids.back()}});
  for (const std::int64_t id : ids) client.wait(id);
}

TEST_F(Lsp, DiagnosticsAsOneTypes) {
  client.initialize();
  client.open(uri, rules);
  EXPECT_TRUE(client.diagnostics(uri, 1).empty());
  // An edit of a range, twice in one message: the second counts in the text after the first.
  const Json one = {{"range", {{"start", {{"line", 4}, {"character", 12}}}, {"end", {{"line", 4}, {"character", 18}}}}},
                    {"text", "sor"}};
  const Json two = {{"range", {{"start", {{"line", 4}, {"character", 15}}}, {"end", {{"line", 4}, {"character", 15}}}}},
                    {"text", "ce"}};
  client.change(uri, 2, {one, two});
  const Json found = client.diagnostics(uri, 2);
  ASSERT_EQ(codes(found), std::vector<std::string>{"T201"});
  EXPECT_EQ(found[0]["range"]["start"], (Json{{"line", 4}, {"character", 12}}));
  EXPECT_EQ(found[0]["range"]["end"], (Json{{"line", 4}, {"character", 17}}));
  EXPECT_NE(found[0]["message"].get<std::string>().find("help: did you mean `source`?"), std::string::npos);
  const Json actions = client.request(
      "textDocument/codeAction",
      {{"textDocument", {{"uri", uri}}}, {"range", found[0]["range"]}, {"context", {{"diagnostics", found}}}});
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(actions[0]["edit"]["changes"][uri][0]["newText"], "source");

  client.change(uri, 3, {{{"text", "input a : flag\ndecision d : flag { on when a }\nlet b = on\n"}}});
  EXPECT_EQ(codes(client.diagnostics(uri, 3)), std::vector<std::string>{"T901"});
  const Json checked = client.diagnostics(uri, 3);
  EXPECT_EQ(codes(checked), (std::vector<std::string>{"T401", "T901"}));
  EXPECT_EQ(checked[1]["tags"], Json::array({1}));

  client.notify("textDocument/didClose", file());
  EXPECT_TRUE(client.next("textDocument/publishDiagnostics")["diagnostics"].empty());
  EXPECT_EQ(client.end(), 0);
}

TEST_F(Lsp, RelatedPlaces) {
  client.initialize();
  client.open(uri, "input a : flag\ninput a : flag\n");
  const Json found = client.diagnostics(uri, 1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["relatedInformation"][0]["message"], "first here");
  EXPECT_EQ(found[0]["relatedInformation"][0]["location"]["uri"], uri);
}

TEST_F(Lsp, PositionsWithEmojiAndCombiningCharacters) {
  const std::string text =
      "# \xF0\x9F\x98\x80\ninput a : flag\ndecision d : text { \"\xF0\x9F\x98\x80 e\xCC\x81 {a}\" when a  \"\" "
      "otherwise }\n";
  client.initialize();
  client.open(uri, text);
  // The emoji has two units and the accent one: the `a` in braces is at 20 + `"` + 2 + ` ` + 2 + ` {`.
  const Json params = {{"textDocument", {{"uri", uri}}}, {"position", {{"line", 2}, {"character", 28}}}};
  const Json found = client.request("textDocument/hover", params);
  EXPECT_EQ(found["range"]["start"], (Json{{"line", 2}, {"character", 28}}));
  EXPECT_EQ(found["range"]["end"], (Json{{"line", 2}, {"character", 29}}));

  Client other({TALLY_COMMAND, "lsp"});
  const Json result = other.initialize({{"general", {{"positionEncodings", {"utf-16", "utf-8"}}}}});
  EXPECT_EQ(result["capabilities"]["positionEncoding"], "utf-8");
  other.open(uri, text);
  const Json bytes = {{"textDocument", {{"uri", uri}}}, {"position", {{"line", 2}, {"character", 31}}}};
  EXPECT_EQ(other.request("textDocument/hover", bytes)["range"]["start"], (Json{{"line", 2}, {"character", 31}}));
}

TEST_F(Lsp, EveryAnswerHasItsForm) {
  client.initialize();
  client.open(uri, rules);
  client.diagnostics(uri, 1);
  client.diagnostics(uri, 1);
  const Json definition = client.request("textDocument/definition", at(rules, "source is"));
  ASSERT_EQ(definition.size(), 1u);
  EXPECT_EQ(definition[0]["uri"], uri);
  EXPECT_EQ(definition[0]["range"]["start"], (Json{{"line", 1}, {"character", 6}}));
  EXPECT_EQ(client.request("textDocument/references", at(rules, "source is")).size(), 3u);
  EXPECT_EQ(client.request("textDocument/documentHighlight", at(rules, "enabled is")).size(), 2u);
  EXPECT_EQ(client.request("textDocument/documentSymbol", file()).size(), 4u);
  EXPECT_EQ(client.request("textDocument/foldingRange", file()), Json::parse(R"([{"startLine": 3, "endLine": 5}])"));
  const Json tokens = client.request("textDocument/semanticTokens/full", file())["data"];
  EXPECT_GT(tokens.size(), 100u);
  EXPECT_EQ(tokens.size() % 5, 0u);
  EXPECT_EQ(client.request("textDocument/codeLens", file()).size(), 4u);
  const Json renamed = client.request("textDocument/rename", [&] {
    Json params = at(rules, "source is");
    params["newName"] = "from";
    return params;
  }());
  EXPECT_EQ(renamed["changes"][uri].size(), 4u);
  const Json table = client.request("workspace/executeCommand",
                                    {{"command", "tally.table"}, {"arguments", {{{"uri", uri}, {"decision", "d"}}}}});
  EXPECT_NE(table.get<std::string>().find("| onnet | on | on | 1 |"), std::string::npos) << table;
  const Json matrix =
      client.request("workspace/executeCommand", {{"command", "tally.matrix"}, {"arguments", {{{"uri", uri}}}}});
  EXPECT_NE(matrix.get<std::string>().find("if source is onnet"), std::string::npos) << matrix;
  EXPECT_EQ(client.wait(client.ask("workspace/executeCommand",
                                   {{"command", "tally.no"}, {"arguments", {{{"uri", uri}}}}}))["error"]["code"],
            -32602);
  // Hints are there when the facts are.
  const Json whole = {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 99}, {"character", 0}}}};
  Json hints;
  for (int i = 0; i < 100 && hints.empty(); ++i) {
    hints = client.request("textDocument/inlayHint", {{"textDocument", {{"uri", uri}}}, {"range", whole}});
    if (hints.empty()) ::usleep(20'000);
  }
  ASSERT_EQ(hints.size(), 2u);
  EXPECT_EQ(hints[0]["label"], "1 of 6 combinations");
  EXPECT_EQ(client.end(), 0);
}

TEST_F(Lsp, HintsAreRefreshed) {
  client.initialize({{"workspace", {{"inlayHint", {{"refreshSupport", true}}}}}});
  client.open(uri, rules);
  client.next("workspace/inlayHint/refresh");
}

TEST_F(Lsp, CompletionInBrokenText) {
  client.initialize();
  const std::string text = rules + "decision e : flag { on when source is ";
  client.open(uri, text);
  const Json found = client.request("textDocument/completion",
                                    {{"textDocument", {{"uri", uri}}}, {"position", position_of(text, text.size())}});
  std::set<std::string> labels;
  for (const Json& item : found["items"]) labels.insert(item["label"]);
  EXPECT_TRUE(labels.contains("offnet"));
  EXPECT_EQ(found["items"][0]["label"], "onnet");
}

// --- files on the disk ------------------------------------------------------------------

class LspFolder : public ::testing::Test {
 protected:
  LspFolder()
      : folder(fs::temp_directory_path() / ("lsp_test " + std::to_string(::getpid()))), client({TALLY_COMMAND, "lsp"}) {
    fs::create_directories(folder);
    write("base.tally", "input a : flag\nlet yes = a\n");
    write("user.tally", "use \"base.tally\"\ndecision d : flag { on when yes and a  off otherwise }\n");
    client.initialize(Json::object(), address(""));
  }
  ~LspFolder() override { fs::remove_all(folder); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder / name) << text; }
  std::string address(const std::string& name) {
    std::string path = (folder / name).string(), out;
    for (const char c : path) out += c == ' ' ? std::string("%20") : std::string(1, c);
    return "file://" + out;
  }
  fs::path folder;
  Client client;
};

TEST_F(LspFolder, AnUnsavedTextCountsWhereItIsUsed) {
  client.open(address("user.tally"), "use \"base.tally\"\ndecision d : flag { on when yes and a  off otherwise }\n");
  EXPECT_TRUE(client.diagnostics(address("user.tally"), 1).empty());
  client.open(address("base.tally"), "input a : flag\n");
  const Json found = client.next("textDocument/publishDiagnostics", [&](const Json& params) {
    return params["uri"] == address("user.tally") && !params["diagnostics"].empty();
  });
  EXPECT_EQ(codes(found["diagnostics"]), std::vector<std::string>{"T201"});
  client.notify("textDocument/didClose", {{"textDocument", {{"uri", address("base.tally")}}}});
  client.next("textDocument/publishDiagnostics", [&](const Json& params) {
    return params["uri"] == address("user.tally") && params["diagnostics"].empty();
  });
}

TEST_F(LspFolder, FaultsOfAUsedFileStandAtItsName) {
  write("base.tally", "input a : flga\nlet yes = a\n");
  client.open(address("user.tally"), "use \"base.tally\"\ndecision d : flag { on when yes and a  off otherwise }\n");
  const Json found = client.diagnostics(address("user.tally"), 1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["range"]["start"], (Json{{"line", 0}, {"character", 4}}));
  EXPECT_EQ(found[0]["relatedInformation"][0]["location"]["uri"], address("base.tally"));
  EXPECT_NE(found[0]["message"].get<std::string>().find("in `base.tally`: unknown type `flga`"), std::string::npos);
}

TEST_F(LspFolder, ARenameReachesFilesThatAreNotOpen) {
  client.open(address("base.tally"), "input a : flag\nlet yes = a\n");
  const Json params = {{"textDocument", {{"uri", address("base.tally")}}},
                       {"position", {{"line", 0}, {"character", 6}}}};
  EXPECT_EQ(client.request("textDocument/references", params).size(), 3u);
  Json rename = params;
  rename["newName"] = "b";
  const Json changes = client.request("textDocument/rename", rename)["changes"];
  EXPECT_EQ(changes[address("base.tally")].size(), 3u) << changes;
  EXPECT_EQ(changes[address("user.tally")].size(), 1u) << changes;
  rename["newName"] = "d";
  const Json refused = client.wait(client.ask("textDocument/rename", rename));
  EXPECT_NE(refused["error"]["message"].get<std::string>().find("`d` is declared twice"), std::string::npos) << refused;
  const Json symbols = client.request("workspace/symbol", {{"query", "YE"}});
  ASSERT_EQ(symbols.size(), 1u);
  EXPECT_EQ(symbols[0]["name"], "yes");
}

TEST_F(LspFolder, WhatChangedSinceTheLastCommit) {
  const std::string git = "cd '" + folder.string() +
                          "' && git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm one";
  if (std::system((git + " >/dev/null 2>&1").c_str()) != 0) GTEST_SKIP() << "git is not there";
  client.open(address("user.tally"),
              "use \"base.tally\"\ninput c : flag\ndecision d : flag { on when yes and c  off otherwise }\n");
  const Json text = client.request("workspace/executeCommand",
                                   {{"command", "tally.diffHead"}, {"arguments", {{{"uri", address("user.tally")}}}}});
  EXPECT_NE(text.get<std::string>().find("1 of 4 combinations differ"), std::string::npos) << text;
}

// The edits of a large file are many. The client does not wait for them to the end, nor does `exit`.
TEST_F(Lsp, ACommandThatTakesLongIsCancelled) {
  client.initialize();
  const std::string large = "file://" + std::filesystem::absolute("rules/kazoo5_starts.tally").string();
  std::ifstream in("rules/kazoo5_starts.tally");
  client.open(large, std::string(std::istreambuf_iterator<char>(in), {}));
  const Json arguments = {{{"uri", large}, {"decision", "caller-recording"}}};
  const auto asked = client.ask("workspace/executeCommand", {{"command", "tally.unnoticed"}, {"arguments", arguments}});
  client.notify("$/cancelRequest", {{"id", asked}});
  const Json answer = client.wait(asked);
  EXPECT_EQ(answer["error"]["code"], -32800) << answer;
}

// --- large files ------------------------------------------------------------------------

TEST_F(Lsp, TenThousandRules) {
  std::string text = "input n : number\ndecision d : flag {\n";
  for (int i = 0; i < 10'000; ++i) text += "  on   when n is " + std::to_string(i) + "\n";
  text += "  off  otherwise\n}\n";
  client.initialize();
  client.open(uri, text);
  EXPECT_TRUE(client.diagnostics(uri, 1).empty());
  const Json position = {{"line", 5'000}, {"character", 12}};
  EXPECT_FALSE(
      client.request("textDocument/hover", {{"textDocument", {{"uri", uri}}}, {"position", position}}).is_null());
  EXPECT_EQ(
      client.request("textDocument/references", {{"textDocument", {{"uri", uri}}}, {"position", position}}).size(),
      10'001u);
  EXPECT_GT(client.request("textDocument/semanticTokens/full", file())["data"].size(), 200'000u);
  EXPECT_FALSE(
      client.request("textDocument/completion", {{"textDocument", {{"uri", uri}}}, {"position", position}}).is_null());
  EXPECT_EQ(client.end(), 0);
}

TEST_F(Lsp, AnEditOfALargeFileEndsItsCheck) {
  std::ifstream in("rules/kazoo5.tally");
  std::ostringstream text;
  text << in.rdbuf();
  const std::string kazoo = "file://" + fs::absolute("rules/kazoo5.tally").string();
  client.initialize();
  client.open(kazoo, text.str());
  EXPECT_TRUE(client.diagnostics(kazoo, 1).empty());
  ::usleep(200'000);
  // While it is checked: the answer to an edit does not wait for the check.
  const auto begin = std::chrono::steady_clock::now();
  client.change(kazoo, 2,
                {{{"range", {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 0}, {"character", 0}}}}},
                  {"text", "input zz : sorce\n"}}});
  EXPECT_EQ(codes(client.diagnostics(kazoo, 2)), std::vector<std::string>{"T203"});
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  EXPECT_LT(took.count(), 5'000) << "a machine that is busy may take long, but not as long as the check";
  EXPECT_EQ(client.end(), 0);
}

}  // namespace
}  // namespace tally::testing
