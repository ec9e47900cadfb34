// JSON that is written while it is made.
//
// In: values, in the order of the text. Out: the same bytes as from `to_text` of the whole
// (json.h), handed to a writer piece by piece, so that nothing of a large value is kept.
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
  // Writes some bytes; returns false if they are lost, and is not called again then.
  using Write = std::function<bool(std::string_view)>;
  explicit JsonStream(Write write) : write_(std::move(write)) {}

  // Values stand in arrays, or after a key in objects; there is one outermost value.
  void open_object() { open('{', '}'); }
  void open_array() { open('[', ']'); }
  void close();
  void key(std::string_view name);
  void value(const Json& json);
  void text(std::string_view text);

  // Whether bytes were lost, so that there is no need to go on.
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
