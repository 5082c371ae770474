#!/usr/bin/env python3
"""Writes calls.csv, the log of a call-back service: people ask on a web page to be called, the agent's phone rings first, then theirs.
All numbers are invented; the same bytes each time."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

random.seed(20261115)
rows = []


def callback(at, person, first="answered", second="answered", agent=None, leg_delay=6):
    """Two legs: the agent's, and the customer's if the agent answered."""
    start = datetime.fromisoformat(f"2026-11-{at}")
    n = len({r[0] for r in rows}) + 1
    agent = agent or random.choice(["ext 201", "ext 202", "ext 203"])
    shown = lambda t: t.strftime("%m/%d/%Y %I:%M:%S %p")
    rows.append([f"cb-{n:04}", "agent", "", agent, shown(start), leg_delay if first == "answered" else 0, first, start])
    if first == "answered":
        begin = start + timedelta(seconds=leg_delay)
        talk = random.randint(20, 500) if second == "answered" else 0
        rows.append([f"cb-{n:04}", "customer", "(312) 555-0142", person, shown(begin), talk, second, begin])


def phone(n):
    return f"(312) 555-{1000 + n:04}"


for n in range(40):
    second = random.randrange(9 * 3600, 19 * 3600)
    callback(f"{random.choice([16, 17])} {second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}", phone(n), second=random.choices(["answered", "no answer", "busy"], [6, 3, 1])[0])
# Asked once, called five times: three attempts are the limit of the house. The agent's own legs are no attempts.
for time, second in (("09:05:00", "no answer"), ("09:20:00", "no answer"), ("11:00:00", "busy"), ("13:30:00", "no answer"), ("17:45:00", "answered")):
    callback(f"16 {time}", phone(90), second=second, agent="ext 202")
# The agent did not pick up: nobody else's phone rang.
for time in ("10:00:00", "10:01:00", "10:02:00", "10:03:00"):
    callback(f"17 {time}", phone(91), first="no answer", agent="ext 201")
# Requests of the evening, called back at once.
callback("16 21:10:00", phone(92), second="answered")
callback("17 20:59:50", phone(93), second="answered")  # the customer's phone rang at 20:59:56: within the hours

rows.sort(key=lambda r: (r[7], r[0], r[1]))
with open(Path(__file__).parent / "calls.csv", "w", newline="", encoding="utf-8") as f:
    writer = csv.writer(f, lineterminator="\n")
    writer.writerow(["Request", "Leg", "Shown number", "Dialed", "Start (America/Chicago)", "Seconds", "Result"])
    writer.writerows(r[:7] for r in rows)
