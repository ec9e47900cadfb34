// Addresses of files.
//
// For example, "file:///a/b%20c.tally" is the path "/a/b c.tally".
#pragma once

#include <string>
#include <string_view>

namespace tally::editor {

// The path of an address; of one that is not a `file:` (a text without a file) the address itself.
std::string path_of(std::string_view uri);
std::string uri_of(std::string_view path);

}  // namespace tally::editor
