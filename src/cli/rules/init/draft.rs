//! What a new ruleset is to hold, its text, and its cases.

use std::fmt::Write as _;

use crate::calls::calendar::{civil, days_of};
use crate::calls::columns::{Column, Field, Kind};
use crate::calls::numbers::NumberRegion;
use crate::calls::timestamps::rfc3339;
use crate::calls::zones::{Clock, DAY, Zones};
use crate::language::Lang;
use crate::rules::policy::clock_time;
use crate::rules::windows::{Window, parse_days, parse_duration, parse_time, window_words};
use crate::ruleset::node::quoted;
use crate::ruleset::packs::{self, Named};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// More calls than this are no case that anybody reads.
const MOST_CALLS: u64 = 60;

/// What a new ruleset is to hold.
#[derive(Debug, Default)]
pub struct Draft {
    /// ISO code, upper case.
    pub region: Option<String>,
    /// A zone.
    pub timezone: Option<String>,
    /// What all calls are for.
    pub purpose: Option<String>,
    /// Permitted hours.
    pub hours: Option<Hours>,
    /// Limits.
    pub caps: Vec<Cap>,
    /// Names and paths.
    pub lists: Vec<(String, String)>,
    /// `NAME@VERSION`
    pub packs: Vec<String>,
    /// Are hours and caps only examples?
    pub examples: bool,
}

/// Permitted hours as written: days and their intervals, ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// In the order given.
    pub days: Vec<(String, Vec<(i64, i64)>)>,
    /// For holidays.
    pub calendar: Option<&'static str>,
}

/// At most so many calls in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// What it counts by.
    pub column: Field,
    /// At most.
    pub max: u64,
    /// As it is written.
    pub window: String,
    read: Window,
}

/// A region, in capitals.
pub fn region(text: &str) -> Result<String, String> {
    NumberRegion::new(Some(text)).map(|_| text.to_ascii_uppercase())
}

/// A zone that there is.
pub fn timezone(text: &str) -> Result<String, String> {
    Clock::parse(text).map(|_| text.to_owned())
}

/// The zone of a region that has but one.
pub fn zone_of(region: &str, zones: &Zones) -> Option<String> {
    // The calling code 1 is shared by countries with zones of their own.
    let code = NumberRegion::new(Some(region)).ok()?.country_code().filter(|c| *c != 1)?;
    let set = zones.of_country_code(code);
    let view = zones.view();
    match view.members(set) {
        [zone] => Some(view.clock(*zone).name.clone()),
        _ => None,
    }
}

/// A word or text that says something.
pub fn word(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("a word such as marketing was expected".to_owned()) } else { Ok(text.to_owned()) }
}

impl Hours {
    /// `09:00-21:00`, or `mon-fri 09:00-12:00 14:00-20:00, sat 10:00-17:00, holiday none`.
    ///
    /// Errors: a sentence that says what was expected.
    pub fn parse(text: &str, region: Option<&str>) -> Result<Hours, String> {
        let mut days: Vec<(String, Vec<(i64, i64)>)> = Vec::new();
        let mut calendar = None;
        for group in text.split([',', ';', '，', '；']).map(str::trim).filter(|g| !g.is_empty()) {
            let mut words = group.split_whitespace().peekable();
            let day = match words.peek() {
                Some(first) if first.starts_with(|c: char| c.is_ascii_digit()) => "mon-sun".to_owned(),
                _ => words.next().unwrap_or_default().to_ascii_lowercase(),
            };
            if day == "holiday" || day == "workday" {
                calendar = Some(calendar_of(region).ok_or_else(|| format!("\"{day}\" needs a calendar, and there is none for this region"))?);
            } else if week(&day).is_none() {
                return Err(format!("\"{day}\" is no day: mon to sun, a range such as mon-fri, or holiday"));
            }
            let words: Vec<&str> = words.collect();
            let closed = matches!(words.as_slice(), ["none" | "closed"]);
            let intervals = if closed { Vec::new() } else { words.iter().map(|w| interval(w)).collect::<Result<_, _>>()? };
            if intervals.is_empty() && !closed {
                return Err(format!("\"{group}\" has no hours: 09:00-21:00, or none"));
            }
            let taken = |known: &str| known == day || week(known).zip(week(&day)).is_some_and(|(a, b)| a.iter().any(|d| b.contains(d)));
            if days.iter().any(|(known, _)| taken(known)) {
                return Err(format!("\"{day}\" names a day that is named before"));
            }
            days.push((day, intervals));
        }
        if days.is_empty() {
            return Err("hours such as 09:00-21:00 were expected".to_owned());
        }
        Ok(Hours { days, calendar })
    }

