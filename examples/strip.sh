#!/bin/sh
# Copies programs of a release build without what only debuggers and profilers read; they become a third as large.
#
#     sh examples/strip.sh FOLDER PROGRAM...
#     sh examples/strip.sh /usr/local/bin .build/release/aigw-sidecar
set -eu
[ $# -ge 2 ] || { echo "usage: sh examples/strip.sh FOLDER PROGRAM..." >&2; exit 2; }
folder=$1
shift
mkdir -p "$folder"
# Beside the symbols go the tables that unwind C++ exceptions: nobody throws one, and the linker has left out the index by
# which they would be found (Package.swift, --no-eh-frame-hdr). Swift's own errors and crash reports do not read them.
for program in "$@"; do
  strip --remove-section=.eh_frame --remove-section=.eh_frame_hdr --remove-section=.gcc_except_table \
    -o "$folder/$(basename "$program")" "$program"
done
