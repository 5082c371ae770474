#!/usr/bin/env python3
"""Writes calls.jsonl, the call records that a virtual-number platform (AXB) pushes, one push a line. All numbers are invented; the same bytes each time."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

random.seed(20261116)
X = [f"+86170000000{n:02}" for n in range(1, 7)]
calls = []


def call(at, callee, x, result="answered", times=1):
    """An agent (A) is put through to a customer (B), who sees the virtual number (X). `times`: pushes of the same record."""
    start = datetime.fromisoformat(f"2026-11-{at}") - timedelta(hours=8)  # the platform writes UTC
    ring = start + timedelta(seconds=random.randint(2, 4))
    talk = random.randint(6, 240) if result == "answered" else 0
    answer = ring + timedelta(seconds=random.randint(3, 20)) if talk else None
    end = (answer or ring) + timedelta(seconds=talk or random.randint(5, 35))
    shown = lambda t: t.strftime("%Y-%m-%d %H:%M:%S") if t else ""
    n = len(calls) + 1
    reason = {"answered": 0, "no_answer": 8101, "busy": 8102, "off": 8104, "capped": 7004}[result]
    record = {
        "direction": 1, "spId": "sp-demo", "appKey": "demo", "icid": f"ic-{n:05}", "bindNum": x, "sessionId": f"s-{n:05}",
        "callerNum": f"+86139001390{n % 9 + 1:02}", "calleeNum": x, "fwdDisplayNum": x, "fwdDstNum": callee,
        "callInTime": shown(start), "fwdStartTime": "" if result == "capped" else shown(start + timedelta(seconds=1)),
        "fwdAlertingTime": "" if result == "capped" else shown(ring), "fwdAnswerTime": shown(answer), "callEndTime": shown(start if result == "capped" else end),
        "fwdUnaswRsn": 0 if talk else 19, "failTime": "" if talk else shown(end), "ulFailReason": reason, "sipStatusCode": 0 if talk else 480,
        "recordFlag": 1, "subscriptionId": f"sub-{callee[-4:]}-{x[-2:]}",
    }
    calls.extend([(start, record)] * times)


def person(n):
    return f"+86138001380{n:02}"


for n in range(10, 70):
    second = random.randrange(9 * 3600, 20 * 3600)
    call(f"16 {second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}", person(n), random.choice(X), random.choices(["answered", "no_answer", "busy", "off"], [5, 4, 1, 1])[0])

# One customer is reached behind five virtual numbers on one day: each number stays below every limit, the person does not.
for x, at, result in zip(X, ["09:40:00", "10:25:10", "13:02:00", "15:30:30", "18:11:00"], ["no_answer", "no_answer", "busy", "answered", "answered"]):
    call(f"16 {at}", person(1), x, result)
# Pushes are repeated when the receiver is slow: they are one call.
call("16 11:00:00", person(2), X[0], "answered", times=3)
# The platform refused these by its own cap: nobody's phone rang.
for minute in (1, 2, 3):
    call(f"16 16:0{minute}:00", person(3), X[1], "capped")
# After 21 o'clock.
call("16 21:04:10", person(4), X[2], "no_answer")
call("16 21:30:00", person(5), X[3], "answered")

calls.sort(key=lambda c: (c[0], c[1]["icid"]))
lines = [json.dumps({"eventType": "fee", "feeLst": [record]}, ensure_ascii=False) for _, record in calls]
(Path(__file__).parent / "calls.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