    /// As a ruleset has it.
    fn toml(&self) -> String {
        let one = |(day, intervals): &(String, Vec<(i64, i64)>)| {
            let list: Vec<String> = intervals.iter().map(|(f, t)| format!("\"{}-{}\"", clock_time(*f), clock_time(*t))).collect();
            format!("{day} = [{}]", list.join(", "))
        };
        format!("{{ {} }}", self.days.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    /// The intervals of a day of the week.
    fn of(&self, day: usize) -> &[(i64, i64)] {
        let found = self.days.iter().find(|(name, _)| week(name).is_some_and(|d| d.contains(&day)));
        found.map_or(&[], |(_, intervals)| intervals)
    }

    /// May one call then? A day's hours may reach into the next.
    fn open(&self, day: usize, time: i64) -> bool {
        let (before, time_before) = ((day + 6) % 7, time + DAY);
        self.of(day).iter().any(|(f, t)| (*f..*t).contains(&time)) || self.of(before).iter().any(|(f, t)| (*f..*t).contains(&time_before))
    }
}

/// The days that a name means.
fn week(name: &str) -> Option<Vec<usize>> {
    let index = |n: &str| DAYS.iter().position(|d| *d == n);
    let Some((from, to)) = name.split_once('-') else { return index(name).map(|d| vec![d]) };
    let (from, to) = (index(from)?, index(to)?);
    Some((0..(to + 7 - from) % 7 + 1).map(|i| (from + i) % 7).collect())
}

fn interval(text: &str) -> Result<(i64, i64), String> {
    let wrong = || format!("\"{text}\" is no interval such as 09:00-12:00");
    let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
    match (parse_time(from), parse_time(to)) {
        (Some(from), Some(to)) if from != to && from < DAY => Ok((from, if to < from { to + DAY } else { to })),
        _ => Err(wrong()),
    }
}

fn calendar_of(region: Option<&str>) -> Option<&'static str> {
    Some(match region? {
        "CN" => "cn",
        "US" => "us-federal",
        "GB" => "uk",
        "FR" => "fr",
        "DE" => "de",
        "CA" => "ca",
        "AU" => "au",
        _ => return None,
    })
}

impl Cap {
    /// `3/24h`, `5/7 days`, `caller=60/hour`.
    ///
    /// Errors: a sentence that says what was expected.
    pub fn parse(text: &str) -> Result<Cap, String> {
        let (column, rest) = match text.rsplit_once('=') {
            Some((column, rest)) => (column.trim(), rest.trim()),
            None => ("callee", text.trim()),
        };
        let field = Field::parse(column).ok_or_else(|| {
            let near = crate::error::nearest(column, Column::ALL.iter().map(|c| c.name())).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            format!("unknown column \"{column}\"{near}")
        })?;
        let wrong = || format!("\"{text}\" is no limit such as 3/24h, '5/7 days' or caller=60/hour");
        let (max, window) = rest.split_once('/').ok_or_else(wrong)?;
        let max: u64 = max.trim().parse().map_err(|_| wrong())?;
        let window = window.trim();
        let read = match window {
            "hour" => Some(Window::Hour),
            "day" => Some(Window::Day),
            "week" => Some(Window::Week),
            "month" => Some(Window::Month),
            "ever" => Some(Window::Ever),
            other => parse_duration(other).filter(|w| *w > 0).map(Window::Sliding).or_else(|| parse_days(other).filter(|n| *n > 0).map(Window::Days)),
        };
        Ok(Cap { column: field, max, window: window.to_owned(), read: read.ok_or_else(wrong)? })
    }

