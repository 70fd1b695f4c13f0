#include <sqlite3.h>

/// Whether closing the last connection leaves the file and its log as they are; the configuration call is variadic,
/// which Swift cannot call.
static inline int aigw_sqlite3_leave_on_close(sqlite3 *database, int leaves) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leaves, (int *)0);
}

/// Keeps the library from counting the memory it uses, which takes a lock at every allocation and which nobody asks for.
/// To be called before anything else of it.
static inline int aigw_sqlite3_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
