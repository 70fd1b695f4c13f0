#include "CRuntime.h"

typedef __attribute__((swiftcall)) void (*enqueue_original)(void *job);
typedef __attribute__((swiftcall)) void (*enqueue_hook)(void *job, enqueue_original original);

extern enqueue_hook swift_task_enqueueGlobal_hook;

static bool (*offered_to)(void *job);

static __attribute__((swiftcall)) void offer(void *job, enqueue_original original) {
  if (!offered_to(job)) original(job);
}

void aigw_offer_global_jobs(bool (*take)(void *job)) {
  offered_to = take;
  swift_task_enqueueGlobal_hook = offer;
}