    fn person(&self) -> bool {
        matches!(self.column, Field::Canonical(Column::Callee | Column::CalleeId | Column::Person))
    }

    fn title(&self, lang: Lang) -> String {
        let window = window_words(lang, self.read);
        match (lang, &self.column) {
            (Lang::En, column) => format!("At most {} calls per {} within {window}", self.max, column.name()),
            (Lang::Zh, Field::Canonical(c)) => format!("每个{}在 {window}内最多呼叫 {} 次", c.zh(), self.max),
            (Lang::Zh, Field::Raw(name)) => format!("每个“{name}”在 {window}内最多呼叫 {} 次", self.max),
        }
    }

    /// A name for the rule: `callee-24h`.
    fn id(&self) -> String {
        let name = match &self.column {
            Field::Canonical(c) => c.name().to_owned(),
            Field::Raw(name) => name.clone(),
        };
        format!("{name}-{}", self.window.replace(' ', "-"))
    }

    /// How a table of calls heads the column.
    fn head(&self) -> String {
        match &self.column {
            Field::Canonical(c) => c.name().to_owned(),
            Field::Raw(name) => format!("raw.\"{name}\""),
        }
    }

    /// The moments (ms from the Monday 2026-06-01 00:00) of the calls that fill the window, of the last that is still in it, and of the first that is not.
    fn moments(&self) -> (Vec<i64>, i64, Option<i64>) {
        let start = 10 * 3_600_000;
        let n = i64::try_from(self.max).unwrap_or(0);
        let (start, step, last) = match self.read {
            Window::Sliding(w) => (start, (w / (n + 2) / 1000 * 1000).clamp(0, 600_000), start + w),
            Window::Hour => (start, 60_000, start + 3_600_000),
            Window::Day => (start, 60_000, DAY),
            Window::Week => (start, 60_000, 7 * DAY),
            Window::Month => (start, 60_000, 30 * DAY),
            Window::Days(d) => (start, 60_000, i64::from(d) * DAY),
            _ => return ((0..n).map(|i| start + i * 60_000).collect(), start + 400 * DAY, None),
        };
        ((0..n).map(|i| start + i * step).collect(), last - 1000, Some(last))
    }
}

impl Draft {
    /// Adds a limit; the same one twice is one.
    pub fn add_cap(&mut self, cap: Cap) {
        if !self.caps.contains(&cap) {
            self.caps.push(cap);
        }
    }

    /// Adds `NAME=PATH`.
    ///
    /// Errors: a sentence that says what was expected.
    pub fn add_list(&mut self, text: &str) -> Result<(), String> {
        match text.split_once('=').map(|(n, p)| (n.trim(), p.trim())) {
            Some((name, _)) if self.lists.iter().any(|l| l.0 == name) => Err(format!("two lists have the name {name}")),
            Some((name, path)) if !name.is_empty() && !path.is_empty() => {
                self.lists.push((name.to_owned(), path.to_owned()));
                Ok(())
            }
            _ => Err(format!("\"{text}\": NAME=PATH was expected")),
        }
    }

    /// Adds a pack, in the version that it has now.
    ///
    /// Errors: there is no such pack.
    pub fn add_pack(&mut self, text: &str) -> Result<(), String> {
        match packs::resolve(text, false)? {
            Named::Pack(pack) => {
                let name = format!("{}@{}", pack.name, pack.version());
                if !self.packs.contains(&name) {
                    self.packs.push(name);
                }
                Ok(())
            }
            Named::File => Err(format!("\"{text}\" is no pack (packs: {})", packs::names())),
        }
    }

    /// Where nothing is asked for, a ruleset to begin with.
    pub fn examples_if_empty(&mut self) {
        if self.hours.is_none() && self.caps.is_empty() && self.lists.is_empty() && self.packs.is_empty() {
            self.examples = true;
            self.hours = Hours::parse("09:00-20:00", None).ok();
            self.caps.extend(Cap::parse("3/24h").ok());
        }
    }

    fn zone(&self) -> &str {
        self.timezone.as_deref().unwrap_or("UTC")
    }

