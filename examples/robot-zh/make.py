#!/usr/bin/env python3
"""Writes calls.csv, the export of an outbound robot. All numbers are invented; the same bytes each time."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

HEADER = "呼叫标识,任务名称,主叫号码,被叫号码,呼叫开始时间,接听时间,结束时间,振铃时长,通话时长,通话状态,挂断方,意向标签".split(",")
LINES = ["0755-88880101", "0755-88880102", "0755-88880103", "4008880100"]
CAMPAIGNS = ["十一月装修推广", "十一月贷款推广"]
WORDS = ["已接通", "无人接听", "用户忙", "拒接", "空号", "关机"]
WEIGHTS = [34, 34, 12, 11, 4, 5]
TAGS = ["有意向", "有意向", "无意向", "明确拒绝", "稍后联系", ""]
DAYS = [datetime(2026, 11, 18), datetime(2026, 11, 19)]

random.seed(20261118)
calls = []


def call(day, time, callee, line=None, word=None, campaign=None):
    """One call: day 0 or 1, HH:MM:SS, and what is not to be left to chance."""
    start = DAYS[day] + timedelta(hours=int(time[:2]), minutes=int(time[3:5]), seconds=int(time[6:8]))
    word = word or random.choices(WORDS, WEIGHTS)[0]
    ring = 0 if word in ("空号", "关机") else random.randint(3, 38)
    talk = random.randint(4, 150) if word == "已接通" else 0
    answered = start + timedelta(seconds=ring) if talk else None
    end = start + timedelta(seconds=ring + talk)
    calls.append([
        campaign or random.choice(CAMPAIGNS), line or random.choice(LINES), callee, start, answered, end, ring, talk, word,
        random.choice(["主叫", "被叫"]) if talk else "", random.choice(TAGS) if talk else "",
    ])


def mobile(n):
    """An invented mobile number."""
    return f"1380013{n:04}"


# The ordinary day: each person once, inside 9:00-12:00 and 14:00-20:00.
people = iter(random.sample(range(3000, 8000), 400))
for day in (0, 1):
    for _ in range(80):
        second = random.choice([random.randrange(9 * 3600, 12 * 3600), random.randrange(14 * 3600, 20 * 3600)])
        call(day, f"{second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}", mobile(next(people)))

# The task started before nine on the first day ...
for minute in range(52, 60, 2):
    call(0, f"08:{minute}:10", mobile(next(people)))
# ... ran through the lunch break on the second ...
for time in ("12:00:00", "12:14:31", "12:40:02", "13:05:45", "13:59:59"):
    call(1, time, mobile(next(people)))
# ... and past eight in the evening on both. 20:00:00 is outside, 19:59:59 is not.
for day, time in ((0, "19:59:59"), (0, "20:00:00"), (0, "20:07:20"), (0, "20:31:02"), (1, "20:02:13"), (1, "21:12:40")):
    call(day, time, mobile(next(people)))

# Three people were dialled five times a day, two of them again within minutes of no answer.
for number, day, times in (
    (2001, 0, ["09:10:00", "10:30:00", "14:20:00", "16:05:00", "19:10:00"]),
    (2002, 0, ["09:31:00", "09:36:00", "09:44:00", "15:00:00", "18:40:00"]),
    (2003, 1, ["10:02:00", "10:08:00", "14:45:00", "14:52:00", "17:30:00"]),
):
    for time in times:
        call(day, time, mobile(number), word="无人接听")
# A gap of exactly 30 minutes is long enough; one second less is not.
for number, second in ((2004, "15:30:00"), (2005, "15:29:59")):
    call(1, "15:00:00", mobile(number), word="用户忙")
    call(1, second, mobile(number), word="已接通")

# One line dialled a batch at full speed: fourteen calls from 16:00 to 16:30.
for minute in range(0, 28, 2):
    call(1, f"16:{minute:02}:30", mobile(next(people)), line=LINES[0])

# People on the do-not-disturb list: before and after they asked (dnc.csv), the day after grace, by prefix, expired.
for day, time, callee in (
    (0, "10:11:12", mobile(9001)), (1, "10:11:12", mobile(9001)), (0, "11:20:00", mobile(9002)), (1, "11:21:00", mobile(9002)),
    (0, "14:33:00", mobile(9003)), (1, "15:44:00", mobile(9004)), (1, "17:17:17", mobile(9005)), (0, "16:00:30", "0755-88889901"),
    (1, "16:40:30", "0755-88889902"), (1, "18:01:00", "+86 138 0013 9006"),
):
    call(day, time, callee)
# A number that the platform masked: it can be no key.
call(0, "11:45:00", "138****1234", word="已接通")

calls.sort(key=lambda c: (c[3], c[2]))
rows = []
for n, (campaign, line, callee, start, answered, end, *rest) in enumerate(calls, 1):
    show = [t.strftime("%Y-%m-%d %H:%M:%S") if t else "" for t in (start, answered, end)]
    rows.append([f"R{start:%m%d}{n:05}", campaign, line, callee, *show, *rest])
# The export was made in two parts that overlap by two rows.
half = len(rows) // 2
rows[half:half] = rows[half - 2:half]

with open(Path(__file__).with_name("calls.csv"), "w", encoding="utf-8", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
