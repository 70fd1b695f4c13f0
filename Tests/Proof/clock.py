"""A wall clock that the proof moves, the same for the mock and for every process under proof; their monotonic clocks are
the machine's. libfaketime reads the offset anew at every look at the clock, so all see a jump at the same moment."""

import glob
import os
import time


class Clock:
    def __init__(self, folder, begin=None):
        """`begin`: what time it is now, in seconds since 1970; None: what the machine says."""
        self.offset = 0.0 if begin is None else begin - time.time()
        self.is_moved = begin is not None
        self.path = folder / "clock"
        self._write()

    @property
    def environment(self):
        if not self.is_moved:
            return {}
        return {
            "LD_PRELOAD": library(), "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1", "NO_FAKE_STAT": "1"}

    def now_ms(self):
        return int((time.time() + self.offset) * 1000)

    def jump(self, seconds):
        self.offset += seconds
        self._write()

    def _write(self):
        whole = self.path.with_suffix(".new")
        whole.write_text(f"{self.offset:+.3f}\n")
        os.replace(whole, self.path)


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    assert found, "libfaketime is not installed; Debian's package is called faketime"
    return found[0]