    /// Ids of the rules of the limits, each once.
    fn cap_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for cap in &self.caps {
            let mut id = cap.id();
            while ids.contains(&id) {
                id.push_str("-2");
            }
            ids.push(id);
        }
        ids
    }

    /// The text of the ruleset.
    pub fn ruleset(&self, lang: Lang) -> String {
        let either = |en: &'static str, zh: &'static str| if lang == Lang::En { en } else { zh };
        let mut out = String::new();
        let w = &mut out;
        let _ = write!(
            w,
            "{}",
            either(
                "# Rules by which callaudit judges call logs.\n#   callaudit rules check THIS-FILE     is it without mistakes?\n#   callaudit rules test THIS-FILE      do its cases, in the .test.toml beside it, give what they say?\n#   callaudit audit LOGS -r THIS-FILE   judge logs by it\n# Every figure below is a rule of your own house (force = \"house\") until you say otherwise: where a law or a contract sets it,\n# change force and cite the text:\n#   citation = [{ text = \"art. 1\", source = \"where you read it\", as_of = 2026-11-24, confidence = \"A\" }]\n",
                "# callaudit 据以判定话单的规则。\n#   callaudit rules check 本文件     检查有无错误\n#   callaudit rules test 本文件      运行旁边 .test.toml 中的用例\n#   callaudit audit 话单 -r 本文件   按此规则审计\n# 以下数字均为内部规定（force = \"house\"）；若来自法律或合同，请修改 force 并注明出处：\n#   citation = [{ text = \"第一条\", source = \"查阅来源\", as_of = 2026-11-24, confidence = \"A\" }]\n"
            )
        );
        let _ = write!(w, "\n[ruleset]\nid = \"ours\"\ntitle = {{ en = \"Our rules for outbound calls\", zh = \"本公司外呼规则\" }}\nversion = \"1\"\n");
        if self.timezone.is_none() {
            let _ = writeln!(w, "{}", either("# Set this to the zone in which your rules are meant.", "# 请改为规则所用的时区。"));
        }
        let _ = writeln!(w, "timezone = {}", quoted(self.zone()));
        let about = either("# country of numbers without a country code", "# 没有国家码的号码所属国家");
        let _ = match &self.region {
            Some(region) => writeln!(w, "region = {}  {about}", quoted(region)),
            None => writeln!(w, "# region = \"CN\"  {about}"),
        };
        if !self.packs.is_empty() {
            let list: Vec<String> = self.packs.iter().map(|p| quoted(p)).collect();
            let _ = writeln!(
                w,
                "{}",
                either(
                    "# The rules of these packs hold as well; a [[rule]] with the id of one of theirs changes it: callaudit rules show THIS-FILE",
                    "# 以下规则包一并生效；用相同 id 的 [[rule]] 可修改其规则：callaudit rules show 本文件"
                )
            );
            let _ = writeln!(w, "extends = [{}]", list.join(", "));
        }
        if let Some(purpose) = &self.purpose {
            let _ = writeln!(
                w,
                "\n{}",
                either(
                    "# What the logs do not tell, of all inputs. Take it out where they tell it themselves.",
                    "# 话单中没有、对所有输入都成立的内容；话单自己有时请删去。"
                )
            );
            let _ = writeln!(w, "[[source]]\npath = \"**\"\nset = {{ purpose = {} }}", quoted(purpose));
        }
        if let Some(hours) = &self.hours {
            self.example(w, lang);
            let _ = writeln!(
                w,
                "{}",
                either(
                    "# When one may call. clock = \"callee\" looks at the clock of the place where the called person is, which matters where a country has several.",
                    "# 可以呼叫的时段。国家有多个时区时，clock = \"callee\" 按被叫所在地时间判定。"
                )
            );
            let _ = writeln!(
                w,
                "[[rule]]\nid = \"hours\"\ntitle = {{ en = \"Calls only in the permitted hours\", zh = \"仅在允许时段呼叫\" }}\nkind = \"quiet_hours\"\nseverity = \"high\"\nforce = \"house\"\nclock = \"ruleset\""
            );
            if let Some(calendar) = hours.calendar {
                let _ = writeln!(w, "calendar = \"{calendar}\"");
            }
            let _ = writeln!(w, "allow = {}", hours.toml());
        }
        for (cap, id) in self.caps.iter().zip(self.cap_ids()) {
            self.example(w, lang);
            let (kind, about) = if cap.person() {
                (
                    "repeat_dial",
                    either(
                        "# How often one person may be dialled. A window with a unit slides (\"24h\"); \"day\" or \"7 days\" follow the calendar.",
                        "# 对同一被叫的呼叫次数。带单位的窗口滑动计算（\"24h\"）；\"day\"、\"7 days\" 按自然日。",
                    ),
                )
            } else {
                (
                    "call_cap",
                    either(
                        "# How much may be dialled. A window with a unit slides (\"24h\"); \"hour\" or \"day\" follow the calendar.",
                        "# 呼叫量上限。带单位的窗口滑动计算（\"24h\"）；\"hour\"、\"day\" 按自然时段。",
                    ),
                )
            };
            let [en, zh] = Lang::ALL.map(|lang| cap.title(lang));
            let _ = writeln!(
                w,
                "{about}\n[[rule]]\nid = {}\ntitle = {{ en = {}, zh = {} }}\nkind = \"{kind}\"\nseverity = \"high\"\nforce = \"house\"",
                quoted(&id),
                quoted(&en),
                quoted(&zh)
            );
            let _ = writeln!(w, "per = [{}]\nmax = {}\nwindow = {}", quoted(&cap.head()), cap.max, quoted(&cap.window));
        }
        for (name, path) in &self.lists {
            let _ = writeln!(
                w,
                "\n{}",
                either(
                    "# People who must not be called. grace = \"10 business days\" lets an entry take effect later.",
                    "# 不得呼叫的号码。grace = \"10 business days\" 表示条目稍后生效。"
                )
            );
            let (en, zh) = (format!("No calls to numbers on the list {name}"), format!("不得呼叫名单 {name} 中的号码"));
            let _ = writeln!(
                w,
                "[[rule]]\nid = {}\ntitle = {{ en = {}, zh = {} }}\nkind = \"dnc_list\"\nseverity = \"critical\"\nforce = \"house\"\nlists = [{}]",
                quoted(&list_rule(name)),
                quoted(&en),
                quoted(&zh),
                quoted(name)
            );
            let _ = writeln!(
                w,
                "\n{}",
                either(
                    "# CSV with a column number, and added_at, expires_at, scope if you have them; a prefix ends in *.",
                    "# CSV：number 列，可另有 added_at、expires_at、scope；号段以 * 结尾。"
                )
            );
            let _ = writeln!(w, "[[list]]\nid = {}\nkind = \"numbers\"\npath = {}", quoted(name), quoted(path));
        }
        out
    }

