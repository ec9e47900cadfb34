// JSON that is written while it is made: standard output gets the same bytes as from
// `to_text` of the whole (diagnostics_json.h), and nothing of it is kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/diagnostics_json.h"

namespace tally::cli {

class JsonStream {
 public:
  // Values stand in arrays, or behind a key in objects; there is one outermost value.
  void open_object() { open('{', '}'); }
  void open_array() { open('[', ']'); }
  void close();
  void key(std::string_view name);
  void value(const Json& json);
  void text(std::string_view text);

 private:
  struct Level {
    char end;
    bool empty = true;
  };
  void open(char begin, char end);
  void begin_item();
  void end_item();
  void append_text(std::string_view text);
  void flush();

  std::vector<Level> levels_;
  std::string out_;
  bool behind_key_ = false;
};

}  // namespace tally::cli
