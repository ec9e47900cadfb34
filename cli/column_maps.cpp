// See column_maps.h.
#include "cli/column_maps.h"

#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace tally::cli {

Error shown_faults(const std::vector<MapFault>& faults) {
  for (const MapFault& fault : faults) complain(fault.message, fault.help);
  return already_shown(Cause::document);
}

Result<ColumnMap> map_of(const std::string& name, const std::string& text, const PolicyDescriptor& policy) {
  auto map = read_column_map(name, text, policy);
  if (!map) return shown_faults(map.error());
  return *std::move(map);
}

}  // namespace tally::cli
