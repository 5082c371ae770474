#!/usr/bin/env python3
"""Writes calls.csv, four days of a New York call centre around the end of daylight saving time. All numbers are invented."""

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

HEADER = "Call ID,Campaign,Agent,Caller ID,Phone Number,Start Time,Answer Time,End Time,Ring (s),Talk (s),Disposition,Purpose".split(",")
AGENTS = ["Avery", "Blake", "Casey", "Devon", "Ellis", "Flynn"]
CALLERS = ["+12125550190", "+12125550191"]
CAMPAIGNS = {"Solar October": "marketing", "Renewals": "marketing", "Repair visits": "service"}
EAST, CENTRAL, MOUNTAIN, PACIFIC = ["212", "305", "404"], ["312", "713"], ["303", "602"], ["206", "415"]
WORDS = ["Answered", "No Answer", "Busy", "Voicemail", "Rejected", "Failed"]
WEIGHTS = [36, 34, 8, 15, 5, 2]

random.seed(20261101)
calls = []


def call(local, offset, number, agent=None, word=None, campaign=None):
    """One call at a time on the clock of the export, `2026-10-30 09:00:00` and -4 or -5."""
    start = datetime.fromisoformat(local).replace(tzinfo=timezone(timedelta(hours=offset)))
    campaign = campaign or random.choice(list(CAMPAIGNS)[:2])
    word = word or random.choices(WORDS, WEIGHTS)[0]
    ring = random.randint(2, 30)
    talk = random.randint(8, 420) if word == "Answered" else random.randint(5, 25) if word == "Voicemail" else 0
    answered = start + timedelta(seconds=ring) if talk else None
    end = start + timedelta(seconds=ring + talk)
    calls.append([campaign, agent or random.choice(AGENTS), random.choice(CALLERS), number, start, answered, end, ring, talk, word, CAMPAIGNS[campaign]])


used = set()


def person(areas):
    """A number of one of these areas that nobody else has."""
    while True:
        number = f"+1{random.choice(areas)}55501{random.randrange(76):02}"
        if number not in used:
            used.add(number)
            return number


# The ordinary day: the shift follows the sun, so that each zone is called from 8 to 21 o'clock of its own.
DAYS = [("2026-10-30", -4, 46), ("2026-10-31", -4, 32), ("2026-11-01", -5, 28), ("2026-11-02", -5, 46)]
for day, offset, count in DAYS:
    for _ in range(count):
        hour = random.randint(9, 22)
        areas = EAST if hour < 11 else EAST + CENTRAL + MOUNTAIN + PACIFIC if hour < 20 else MOUNTAIN + PACIFIC
        if 11 <= hour < 13:
            areas = EAST + CENTRAL
        call(f"{day} {hour:02}:{random.randrange(60):02}:{random.randrange(60):02}", offset, person(areas))

# The shift began with the West on Friday: 09:xx in New York is 06:xx in Seattle.
for time in ("09:04:11", "09:17:40", "09:31:05", "10:59:59"):
    call(f"2026-10-30 {time}", -4, person(PACIFIC))
# The last calls of Saturday went to the East after nine in the evening.
for time in ("20:59:59", "21:00:00", "21:08:19", "21:22:47"):
    call(f"2026-10-31 {time}", -4, person(EAST))
# The dialler kept the summer schedule on Monday: 08:30 by its clock was 07:30 in New York.
for time in ("07:30:10", "07:41:00", "07:58:30"):
    call(f"2026-11-02 {time}", -5, person(EAST))
# Service calls are no solicitation and are left out by the rule's `where`.
for time in ("07:05:00", "07:20:00"):
    call(f"2026-11-02 {time}", -5, person(EAST), campaign="Repair visits")

# The hour that the clock showed twice, dialled to Hawaii: 19:30, 20:30 and 21:10 there.
call("2026-11-01 01:30:00", -4, "+18085550111")
call("2026-11-01 01:30:00", -5, "+18085550112")
call("2026-11-01 02:10:00", -5, "+18085550113")
# South Dakota has two zones in one area code: at 09:30 in New York it is 08:30 or 07:30 there.
call("2026-11-02 09:30:00", -5, "+16055550120")
call("2026-11-02 08:30:00", -5, "+16055550121")
call("2026-11-02 12:30:00", -5, "+16055550122")

# One person was dialled nine times in four days: seven are allowed.
for time, offset in (("2026-10-30 12:00:00", -4), ("2026-10-30 15:00:00", -4), ("2026-10-30 18:00:00", -4), ("2026-10-31 12:05:00", -4),
                     ("2026-10-31 16:10:00", -4), ("2026-11-01 13:00:00", -5), ("2026-11-01 17:00:00", -5), ("2026-11-02 12:00:00", -5),
                     ("2026-11-02 16:00:00", -5)):
    call(time, offset, "+13035550177", word="No Answer")

# One agent worked a short list by speed dial: sixteen calls in an hour.
for minute in range(0, 48, 3):
    call(f"2026-11-02 14:{minute:02}:05", -5, person(EAST + CENTRAL), agent="Blake")

# People who had asked not to be called (dnc.csv): inside the ten business days, after them, by an old request, after the end date.
for time, offset, number in (("2026-10-30 13:13:00", -4, "+12125550180"), ("2026-11-02 13:14:00", -5, "+12125550181"),
                             ("2026-10-31 14:15:00", -4, "+13125550182"), ("2026-11-02 15:16:00", -5, "+13125550182"),
                             ("2026-11-02 17:17:00", -5, "+14155550183")):
    call(time, offset, number)

calls.sort(key=lambda c: (c[4], c[3]))
with open(Path(__file__).with_name("calls.csv"), "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow(HEADER)
    for n, (campaign, agent, caller, number, *times, ring, talk, word, purpose) in enumerate(calls, 1):
        out.writerow([f"NY-{n:06}", campaign, agent, caller, number, *[t.isoformat(" ") if t else "" for t in times], ring, talk, word, purpose])
