#pragma once
// The mount table's text and the words of mount options.
#include <string>
#include <string_view>
#include <vector>

#include "driver/host/host.h"

namespace driver {

// Lines of /proc/self/mountinfo in their order; a line that is not understood is left out.
// Source: proc(5), "/proc/[pid]/mountinfo".
std::vector<MountEntry> ParseMountInfo(std::string_view text);

struct MountFlags {
  unsigned long flags = 0;  // MS_… of mount(2)
  std::string data;         // what the file system itself understands, comma separated
};

// Words of mount(8) to what mount(2) takes. "defaults" and words for other programs say nothing.
MountFlags ToMountFlags(const std::vector<std::string>& options);

}  // namespace driver
