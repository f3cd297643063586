#pragma once
// The jobs that wait for a snapshot's dates.
#include "cloudapi/store/tx.h"

namespace cloudapi {

// It expires when its retention, counted from the cut, is over; never without one.
void ScheduleExpiry(Tx& tx, const Snapshot& snapshot);
// Its lock is looked at again at its next date; never without one.
void ScheduleLock(Tx& tx, const Snapshot& snapshot);

}  // namespace cloudapi
