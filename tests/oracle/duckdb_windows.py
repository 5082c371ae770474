#!/usr/bin/env python3
"""Windows that SQL can say, judged by DuckDB and by callaudit over the same random log; fails if any violation differs.

usage: duckdb_windows.py --callaudit BINARY [--rows 40000] [--seed 1]
"""
import argparse
import collections
import csv
import datetime
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb

RULES = """
[ruleset]
id = "windows"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "hours"
kind = "quiet_hours"
allow = { mon-fri = ["09:00-12:00", "14:00-20:00"], sat = ["10:00-17:00"] }
[[rule]]
id = "sliding"
kind = "repeat_dial"
per = ["callee"]
max = 2
window = "24h"
[[rule]]
id = "hourly"
kind = "call_cap"
per = ["caller"]
max = 8
window = "hour"
[[rule]]
id = "daily"
kind = "call_cap"
per = ["agent"]
max = 40
window = "day"
where = "outcome IN ('answered', 'busy') AND campaign <> 'b'"
[[rule]]
id = "gap"
kind = "repeat_dial"
per = ["caller", "callee"]
min_gap = "48h"
gap_after = ["no_answer", "busy"]
[[rule]]
id = "month"
kind = "call_cap"
per = ["campaign"]
max = 3000
window = "month"
count = "answered"
[[rule]]
id = "week-days"
kind = "repeat_dial"
per = ["callee"]
max = 3
window = "7 days"
[[rule]]
id = "after-answer"
kind = "cooldown"
per = ["callee"]
after = "outcome = 'answered'"
wait = "48h"
[[rule]]
id = "after-answer-ends"
kind = "cooldown"
per = ["campaign", "callee"]
after = "outcome = 'answered'"
wait = "36h"
from = "end"
[[rule]]
id = "after-answer-days"
kind = "cooldown"
per = ["callee"]
after = "outcome = 'busy'"
wait = "2 days"
[[rule]]
id = "share-day"
kind = "ratio"
per = ["campaign"]
numerator = "outcome = 'busy'"
max = 0.26
window = "day"
[[rule]]
id = "share-month"
kind = "ratio"
per = ["agent"]
numerator = "outcome = 'answered'"
denominator = "outcome <> 'failed'"
formula = "us"
max = 0.335
window = "month"
[[rule]]
id = "at-once"
kind = "concurrency"
per = ["agent"]
max = 2
[[rule]]
id = "callers-slide"
kind = "caller_id"
per = ["callee"]
max_numbers = 2
window = "48h"
[[rule]]
id = "callers-week"
kind = "caller_id"
per = ["callee"]
max_numbers = 4
window = "week"
[[rule]]
id = "callers-days"
kind = "caller_id"
per = ["callee"]
max_numbers = 3
window = "5 days"
[[rule]]
id = "row"
kind = "sequential_dialling"
per = ["caller"]
max = 2
window = "24h"
[[rule]]
id = "block"
kind = "sequential_dialling"
per = ["caller"]
max = 2
window = "24h"
block = 10
"""
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
GROUPS = ["share-day", "share-month"]

ORDER = "order by started_at, call_id"
BEFORE = f"{ORDER} rows between unbounded preceding and 1 preceding"
EARLIER = "(b.started_at, b.call_id) < (a.started_at, a.call_id)"
UP_TO = "(b.started_at, b.call_id) <= (a.started_at, a.call_id)"
# The numbers that the caller of each call dialled in its window, and how long the row of
# numbers is in which each stands.
ISLANDS = f"""select *, count(*) over (partition by call_id, island) size from (
    select *, n - row_number() over (partition by call_id order by n) island from (
    select distinct a.call_id, a.callee::bigint own, b.callee::bigint n from calls a join calls b
    on a.caller = b.caller and {UP_TO} and a.started_at - b.started_at < interval 24 hour))"""
