// The language server: the Language Server Protocol 3.17 over two streams.
//
// For example, after `textDocument/didChange` the diagnostics of syntax and analysis are published at once, those
// of checks and proofs when they are there.
//
// In:     messages of a client, and functions of the host that read files, list them, and ask git
// Out:    messages to the client
// Always: every request is answered once: with its result, or with an error. What the client gets wrong ends
//         nothing. Only the thread that calls `serve` writes. Texts are counted in UTF-16, or in UTF-8 if the
//         client offers it.
#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "grammar/program.h"

namespace tally::editor {

// What the server needs of the system.
struct Host {
  ReadFile read;
  // The rule files in a folder and below it.
  std::function<std::vector<std::string>(const std::string& folder)> rule_files;
  // Reads a file as it was committed last.
  ReadFile read_committed;
  std::string version;
};

// Serves one client until it ends the server, or the stream ends. Returns whether it ended in order: `shutdown`, then
// `exit`.
bool serve(std::istream& in, std::ostream& out, const Host& host);

}  // namespace tally::editor
