#!/usr/bin/env python3
"""Writes the logs of three systems (outbound robot, AXB virtual numbers in UTC, call-back service with minutes only), the lists of the company, 25 complaints
as people tell them, and truth.json: which call was meant, what is true of each claim, and until when an answer is due. The truth is written down while the
calls are made; callaudit has no part in it. All numbers are invented. The same bytes each time."""

import gzip
import io
import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
random.seed(20260928)

# Holidays and worked weekends in the period (State Council notice for 2026), for the deadlines of truth.json.
HOLIDAYS = {date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 27)} | {date(2026, 10, d) for d in range(1, 8)}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def working(day):
    return day in WORKED or day.weekday() < 5 and day not in HOLIDAYS


def after(day, n, business):
    while n:
        day += timedelta(days=1)
        n -= 1 if not business or working(day) else 0
    return day


robot, axb, back = [], [], []
LINES = ["4008880100", "4008880101", "02188880101", "02188880102"]
X = [f"1700000{n:04}" for n in range(1, 41)]
TASKS = ["九月贷款推广", "九月装修推广", "国庆课程推广", "保险回访"]


def robot_call(at, callee, result="无人接听", talk=0, line=None, intent="", task=None):
    start = datetime.fromisoformat(at)
    ring = random.randint(3, 28)
    answer = start + timedelta(seconds=ring) if talk else None
    end = (answer or start + timedelta(seconds=ring)) + timedelta(seconds=talk)
    name = f"R{len(robot) + 1:06}"
    robot.append([name, task or random.choice(TASKS), line or random.choice(LINES), callee, start, answer, end, ring, talk, result, "被叫" if talk else "", intent])
    return ("robot.csv.gz", name)


def axb_call(at, callee, x=None, talk=0):
    start = datetime.fromisoformat(at)
    utc = start - timedelta(hours=8)
    answer = utc + timedelta(seconds=random.randint(6, 20)) if talk else None
    end = (answer or utc + timedelta(seconds=25)) + timedelta(seconds=talk)
    x = x or random.choice(X)
    n = len(axb) + 1
    shown = lambda t: t.strftime("%Y-%m-%d %H:%M:%S") if t else ""
    axb.append((utc, {
        "direction": 1, "spId": "sp-demo", "appKey": "demo", "icid": f"ic-{n:06}", "bindNum": f"+86{x}", "sessionId": f"s-{n:06}",
        "callerNum": f"+86136000000{n % 40 + 10}", "calleeNum": f"+86{x}", "fwdDisplayNum": f"+86{x}", "fwdDstNum": f"+86{callee}", "callInTime": shown(utc),
        "fwdStartTime": shown(utc + timedelta(seconds=1)), "fwdAlertingTime": shown(utc + timedelta(seconds=3)), "fwdAnswerTime": shown(answer),
        "callEndTime": shown(end), "fwdUnaswRsn": 0 if talk else 19, "failTime": "" if talk else shown(end), "ulFailReason": 0 if talk else 8101,
        "sipStatusCode": 0 if talk else 480, "recordFlag": 1, "subscriptionId": f"sub-{callee[-6:]}-{x[-3:]}",
    }))
    return ("axb.jsonl.gz", f"s-{n:06}")


def back_call(at, callee, result="未接通", talk=0, customer="", seat=None):
    start = datetime.fromisoformat(at)
    name = f"B{len(back) + 1:05}"
    back.append([name, "02166660200", callee, start, talk, result, seat or f"S{random.randint(101, 118)}", customer])
    return ("callback.csv.gz", name)


def noise_number():
    return f"13{random.choice('5678')}{random.randint(0, 99999999):08}"


people = [noise_number() for _ in range(14000)]
days = [date(2026, 9, 14) + timedelta(days=n) for n in range(37)]
robot_days = [d for d in days if working(d)]
early = [d for d in robot_days if d <= date(2026, 9, 24)]


def moment(day, spans):
    first, last = random.choice(spans)
    second = random.randrange(first * 3600, last * 3600)
    return f"{day} {second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}"


def outcome():
    return random.choices([("已接通", 1), ("无人接听", 0), ("用户正忙", 0), ("关机", 0)], [22, 55, 12, 11])[0]


