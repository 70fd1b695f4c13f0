// What a process may tell its runtimes: glibc how to keep memory (malloc.h), Swift where to run jobs.
//
// A continuation resumes on the global executor and hops to its actor from there, which costs two thread switches for
// every wait. The runtime exports `swift_task_enqueueGlobal_hook` (stdlib/public/Concurrency/GlobalExecutor.cpp) for
// programs with an executor of their own.
#ifndef AIGW_CRUNTIME_H
#define AIGW_CRUNTIME_H
#include <malloc.h>
#include <stdbool.h>

/// Lets go of the pages that hold code and constants of the program and its libraries; what is used again comes back from
/// the page cache.
void aigw_drop_clean_pages(void);

/// Offers every job that is about to be enqueued globally to `take`; what it declines goes the usual way.
void aigw_offer_global_jobs(bool (*take)(void *job));

#endif