    fn example(&self, w: &mut String, lang: Lang) {
        w.push('\n');
        if self.examples {
            w.push_str(if lang == Lang::En { "# An example: put your own figure here.\n" } else { "# 示例：请改为您自己的数字。\n" });
        }
    }

    /// The cases of its own rules; empty if it has none.
    pub fn cases(&self, lang: Lang) -> String {
        let mut out = String::new();
        if let Some(hours) = &self.hours {
            out.push_str(&self.hours_case(hours, lang));
        }
        for (cap, id) in self.caps.iter().zip(self.cap_ids()) {
            out.push_str(&self.cap_case(cap, &id, lang));
        }
        for (name, _) in &self.lists {
            out.push_str(&self.list_case(name, lang));
        }
        if out.is_empty() {
            return out;
        }
        let head = match lang {
            Lang::En => {
                "# Cases of the rules beside this file: each row is a call, the last column what the rule must say of it.\n# Run them with: callaudit rules test. Change a figure in the ruleset, and one of them fails.\n"
            }
            Lang::Zh => "# 旁边规则的用例：每行是一次呼叫，最后一列是规则应有的判定。\n# 运行：callaudit rules test。修改规则中的数字后，相应用例即不通过。\n",
        };
        format!("{head}{out}")
    }

    /// A number for cases, the nth.
    fn number(&self, n: u64) -> String {
        match self.region.as_deref() {
            Some("CN") => format!("+861380013{:04}", 8000 + n),
            Some("GB") => format!("+447700900{n:03}"),
            _ => format!("+1202555{:04}", 100 + n),
        }
    }

