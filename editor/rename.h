// Rename: another name for one thing, in all files, with the proof that every call is decided as before.
//
// For example, the input `source` becomes `from` where it is declared and used. Documents are read as
// before, so its declaration becomes `input from : network at /source`; a field gets its place too, and a
// value its spelling: `outside = "offnet"`.
//
// In:     the readings of all files that may name the symbol, and the new name
// Out:    edits by file, or the reason why there are none
// Always: the rules of every such file compile before and after the edits, and their diagrams are equal. What
//         cannot be proved is refused.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "editor/names.h"

namespace tally::editor {

using FileEdits = std::map<std::string, std::vector<ByteEdit>>;

// Whether the name can be renamed, and where it stands.
Result<ByteRange> can_rename(const Reading& reading, FileId file, std::uint32_t offset);
// `readings`: of every file that has the name in its text, and of those that use such a file. The first is that of
// the file in which the name was taken.
Result<FileEdits> rename(const std::vector<std::shared_ptr<const Reading>>& readings, FileId file, std::uint32_t offset,
                         const std::string& new_name, const ReadFile& read);

// Reads files as they are after edits.
ReadFile with_edits(const FileEdits& edits, ReadFile read);

// Whether two versions of a rule file decide alike: the same documents, and equal diagrams. Names do not matter.
// Fails with what differs.
Result<> decide_alike(const std::string& path, const ReadFile& before, const ReadFile& after);

}  // namespace tally::editor
