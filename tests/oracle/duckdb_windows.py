#!/usr/bin/env python3
"""Windows that SQL can say, judged by DuckDB and by callaudit over the same random log; fails if any violation differs.

usage: duckdb_windows.py --callaudit BINARY [--rows 40000] [--seed 1]
"""
import argparse
import csv
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
"""

ORDER = "order by started_at, call_id"
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
"""


def log(path, rows, seed):
    """A month of calls, many of them in the same second, ids in no order."""
    rng = random.Random(seed)
    ids = list(range(rows))
    rng.shuffle(ids)
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["call_id", "caller", "callee", "agent", "campaign", "started_at", "outcome"])
        for i in ids:
            at = f"2026-10-{rng.randint(1, 31):02} {rng.randint(7, 21):02}:{rng.randint(0, 59):02}:{rng.choice((0, 0, 30)):02}"
            out.writerow([f"c{i:07}", f"400{rng.randrange(12):07}", f"138{rng.randrange(rows // 20):08}", f"a{rng.randrange(9)}", rng.choice("abc") if rng.random() < 0.95 else "",
                          at, rng.choice(["answered", "no_answer", "busy", "failed"])])


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
                               "--columns", "rule,call_id,verdict"], cwd=here)
        if done.returncode != 1:
            sys.exit(f"callaudit ended with status {done.returncode}")
        ours = sorted((r["rule"], r["call_id"]) for r in csv.DictReader(open(here / "out.csv")) if r["verdict"] == "violation")
        db = duckdb.connect()
        db.execute(f"create table calls as select * from read_csv('{here / 'log.csv'}', header=true, nullstr='', columns={{'call_id': 'VARCHAR', 'caller': 'VARCHAR',"
                   " 'callee': 'VARCHAR', 'agent': 'VARCHAR', 'campaign': 'VARCHAR', 'started_at': 'TIMESTAMP', 'outcome': 'VARCHAR'})")
        theirs = sorted(db.execute(QUERY).fetchall())
    counts = {rule: sum(1 for r, _ in theirs if r == rule) for rule in sorted({r for r, _ in theirs})}
    print(f"DuckDB: {counts}")
    if len(counts) != 7:
        sys.exit("a rule has no violation: the log is too tame to tell anything")
    if ours != theirs:
        only = sorted(set(ours) ^ set(theirs))
        sys.exit(f"{len(only)} violations differ, such as {only[:5]}")
    print(f"{len(ours)} violations, the same set from both")


if __name__ == "__main__":
    main()