def length():
    return max(1, min(1200, int(random.lognormvariate(3.2, 1.1))))


for _ in range(25068):
    word, talks = outcome()
    intent = random.choices(["", "有意向", "拒绝", "要求勿扰"], [70, 10, 18, 2])[0] if talks else ""
    robot_call(moment(random.choice(robot_days), [(9, 12), (14, 20)]), random.choice(people), word, length() if talks else 0, intent=intent)
for _ in range(12000):
    axb_call(moment(random.choice(early), [(9, 12), (12, 18), (18, 21)]), random.choice(people), talk=length() if random.random() < 0.45 else 0)
for _ in range(2900):
    talks = random.random() < 0.6
    number = random.choice(people)
    back_call(moment(random.choice(robot_days), [(9, 12), (13, 18)]), number, "已接通" if talks else "未接通", length() if talks else 0, f"K{number[-6:]}")

dnc, consents, persons, complaints = [], [], [], []


def complain(number, claims, verdicts, best, *, at=None, shown=None, channel="direct", received="2026-09-28", cause=None, cover=None):
    n = len(complaints) + 1
    day = date.fromisoformat(received)
    dates = {"acknowledge": after(day, 1, True), "answer": after(day, 10, True)}
    if channel == "12321":
        dates["answer-12321"] = after(day, 15, True)
    if channel in ("12321", "12300", "carrier"):
        dates["answer-operator"] = after(day, 15, False)
    if channel == "12300":
        dates["petition-accepted"] = after(day, 5, True)
    if channel == "12315":
        dates["answer-12315"] = after(day, 7, True)
    if cause in ("frequency", "hours", "after_refusal", "no_consent", "wrong_person"):
        dates["rectification-report"] = after(day, 7, True)
    complaints.append({
        "id": f"TS-{n:02}", "number": number, "shown": shown, "at": at, "claims": claims, "channel": channel, "received": received, "logs_cover": cover,
        "truth": {"best": best, "verdicts": verdicts, "deadlines": {k: v.isoformat() for k, v in dates.items()}, "cause": cause},
    })


def theirs(n):
    return f"1390010{n:04}"


