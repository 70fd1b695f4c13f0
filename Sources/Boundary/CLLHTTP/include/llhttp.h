// llhttp's header, under the name its own sources include it by.
#include "/usr/share/include/llhttp/llhttp.h"
