// JSON that is written while it is made.
//
// In:     values, in the order of the text.
// Out:    the same bytes as from `to_text` of the whole value (json.h), passed to a writer piece
//         by piece.
// Always: a large value is never kept as a whole.
//
//   json.open_object();
//   json.key("rows");
//   json.open_array();
//   json.value(1);
//   json.close();
//   json.close();      // {"rows": [1]}, over several lines
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/report/json.h"

namespace tally::report {

class JsonStream {
 public:
  // Writes some bytes. Returns false if they are lost, and is then not called again.
  using Write = std::function<bool(std::string_view)>;
  explicit JsonStream(Write write) : write_(std::move(write)) {}

  // A value is in an array, or follows a key in an object. There is one outermost value.
  void open_object() { open('{', '}'); }
  void open_array() { open('[', ']'); }
  void close();
  void key(std::string_view name);
  void value(const Json& json);
  void text(std::string_view text);

  // Whether bytes were lost, so that the caller may stop.
  bool is_lost() const { return is_lost_; }

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

  Write write_;
  std::vector<Level> levels_;
  std::string out_;
  bool after_key_ = false;
  bool is_lost_ = false;
};

}  // namespace tally::report