# 1 Exact number and minute; four calls that day were claimed as three.
n = theirs(1)
robot_call("2026-09-21 09:31:10", n)
best = robot_call("2026-09-21 10:02:20", n, "已接通", 14, intent="有意向")
robot_call("2026-09-21 14:40:02", n)
robot_call("2026-09-21 16:20:44", n)
complain(n, ["一天打了三次"], ["substantiated"], best, at="2026-09-21 10:02", channel="12321", cause="frequency")
# 2 Hidden digits: the number may be another's.
n = "13800137351"
best = robot_call("2026-09-22 15:11:30", n, "已接通", 22)
complain("138****7351", ["有人来电"], ["cannot_be_told"], best, at="2026-09-22 15:11", channel="carrier")
# 3 A virtual number, in the log of a system that writes UTC.
n = theirs(3)
best = axb_call("2026-09-18 19:44:05", n, X[6], 31)
complain(n, ["打电话骚扰"], ["substantiated"], best, at="2026-09-18 19:44", shown=X[6], channel="12321", received="2026-09-24")
# 4 The right minute of the wrong day.
n = theirs(4)
best = robot_call("2026-09-16 11:15:08", n, "已接通", 9)
complain(n, ["来电"], ["partly"], best, at="2026-09-17 11:15")
# 5 Eight hours off: the complaint's form was filled in in another zone.
n = theirs(5)
best = back_call("2026-09-23 17:06:00", n, "已接通", 48, "K900005")
complain(n, ["来电"], ["partly"], best, at="2026-09-23 09:06", channel="regulator")
# 6 Rounded to the half hour.
n = theirs(6)
best = robot_call("2026-09-22 16:18:40", n, "已接通", 30)
complain(n, ["来电"], ["partly"], best, at="2026-09-22 16:30")
# 7 Rounded to five minutes.
n = theirs(7)
best = robot_call("2026-09-22 16:57:10", n, "已接通", 12)
complain(n, ["来电"], ["substantiated"], best, at="2026-09-22 17:00", channel="12300")
# 8 At night, truly.
n = theirs(8)
best = robot_call("2026-09-17 22:10:30", n, "已接通", 6)
complain(n, ["半夜来电"], ["substantiated"], best, at="2026-09-17 22:10", channel="12321", received="2026-09-30", cause="hours")
# 9 At night, not so.
n = theirs(9)
best = robot_call("2026-09-17 15:00:30", n, "已接通", 16)
complain(n, ["晚上打电话"], ["not"], best, at="2026-09-17 15:00")
# 10 A refusal to the robot, and a call through a virtual number after it.
n = theirs(10)
robot_call("2026-09-15 09:40:00", n, "已接通", 18, intent="要求勿扰")
best = axb_call("2026-09-22 10:20:00", n, X[2], 25)
complain(n, ["已明确拒绝后仍来电"], ["substantiated"], best, at="2026-09-22 10:20", channel="12315", cause="after_refusal")
# 11 A refusal of which nothing is on record.
n = theirs(11)
best = axb_call("2026-09-22 11:22:00", n, X[3], 40)
complain(n, ["我说过不要再打"], ["cannot_be_told"], best, at="2026-09-22 11:22")
# 12 No consent.
n = theirs(12)
best = robot_call("2026-09-23 10:50:00", n, "已接通", 33)
complain(n, ["未经同意拨打"], ["substantiated"], best, at="2026-09-23 10:50", channel="12321", cause="no_consent")
# 13 A consent with its proof.
n = theirs(13)
best = robot_call("2026-09-23 10:55:00", n, "已接通", 21)
consents.append([n, "2026-08-01 10:00:00", "", "营销", "合同-000013"])
complain(n, ["未经同意拨打"], ["not"], best, at="2026-09-23 10:55")
# 14 No such call, in logs that cover the time: the number may be misused.
n = theirs(14)
complain(n, ["机器人来电"], ["not"], None, at="2026-09-22 15:30", shown="4008880100", channel="12321", cause="possible_spoofing")
# 15 No such call, but one of the systems has no log of that day.
n = theirs(15)
complain(n, ["来电"], ["cannot_be_told"], None, at="2026-10-12 15:30", received="2026-10-13")
# 16 Only our displayed number and the time are known; one person was called then.
n = theirs(16)
best = robot_call("2026-09-19 20:30:20", n, "已接通", 15, line="075588880999")
complain(None, ["来电"], ["partly"], best, at="2026-09-19 20:30", shown="075588880999", channel="12321")
# 17 The same, and several people were called.
n = theirs(17)
best = robot_call("2026-09-19 20:45:20", n, "已接通", 15, line="075588880998")
robot_call("2026-09-19 20:41:00", theirs(117), "已接通", 8, line="075588880998")
robot_call("2026-09-19 20:52:00", theirs(217), line="075588880998")
complain(None, ["来电"], ["cannot_be_told"], best, at="2026-09-19 20:45", shown="075588880998", channel="carrier")
# 18 Two numbers of one person: the complaint names the one that was not called.
n = theirs(18)
persons += [[n, "P-18"], [theirs(118), "P-18"]]
best = robot_call("2026-09-21 14:10:00", theirs(118), "已接通", 17)
complain(n, ["来电"], ["substantiated"], best, at="2026-09-21 14:10")
# 19 Two digits exchanged.
best = robot_call("2026-09-21 14:15:00", "13900100195", "已接通", 17)
complain("13900101095", ["来电"], ["cannot_be_told"], best, at="2026-09-21 14:15")
# 20 Five claimed, three made.
n = theirs(20)
robot_call("2026-09-21 09:05:00", n)
best = robot_call("2026-09-21 10:05:00", n, "已接通", 11)
back_call("2026-09-21 15:05:00", n, "未接通", 0, "K900020")
complain(n, ["打了五次"], ["partly"], best, at="2026-09-21 10:05", channel="12321")
# 21 Answered, and nobody there.
n = theirs(21)
best = back_call("2026-09-24 10:31:00", n, "放弃", 0, "K900021")
complain(n, ["接听后没人说话"], ["substantiated"], best, at="2026-09-24 10:31")
# 22 A machine.
n = theirs(22)
best = robot_call("2026-09-24 10:40:00", n, "已接通", 19)
complain(n, ["机器人来电"], ["substantiated"], best, at="2026-09-24 10:40", channel="platform")
# 23 The wrong person.
n = theirs(23)
best = robot_call("2026-09-24 11:40:00", n, "已接通", 8, intent="非本人")
complain(n, ["打错了，不是本人"], ["substantiated"], best, at="2026-09-24 11:40", cause="wrong_person")
# 24 What was said.
n = theirs(24)
best = back_call("2026-09-24 14:20:00", n, "已接通", 66, "K900024")
complain(n, ["态度恶劣", "来电"], ["cannot_be_told", "substantiated"], best, at="2026-09-24 14:20", channel="lawyer", cause="content")
# 25 Two systems recorded what may be one call.
n = theirs(25)
best = robot_call("2026-09-24 15:33:02", n, "已接通", 41)
back_call("2026-09-24 15:33:00", n, "已接通", 41, "K900025")
complain(n, ["打了2次"], ["cannot_be_told"], best, at="2026-09-24 15:33", received="2026-10-08")

