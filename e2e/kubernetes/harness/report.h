#pragma once
// What is kept of a failed story: its objects, events and logs, and those of the whole cluster.
#include <string>

namespace e2e {

// Writes objects, events and logs into a folder of the running test under
// TheSettings().report_folder, and prints a summary.
void Report(const std::string& ns);

}  // namespace e2e