    /// From one second before to the last second of each interval, and one second after.
    fn hours_case(&self, hours: &Hours, lang: Lang) -> String {
        let mut rows = Vec::new();
        let mut seen: Vec<&[(i64, i64)]> = Vec::new();
        for day in 0..7 {
            let intervals = hours.of(day);
            if seen.contains(&intervals) {
                continue;
            }
            seen.push(intervals);
            let mut times: Vec<i64> = intervals.iter().flat_map(|(f, t)| [f - 1000, *f, t - 1000, *t]).filter(|t| (0..DAY).contains(t)).collect();
            if times.is_empty() {
                times.push(12 * 3_600_000);
            }
            times.sort_unstable();
            times.dedup();
            let date = i64::from(days_of(2026, 6, 1).unwrap_or(0)) + i64::try_from(day).unwrap_or(0);
            for time in times {
                let verdict = if hours.open(day, time) { "clear" } else { "violation" };
                rows.push((local(date * DAY + time), self.number(1), verdict));
            }
        }
        let title = if lang == Lang::En { "the first and last seconds of the permitted hours" } else { "允许时段的首秒与末秒" };
        self.case("hours", title, "callee", "", &rows, true)
    }

    fn cap_case(&self, cap: &Cap, id: &str, lang: Lang) -> String {
        // Two rows of one second would be one call told twice.
        let crowded = matches!(cap.read, Window::Sliding(w) if i64::try_from(cap.max).is_ok_and(|n| w < (n + 1) * 1000));
        if cap.max > MOST_CALLS || crowded {
            return String::new();
        }
        let base = i64::from(days_of(2026, 6, 1).unwrap_or(0)) * DAY;
        let (filling, last, first_after) = cap.moments();
        // Elapsed time is told by instants, whatever the clocks of the zone do; the calendar by the clock.
        let show = |at: i64| if matches!(cap.read, Window::Sliding(_)) { rfc3339(base + at) } else { local(base + at) };
        let key = |n: u64| match &cap.column {
            Field::Canonical(c) if c.kind() == Kind::Number => self.number(n),
            _ => format!("key {n}"),
        };
        let mut rows = Vec::new();
        for (n, end) in [(1, Some((last, "violation"))), (2, first_after.map(|at| (at, "clear")))] {
            let Some((at, mut verdict)) = end else { continue };
            rows.extend(filling.iter().map(|at| (show(*at), key(n), "clear")));
            if cap.max == 0 {
                verdict = "violation";
            }
            rows.push((show(at), key(n), verdict));
        }
        let title = if lang == Lang::En {
            "as many as are allowed, and one more at the end of the window and behind it"
        } else {
            "达到上限，再加窗口末尾的一次与窗口之后的一次"
        };
        self.case(id, title, &cap.head(), "", &rows, true)
    }

    fn list_case(&self, name: &str, lang: Lang) -> String {
        let (listed, other) = (self.number(1), self.number(2));
        let lists = format!("lists = {{ {} = '''\nnumber,added_at\n{listed},2026-06-01T10:00:00Z\n''' }}\n", crate::ruleset::node::toml_key(name));
        let row = |at: &str, number: &str, verdict| (at.to_owned(), number.to_owned(), verdict);
        let rows =
            [row("2026-06-01T09:59:59Z", &listed, "clear"), row("2026-06-01T10:00:00Z", &listed, "violation"), row("2026-06-01T10:00:00Z", &other, "clear")];
        let title = if lang == Lang::En { "from the moment of the entry on" } else { "自加入名单时起" };
        self.case(&list_rule(name), title, "callee", &lists, &rows, true)
    }

