// What the load tool needs of Linux beyond Swift's Glibc module: readiness and timers with nanosecond resolution.
#include <sys/epoll.h>
#include <sys/timerfd.h>