QUERY = f"""
select 'hours', call_id from calls where not (case
    when isodow(started_at) <= 5 then (started_at::time >= '09:00' and started_at::time < '12:00') or (started_at::time >= '14:00' and started_at::time < '20:00')
    when isodow(started_at) = 6 then started_at::time >= '10:00' and started_at::time < '17:00' else false end)
union all select 'sliding', call_id from (select *, lag(started_at, 2) over (partition by callee {ORDER}) p from calls) where started_at - p < interval 24 hour
union all select 'hourly', call_id from (select *, row_number() over (partition by caller, date_trunc('hour', started_at) {ORDER}) n from calls) where n > 8
union all select 'daily', call_id from (select *, row_number() over (partition by agent, started_at::date {ORDER}) n from calls
    where outcome in ('answered', 'busy') and campaign <> 'b') where n > 40
union all select 'gap', call_id from (select *, lag(started_at) over w p, lag(outcome) over w o from calls window w as (partition by caller, callee {ORDER}))
    where started_at - p < interval 48 hour and o in ('no_answer', 'busy')
union all select 'month', call_id from (select *, row_number() over (partition by campaign, date_trunc('month', started_at) {ORDER}) n from calls
    where outcome = 'answered' and campaign is not null) where n > 3000
union all select 'week-days', call_id from (select *, (select count(*) from calls b where b.callee = a.callee and b.started_at::date > a.started_at::date - 7
    and b.started_at::date <= a.started_at::date and (b.started_at, b.call_id) <= (a.started_at, a.call_id)) n from calls a) where n > 3
union all select 'after-answer', call_id from (select *, max(started_at) filter (where outcome = 'answered') over (partition by callee {BEFORE}) p from calls)
    where started_at - p < interval 48 hour
union all select 'after-answer-ends', call_id from (select *, max(ended_at) filter (where outcome = 'answered') over (partition by campaign, callee {BEFORE}) p from calls
    where campaign is not null) where started_at - p < interval 36 hour
union all select 'after-answer-days', call_id from (select *, max(started_at) filter (where outcome = 'busy') over (partition by callee {BEFORE}) p from calls)
    where started_at::date - p::date <= 2
union all select 'at-once', a.call_id from calls a join calls b on a.agent = b.agent and {EARLIER} and b.started_at >= a.started_at - interval 1 hour and b.ended_at > a.started_at
    group by a.call_id having count(*) >= 2
union all select 'callers-slide', a.call_id from calls a join calls b on a.callee = b.callee and {UP_TO} and a.started_at - b.started_at < interval 48 hour
    group by a.call_id having count(distinct b.caller) > 2
union all select 'callers-week', a.call_id from calls a join calls b on a.callee = b.callee and {UP_TO} and date_trunc('week', a.started_at) = date_trunc('week', b.started_at)
    group by a.call_id having count(distinct b.caller) > 4
union all select 'callers-days', a.call_id from calls a join calls b on a.callee = b.callee and {UP_TO} and a.started_at::date - b.started_at::date < 5
    group by a.call_id having count(distinct b.caller) > 3
union all select 'row', call_id from ({ISLANDS}) where n = own and size > 2
union all select 'block', a.call_id from calls a join calls b on a.caller = b.caller and {UP_TO} and a.started_at - b.started_at < interval 24 hour
    and a.callee::bigint // 10 = b.callee::bigint // 10 group by a.call_id having count(distinct b.callee) > 2
"""
# Of a group the key, the start of the window and the share.
GROUP_QUERY = """
select 'share-day', 'campaign=' || campaign, date_trunc('day', started_at), avg((outcome = 'busy')::int) m from calls where campaign is not null group by all having m > 0.26
union all select 'share-month', 'agent=' || agent, date_trunc('month', started_at), avg((outcome = 'answered')::int) m from calls where outcome <> 'failed'
    group by all having m > 0.335
"""


def log(path, rows, seed):
    """A month of calls, many of them in the same second, ids in no order."""
    rng = random.Random(seed)
    ids = list(range(rows))
    rng.shuffle(ids)
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["call_id", "caller", "callee", "agent", "campaign", "started_at", "outcome", "ended_at"])
        for i in ids:
            at = f"2026-10-{rng.randint(1, 31):02} {rng.randint(7, 21):02}:{rng.randint(0, 59):02}:{rng.choice((0, 0, 30)):02}"
            row = [f"c{i:07}", f"400{rng.randrange(12):07}", f"138{rng.randrange(rows // 20):08}", f"a{rng.randrange(9)}", rng.choice("abc") if rng.random() < 0.95 else "",
                   at, rng.choice(["answered", "no_answer", "busy", "failed"])]
            end = datetime.datetime.fromisoformat(at) + datetime.timedelta(seconds=rng.choice((0, 30, 60, 120, 600, 3600)))
            out.writerow(row + [end])


def local(text):
    """An instant as the clock of the log showed it."""
    return datetime.datetime.fromisoformat(text).astimezone(SHANGHAI).replace(tzinfo=None)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--callaudit", required=True)
    p.add_argument("--rows", type=int, default=40_000)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        log(here / "log.csv", a.rows, a.seed)
        (here / "rules.toml").write_text(RULES)
        done = subprocess.run([str(pathlib.Path(a.callaudit).resolve()), "audit", "log.csv", "-r", "rules.toml", "-q", "--as-of", "2026-11-24", "-o", "csv=out.csv",
                               "--columns", "rule,call_id,verdict,key,started_at,measured"], cwd=here)
        if done.returncode != 1:
            sys.exit(f"callaudit ended with status {done.returncode}")
        found = [r for r in csv.DictReader(open(here / "out.csv")) if r["verdict"] == "violation"]
        ours = sorted((r["rule"], r["call_id"]) for r in found if r["rule"] not in GROUPS)
        groups = sorted((r["rule"], r["key"], local(r["started_at"]), round(float(r["measured"]), 6)) for r in found if r["rule"] in GROUPS)
        db = duckdb.connect()
        db.execute(f"create table calls as select * from read_csv('{here / 'log.csv'}', header=true, nullstr='', columns={{'call_id': 'VARCHAR', 'caller': 'VARCHAR',"
                   " 'callee': 'VARCHAR', 'agent': 'VARCHAR', 'campaign': 'VARCHAR', 'started_at': 'TIMESTAMP', 'outcome': 'VARCHAR', 'ended_at': 'TIMESTAMP'})")
        theirs = sorted(db.execute(QUERY).fetchall())
        shares = sorted((rule, key, start, round(share, 6)) for rule, key, start, share in db.execute(GROUP_QUERY).fetchall())
    counts = collections.Counter(sorted(row[0] for row in theirs + shares))
    print(f"DuckDB: {dict(counts)}")
    if len(counts) != RULES.count("[[rule]]"):
        sys.exit("a rule has no violation: the log is too tame to tell anything")
    if ours != theirs or groups != shares:
        only = sorted(set(ours) ^ set(theirs)) + sorted(set(groups) ^ set(shares))
        sys.exit(f"{len(only)} violations differ, such as {only[:5]}")
    print(f"{len(ours) + len(groups)} violations, the same set from both")


if __name__ == "__main__":
    main()
