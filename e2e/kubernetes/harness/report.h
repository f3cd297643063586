#pragma once
// What is kept of a story that failed, and of the whole cluster at that moment.
#include <string>

namespace e2e {

// Writes objects, events and logs into a folder of the running test under
// TheSettings().report_folder, and prints the short of it.
void Report(const std::string& space);

}  // namespace e2e
