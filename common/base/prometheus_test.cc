#include "common/base/prometheus.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace base {
namespace {

TEST(PrometheusTextTest, GivenFamiliesWhenWrittenThenHelpTypeAndSamples) {
  PrometheusText text;
  text.Family("calls_total", "counter", "Calls answered.");
  text.Sample({{"action", "CreateDisk"}, {"code", "OK"}}, std::int64_t{3});
  text.Family("seconds", "summary", "Time.");
  text.Sample({{"action", "x"}}, 0.0015, "_sum");
  text.Sample({{"action", "x"}}, 2U, "_count");
  text.Family("threads", "gauge", "Threads.");
  text.Sample({}, 4);
  EXPECT_EQ(text.Take(),
            "# HELP calls_total Calls answered.\n"
            "# TYPE calls_total counter\n"
            "calls_total{action=\"CreateDisk\",code=\"OK\"} 3\n"
            "# HELP seconds Time.\n"
            "# TYPE seconds summary\n"
            "seconds_sum{action=\"x\"} 0.001500\n"
            "seconds_count{action=\"x\"} 2\n"
            "# HELP threads Threads.\n"
            "# TYPE threads gauge\n"
            "threads 4\n");
}

TEST(PrometheusTextTest, GivenSpecialCharactersWhenWrittenThenNoLineOrLabelBreaks) {
  PrometheusText text;
  text.Family("a", "gauge", "one\ntwo \\ \"x\"");
  text.Sample({{"zone", "z\"} 1\nb \\"}}, 1);
  EXPECT_EQ(text.Take(),
            "# HELP a one\\ntwo \\\\ \"x\"\n"
            "# TYPE a gauge\n"
            "a{zone=\"z\\\"} 1\\nb \\\\\"} 1\n");
}

}  // namespace
}  // namespace base
