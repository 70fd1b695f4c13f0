// The one hook of Swift's concurrency runtime that an event loop needs.
//
// A continuation resumes on the global executor and hops to its actor from there, which costs two thread switches for
// every wait. The runtime exports `swift_task_enqueueGlobal_hook` (stdlib/public/Concurrency/GlobalExecutor.cpp) for
// programs with an executor of their own.
#ifndef AIGW_CSWIFTRUNTIME_H
#define AIGW_CSWIFTRUNTIME_H
#include <stdbool.h>

/// Offers every job that is about to be enqueued globally to `take`; what it declines goes the usual way.
void aigw_offer_global_jobs(bool (*take)(void *job));

#endif
