#!/usr/bin/env python3
"""Writes calls.csv, a CRM's log of calls dialled by hand, in GB18030 as Chinese office software saves it. All numbers are invented; the same bytes each time."""

import csv
import io
import random
from datetime import datetime, timedelta
from pathlib import Path

HEADER = "通话ID,坐席工号,客户编号,客户电话,外显号码,拨打时间,通话时长(秒),通话结果,客户意向,业务类型".split(",")
AGENTS = [f"S{n:03}" for n in range(101, 109)]
SHOWN = ["021-66660101", "021-66660102"]
WORDS = ["已接通", "无人接听", "用户忙", "拒接", "空号"]
WEIGHTS = [46, 30, 10, 10, 4]
MEANT = ["有意向", "无意向", "明确拒绝", "稍后联系", "要投诉", ""]
MEANT_WEIGHTS = [20, 25, 15, 20, 1, 19]

random.seed(20261117)
calls = []


def written(at):
    """As the CRM shows a time: 2026年11月17日 下午3:20:05."""
    half = "上午" if at.hour < 12 else "下午"
    return f"{at.year}年{at.month}月{at.day}日 {half}{at.hour % 12 or 12}:{at:%M:%S}"


def call(at, customer, agent=None, word=None, meant=None):
    word = word or random.choices(WORDS, WEIGHTS)[0]
    talk = random.randint(8, 420) if word == "已接通" else 0
    if meant is None:
        meant = random.choices(MEANT, MEANT_WEIGHTS)[0] if talk else ""
    calls.append([agent or random.choice(AGENTS), f"K{customer:05}", f"1370021{customer:04}", random.choice(SHOWN), at, talk, word, meant, "营销"])


def at(day, time):
    return datetime.fromisoformat(f"2026-11-{day} {time}")


customers = iter(random.sample(range(1000, 9000), 300))
for day in (17, 18):
    for _ in range(70):
        second = random.choice([random.randrange(9 * 3600, 12 * 3600), random.randrange(14 * 3600, 19 * 3600)])
        call(datetime(2026, 11, day) + timedelta(seconds=second), next(customers))

# One agent works through the lunch break, another stays late.
for time in ("12:05:10", "12:31:44", "13:15:20"):
    call(at(17, time), next(customers), agent="S104")
for time in ("20:00:00", "20:18:09", "20:47:31", "21:03:55"):
    call(at(18, time), next(customers), agent="S107")

# Different agents dial one customer on one day: nobody sees what the others did.
for customer, day, times in ((301, 17, ["09:12:00", "10:40:30", "14:05:12", "16:31:00", "18:20:45"]), (302, 18, ["09:30:00", "09:33:10", "09:41:00", "15:02:00"])):
    for i, time in enumerate(times):
        call(at(day, time), customer, agent=AGENTS[i], word="无人接听" if i % 2 == 0 else "已接通", meant="" if i % 2 == 0 else "稍后联系")

# A customer on the list is called all the same; the entry of another is younger than the call.
call(at(18, "10:15:00"), 401, word="已接通", meant="明确拒绝")
call(at(17, "11:20:00"), 402, word="已接通", meant="无意向")

# An agent dials by the minute.
for minute in range(0, 56, 2):
    call(at(18, f"15:{minute:02}:30"), next(customers), agent="S102")

calls.sort(key=lambda c: (c[4], c[1]))
out = io.StringIO()
writer = csv.writer(out, lineterminator="\r\n")
writer.writerow(HEADER)
for n, (agent, customer, phone, shown, start, talk, word, meant, purpose) in enumerate(calls, 1):
    writer.writerow([f"T{n:06}", agent, customer, phone, shown, written(start), talk, word, meant, purpose])
folder = Path(__file__).parent
(folder / "calls.csv").write_bytes(out.getvalue().encode("gb18030"))
(folder / "dnc.csv").write_bytes("手机号,添加时间,范围\r\n13700210401,2026-11-01,\r\n13700210402,2026-11-18 09:00:00,\r\n1370021888*,,marketing\r\n".encode("gb18030"))
