// llhttp 8.1 as Debian ships it in node-llhttp: compiled from the distribution's folder, nowhere copied.
#include "/usr/share/llhttp/http.c"
