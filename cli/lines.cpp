#include "cli/lines.h"

#include <algorithm>
#include <cstring>

namespace tally::cli {

bool Lines::next(std::string_view& line) {
  carried_.clear();
  too_long_ = false;
  bool any = false;
  for (;;) {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = std::fread(block_.data(), 1, block_.size(), stream_);
      if (end_ == 0) {
        line = carried_;
        return any;
      }
    }
    any = true;
    const char* from = block_.data() + begin_;
    const std::size_t length = end_ - begin_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', length));
    const std::size_t taken = newline != nullptr ? static_cast<std::size_t>(newline - from) : length;
    begin_ += taken + (newline != nullptr ? 1 : 0);
    const std::size_t room = max_line_ - std::min(carried_.size(), max_line_);
    too_long_ = too_long_ || taken > room;
    if (newline != nullptr && carried_.empty() && !too_long_) {
      line = std::string_view(from, taken);  // the common case, in which nothing is copied
      return true;
    }
    carried_.append(from, std::min(taken, room));
    if (newline != nullptr) {
      line = carried_;
      return true;
    }
  }
}

}  // namespace tally::cli
