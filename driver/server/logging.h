#pragma once
#include <string>

#include "driver/server/options.h"

namespace driver {

// Sends the log to standard error. Call once, before threads start.
void StartLogging(const std::string& level, LogFormat format);

}  // namespace driver