    fn case(&self, rule: &str, title: &str, column: &str, more: &str, rows: &[(String, String, &str)], boundary: bool) -> String {
        let mut out = format!("\n[[case]]\nid = {}\ntitle = {}\nrules = [{}]\ntz = {}\n", quoted(rule), quoted(title), quoted(rule), quoted(self.zone()));
        if let Some(region) = &self.region {
            let _ = writeln!(out, "region = {}", quoted(region));
        }
        if boundary {
            let _ = writeln!(out, "boundary = [{}]", quoted(rule));
        }
        out.push_str(more);
        let head = ("started_at".to_owned(), column.to_owned(), rule);
        let wide = |part: fn(&(String, String, &str)) -> usize| rows.iter().chain([&head]).map(part).max().unwrap_or(0);
        let (first, second) = (wide(|r| r.0.chars().count()), wide(|r| r.1.chars().count()));
        out.push_str("calls = '''\n");
        for (at, key, verdict) in [&head].into_iter().chain(rows) {
            let _ = writeln!(out, "{at:first$} | {key:second$} | {verdict}");
        }
        out.push_str("'''\n");
        out
    }
}

/// The rule about a list.
fn list_rule(name: &str) -> String {
    format!("not-{name}")
}

/// A time of the ruleset's clock: `2026-06-01 09:00:00`.
fn local(ms: i64) -> String {
    let (year, month, day) = civil(i32::try_from(ms.div_euclid(DAY)).unwrap_or(0));
    let seconds = ms.rem_euclid(DAY) / 1000;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_spoken() {
        let hours = Hours::parse("mon-fri 09:00-12:00 14:00-20:00, sat 10:00-17:00; sun none，holiday none", Some("CN")).unwrap();
        assert_eq!(
            (hours.toml().as_str(), hours.calendar),
            ("{ mon-fri = [\"09:00-12:00\", \"14:00-20:00\"], sat = [\"10:00-17:00\"], sun = [], holiday = [] }", Some("cn"))
        );
        assert_eq!(Hours::parse("22:00-06:00", None).unwrap().toml(), "{ mon-sun = [\"22:00-06:00\"] }");
        let hours = Hours::parse("fri 22:00-06:00", None).unwrap();
        assert!(hours.open(4, 23 * 3_600_000) && hours.open(5, 5 * 3_600_000) && !hours.open(4, 5 * 3_600_000) && !hours.open(5, 6 * 3_600_000));
        for (text, said) in [
            ("", "were expected"),
            ("mun 09:00-10:00", "is no day"),
            ("mon 9-10", "no interval"),
            ("mon 10:00-10:00", "no interval"),
            ("mon", "has no hours"),
            ("holiday none", "needs a calendar"),
            ("mon-fri 09:00-10:00, wed 11:00-12:00", "named before"),
        ] {
            let error = Hours::parse(text, None).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn limits_are_read_as_they_are_spoken() {
        let cap = Cap::parse("raw.\"任务名称\"=5/7 days").unwrap();
        assert_eq!((cap.column.clone(), cap.max, cap.read, cap.head().as_str()), (Field::Raw("任务名称".into()), 5, Window::Days(7), "raw.\"任务名称\""));
        assert_eq!(Cap::parse("3/24h").unwrap().column, Field::Canonical(Column::Callee));
        for text in ["3", "x/24h", "3/24", "kaller=3/24h", "-1/day", "3/0h"] {
            assert!(Cap::parse(text).is_err(), "{text}");
        }
        assert!(Cap::parse("kaller=3/24h").unwrap_err().contains("did you mean caller?"));
    }

    #[test]
    fn the_zone_of_a_region_is_known_where_there_is_but_one() {
        let zones = Zones::new();
        assert_eq!(zone_of("CN", &zones).as_deref(), Some("Asia/Shanghai"));
        assert_eq!((zone_of("US", &zones), zone_of("AU", &zones)), (None, None));
    }

    #[test]
    fn names_cannot_break_out_of_the_file() {
        let mut draft = Draft { timezone: Some("UTC".into()), ..Draft::default() };
        draft.add_list("a\"]\n[[rule]]=x\ny.csv").unwrap();
        let text = draft.ruleset(Lang::En);
        assert!(!text.contains("\n[[rule]]=") && toml::from_str::<toml::Table>(&text).is_ok(), "{text}");
        assert!(draft.add_list("a\"]\n[[rule]]=z").is_err() && draft.add_list("=x").is_err() && draft.add_list("x").is_err());
    }
}
