// The edits that are collected for one rule file, and how one is made.
//
// In:     a span of the root file and the text that replaces it.
// Out:    edits (mutants.h), each once, in the order of the text.
// Always: an edit changes the text. For example, `list.replace(EditKind::number, span, "30")` adds nothing if the
//         text at `span` is `30`.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "grammar/source/source.h"
#include "grammar/tree/ast.h"
#include "grammar/tree/precedence.h"
#include "simulator/mutate/mutants.h"

namespace tally {

class EditList {
 public:
  // The sources must outlive the list.
  explicit EditList(const SourceSet& sources) : sources_(sources) {}

  // The let or decision that the edits which follow are in.
  void set_owner(std::string owner) { owner_ = std::move(owner); }

  std::string text(const Span& span) const { return std::string(sources_.text(span)); }
  std::string text(const ast::Expr& e) const { return text(e.span); }
  // Returns the text of an operand, in parentheses if it binds less tightly than `place`.
  std::string operand(const ast::Expr& e, ast::Precedence place) const {
    return precedence_of(e) < place ? "(" + text(e) + ")" : text(e);
  }

  // Adds the edit that replaces `span`. `place`, `before` and `after` are what a reader sees of it.
  void add(EditKind kind, Span span, std::string replacement, Span place, const std::string& before,
           const std::string& after);
  // Adds the edit that replaces `span`, all of which a reader sees.
  void replace(EditKind kind, Span span, const std::string& replacement) {
    add(kind, span, replacement, span, text(span), replacement);
  }
  // Adds the edit that leaves `dropped` out of `span`, which becomes `replacement`.
  void drop(EditKind kind, Span span, std::string replacement, Span dropped) {
    add(kind, span, std::move(replacement), dropped, text(dropped), "");
  }

  // Returns the edits in the order of the text. The list is empty afterwards.
  std::vector<Edit> take();

 private:
  const SourceSet& sources_;
  std::string owner_;
  std::set<std::pair<Span, std::string>> made_;
  std::vector<Edit> edits_;
};

}  // namespace tally
