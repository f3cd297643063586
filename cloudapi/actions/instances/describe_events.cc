#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/listing.h"

namespace cloudapi {
namespace {

// Nothing is maintained here, so no instance and no disk has had an event.
Result<Conditions> NoEvent(const ReadCall&, const Filter&) {
  return Conditions{where::Never{}};
}

constexpr Filter kEventFilters[] = {
    {"EventPublishTime.Start", filters::Since, "o.creation_time"},
    {"EventPublishTime.End", filters::Until, "o.creation_time"},
    {"NotBefore.Start", filters::Since, "o.creation_time"},
    {"NotBefore.End", filters::Until, "o.creation_time"},
    {"Tag", filters::Tags},
    {.conditions = NoEvent},
};

}  // namespace

Result<Answer> DescribeInstanceHistoryEvents(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Instance>(),
                     .action = "DescribeInstanceHistoryEvents",
                     .outer = "InstanceSystemEventSet",
                     .inner = "InstanceSystemEventType",
                     .filters = kEventFilters});
}

}  // namespace cloudapi
