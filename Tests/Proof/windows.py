"""The calendar, worked out a second time: the window around a moment, with days of 23 and 25 hours."""

import datetime
import re
import zoneinfo

UTC = datetime.timezone.utc
BUCKET_MS = {"second": 1000, "minute": 60_000, "hour": 3_600_000}
SPAN_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}


def window(period, zone, at_ms):
    """The calendar window around a moment: its first millisecond and the first one after it. Days have 23, 24 or 25
    hours where the clocks change; hours do not change their length. `7m` and the like follow each other since 1970, in
    UTC: the proof gives them no zone."""
    if period == "hour":
        period = "1h"
    if span := re.fullmatch(r"(\d+)([mhd])", period):
        length = int(span[1]) * SPAN_MS[span[2]]
        start = at_ms - at_ms % length
        return start, start + length
    place = zoneinfo.ZoneInfo(zone) if zone else UTC
    day = datetime.datetime.fromtimestamp(at_ms / 1000, place).date()
    if period == "day":
        first, last = day, day + datetime.timedelta(days=1)
    elif period == "week":
        first = day - datetime.timedelta(days=day.weekday())
        last = first + datetime.timedelta(days=7)
    else:
        assert period == "month", period
        first = day.replace(day=1)
        last = (first + datetime.timedelta(days=32)).replace(day=1)

    def midnight(date):
        # The first moment of the date: of two midnights the earlier, of none the one after the gap.
        moment = datetime.datetime(date.year, date.month, date.day, tzinfo=place)
        return int(moment.timestamp() * 1000)
    return midnight(first), midnight(last)


def text(at_ms):
    return datetime.datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