# Everybody else of the marketing has consented, but those who say that they have not.
without = {theirs(12)}
called = {row[3] for row in robot} | {row[2] for row in back} | {record["fwdDstNum"][3:] for _, record in axb}
known = {row[0] for row in consents} | without
consents += [[number, "2026-06-01 09:00:00", "", "营销", f"表单-{number[-6:]}"] for number in sorted(called - known)]
for number in sorted(random.sample(sorted(set(people)), 60)):
    dnc.append([number, f"2026-10-{random.randint(9, 18):02} 18:00:00"])


def table(rows):
    out = io.StringIO()
    for row in rows:
        cells = [c.strftime("%Y-%m-%d %H:%M:%S") if isinstance(c, datetime) else "" if c is None else str(c) for c in row]
        out.write(",".join(cells) + "\n")
    return out.getvalue()


def packed(name, text):
    with open(HERE / name, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        out.write(text.encode())


robot.sort(key=lambda r: (r[4], r[0]))
back.sort(key=lambda r: (r[3], r[0]))
axb.sort(key=lambda r: (r[0], r[1]["icid"]))
packed("robot.csv.gz", table([["呼叫标识", "任务名称", "主叫号码", "被叫号码", "呼叫开始时间", "接听时间", "结束时间", "振铃时长", "通话时长", "通话状态", "挂断方", "意向标签"]] + robot))
packed("axb.jsonl.gz", "".join(json.dumps({"eventType": "fee", "feeLst": [record]}) + "\n" for _, record in axb))
packed("callback.csv.gz", table([["呼叫标识", "外显号码", "客户号码", "呼叫时间", "通话时长", "呼叫结果", "坐席工号", "客户编号"]] + [r[:3] + [r[3].strftime("%Y-%m-%d %H:%M")] + r[4:] for r in back]))
packed("consent.csv.gz", table([["手机号", "同意时间", "撤回时间", "用途", "凭证"]] + consents))
(HERE / "dnc.csv").write_text(table([["number", "added_at"]] + dnc), encoding="utf-8")
(HERE / "persons.csv").write_text(table([["number", "person"]] + persons), encoding="utf-8")
folder = HERE / "complaints"
folder.mkdir(exist_ok=True)
truth = []
for c in complaints:
    lines = ["[complaint]", f'id = "{c["id"]}"']
    lines += [f'{key} = "{c[key]}"' for key in ("number", "shown", "at", "logs_cover") if c[key]]
    lines += [f'claims = {json.dumps(c["claims"], ensure_ascii=False)}', f'channel = "{c["channel"]}"', f'received = {c["received"]}']
    (folder / f'{c["id"]}.toml').write_text("\n".join(lines) + "\n", encoding="utf-8")
    best = c["truth"]["best"]
    truth.append({"id": c["id"], **c["truth"], "best": {"source": best[0], "call_id": best[1]} if best else None})
(HERE / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
