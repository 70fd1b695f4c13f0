// llhttp 8.1 as Debian ships it in node-llhttp: compiled from the distribution's folder, nowhere copied.
// Strict: the loose half of the file skips the CR LF after a chunk unread and ends lines on a bare LF.
#define LLHTTP_STRICT_MODE 1
#include "/usr/share/llhttp/llhttp.c"
