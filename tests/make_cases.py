"""Makes the inputs of tests/cases that are no plain UTF-8 text. Run from anywhere; the same bytes every time."""

import datetime
import io
import pathlib
import zipfile

CASES = pathlib.Path(__file__).parent / "cases"
HEAD = "呼叫标识,被叫号码,呼叫开始时间,任务名称\r\n"
ROWS = [f"c{i},1380013800{i},2026-10-01 0{7 + i}:00:00,催收{i}组\r\n" for i in range(3)]


def write(case: str, name: str, content: bytes) -> None:
    (CASES / case).mkdir(exist_ok=True)
    (CASES / case / name).write_bytes(content)


def archive(members: dict[str, bytes], raw_names: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 10, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gbk_names(packed: bytes, names: list[str]) -> bytes:
    """Puts GBK names in place of ASCII ones of the same length, as archivers on Chinese Windows write them."""
    for name in names:
        gbk = name.encode("gbk")
        packed = packed.replace(b"N" * len(gbk), gbk)
    return packed


gb = (HEAD + "".join(ROWS)).encode("gb18030")
damaged = gb + b"c3,13800138003,2026-10-01 07:30:00,\xb4\xdf\xff\xff\r\n" + ROWS[0].replace("c0", "c4").encode("gb18030")
write("gb18030", "calls.csv", damaged)
write("utf-16", "calls.txt", (HEAD + "".join(ROWS)).replace(",", "\t").encode("utf-16"))
name = "十月.csv"
members = {"a.csv": gb, "N" * len(name.encode("gbk")): gb.replace(b"c0", b"d0"), "notes.md": b"x", "old/more.zip": archive({"b.csv": gb})}
write("zip-of-exports", "log.zip", gbk_names(archive(members), [name]))


def office(weeks: int, per_hour: int, missing: set[tuple[int, int]]) -> str:
    """Calls from Monday to Friday, 9 to 17 o'clock. `missing`: days since the first Monday and hours without any."""
    lines = ["call_id,started_at,caller,callee,outcome"]
    number = 0
    for day in range(weeks * 7):
        for hour in range(9, 18) if day % 7 < 5 else ():
            for i in range(per_hour):
                number += 1
                if (day, hour) in missing:
                    continue
                start = datetime.datetime(2026, 10, 5, hour, 7 + 11 * i) + datetime.timedelta(days=day)
                outcome = "answered" if number % 3 else "no_answer"
                lines.append(f"{number},{start},40088801{number % 7:02},1380013{number % 10000:04},{outcome}")
    return "\n".join(lines) + "\n"


# Four hours of a Wednesday are missing, and the last Friday breaks off at noon.
write("gaps-in-the-logs-rhythm", "calls.csv", office(5, 3, {(16, h) for h in range(12, 16)} | {(32, h) for h in range(12, 18)}).encode())
write("running-numbers-with-a-hole", "calls.csv", office(1, 2, {(1, 10)}).encode())
