//! Leaks: by which hole of a dialler's own controls the calls of a finding came through, as far as the calls themselves show it, and which setting closes it.
//!
//! The numbers LK1 to LK17 are those of the documentation (docs/leaks.md). LK8 (calls and messages counted apart) cannot be seen in a log of calls, and LK1
//! only where a list was not asked at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::calendar::Date;
use crate::calls::zones::{Clock, DAY};
use crate::language::Lang;
use crate::report::words::{self, Word};
use crate::rules::windows::Window;
use crate::rules::{Rule, broken};

/// A leak, as a finding tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leak {
    /// `LK5`
    #[serde(deserialize_with = "words::read::<words::Leaks, _>")]
    #[schemars(schema_with = "words::schema::<words::Leaks>")]
    pub id: Word,
    /// What in these calls shows it.
    pub text: String,
    /// The setting that closes it.
    pub setting: String,
}

/// All ids.
pub const IDS: &[&str] = &["LK1", "LK2", "LK3", "LK4", "LK5", "LK6", "LK7", "LK8", "LK9", "LK10", "LK11", "LK12", "LK13", "LK14", "LK15", "LK16", "LK17"];

/// What of a call tells leaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Seen {
    pub at: i64,
    pub call_id: String,
    pub caller: String,
    pub callee: String,
    pub outcome: String,
    pub mode: String,
    pub account: String,
    pub campaign: String,
    pub lead: String,
    /// Since when each list (by its number) holds the callee, where the entry tells.
    pub listed: Vec<(u16, i64)>,
    /// Does the callee have several candidate zones?
    pub many_zones: bool,
    /// Does the call itself violate?
    pub violates: bool,
}

/// A finding, as far as leaks go.
pub struct Case<'a> {
    /// Its rule.
    pub rule: &'a dyn Rule,
    /// What is broken.
    pub broken: u8,
    /// In the kind's unit.
    pub measured: Option<f64>,
    /// In the kind's unit.
    pub limit: Option<f64>,
    /// The list that it is about.
    pub list: u16,
    /// The event stands in a list.
    pub listed_event: bool,
    /// Its calls, in their order.
    pub calls: &'a [Seen],
    /// The clock of the ruleset, which is the server's where nothing else is known.
    pub server: &'a Clock,
    /// UTC.
    pub utc: &'a Clock,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("broken", &self.broken).finish_non_exhaustive()
    }
}

/// Number, setting in English, setting in Chinese.
type Setting = (&'static str, &'static str, &'static str);

const LK1: Setting = (
    "LK1",
    "switch the list check on in each campaign, and look at it again whenever a campaign is copied (VICIdial: the DNC settings of the campaign)",
    "在每个任务中开启名单过滤，复制任务后须再次核对（如 VICIdial 任务的 DNC 设置）",
);
const LK2: Setting = (
    "LK2",
    "count over the last 24 hours instead of a day that begins anew at the server's midnight (VICIdial: 24-hour call count limits)",
    "改用最近 24 小时滑动计数，而非在服务器零点清零（如 VICIdial 的 24 小时呼叫次数限制）",
);
const LK3: Setting = ("LK3", "let recycled leads keep their count of attempts, and set a lifetime limit", "名单回收后保留已拨次数，并设置终身拨打上限");
const LK4: Setting =
    ("LK4", "count by person, over all of their numbers, and switch alternate-number dialling off", "按自然人合并其全部号码计数，并关闭备用号码拨打");
const LK5: Setting =
    ("LK5", "let scheduled callbacks pass the same limits, hours and lists as all other calls", "预约回呼须与其他呼叫适用同样的频次、时段与名单限制");
const LK6: Setting = (
    "LK6",
    "count and filter calls that agents dial by hand (VICIdial: the manual dial filter and daily_limit_manual)",
    "坐席手动拨打须计入频次并经名单过滤（如 VICIdial 的 manual dial filter 与 daily_limit_manual）",
);
const LK7: Setting = (
    "LK7",
    "count by number over all leads, campaigns and accounts, and take duplicates out when lists are loaded",
    "跨线索、任务与账号按号码合并计数，导入名单时去重",
);
const LK10: Setting = (
    "LK10",
    "count in a sliding window of one's own: the platform's window opens at the first call and starts anew after it has ended",
    "自行按滑动窗口计数：平台窗口自首次呼叫起算，期满后重新开始",
);
const LK11: Setting = (
    "LK11",
    "keep each person's zone from their address, and call only when it is permitted in all zones in which they may be",
    "按客户地址保存时区；不能确定时须在所有可能时区均允许时才呼叫",
);
const LK12: Setting =
    ("LK12", "set the calling hours on the clock of the called person, not on the server's or UTC", "可呼时段按被叫当地时间设置，而非服务器时间或 UTC");
const LK13: Setting = ("LK13", "load the list at least daily, and ask it again right before each call", "名单至少每日更新，并在拨打前再次核验");
const LK14: Setting = (
    "LK14",
    "have agents and robots mark a refusal as such at the end of the call, and check dispositions against recordings",
    "坐席与机器人须在通话结束时如实标记拒绝意向，并以录音抽检结果标记",
);
const LK15: Setting = (
    "LK15",
    "take rejection out of the reasons for a retry (Alibaba Cloud: CALL_REJECTED in the recall rule)",
    "将“拒接”从重拨条件中移除（如阿里云重呼规则中的 CALL_REJECTED）",
);
const LK16: Setting = (
    "LK16",
    "pause the campaign well below the limit, and count the share of calls that people answered, not of all calls",
    "在低于上限处暂停任务，并以真人接听的呼叫为分母计算",
);
const LK17: Setting = ("LK17", "count by the called number over all displayed numbers", "按被叫号码合并全部外显号码计数");

/// All settings.
const ALL: &[Setting] = &[LK1, LK2, LK3, LK4, LK5, LK6, LK7, LK10, LK11, LK12, LK13, LK14, LK15, LK16, LK17];

/// Platforms that settings name in brackets, and what their layouts are called.
const PLATFORMS: &[(&str, &str)] = &[("VICIdial", "vicidial"), ("Alibaba Cloud", "aliyun"), ("阿里云", "aliyun")];

/// The setting that closes a leak, in English and Chinese. What it is called on a platform stands there only if the log came from that platform.
pub fn setting(id: &str, platform: &[String]) -> Option<[String; 2]> {
    let (_, en, zh) = ALL.iter().find(|s| s.0 == id)?;
    Some([of_platform(en, " (", ")", platform), of_platform(zh, "（", "）", platform)])
}

fn of_platform(text: &str, open: &str, close: &str, platform: &[String]) -> String {
    let Some((before, inside)) = text.rsplit_once(open).and_then(|(before, rest)| Some((before, rest.strip_suffix(close)?))) else {
        // In the middle of a sentence it stays: it is an example.
        return text.to_owned();
    };
    let named: Vec<&str> = PLATFORMS.iter().filter(|(name, _)| inside.contains(name)).map(|p| p.1).collect();
    let fits = named.is_empty() || platform.iter().any(|p| named.iter().any(|name| p.to_lowercase().contains(name)));
    if fits { text.to_owned() } else { before.to_owned() }
}

/// The leaks that the calls of a finding show.
pub fn leaks(case: &Case<'_>, lang: Lang) -> Vec<Leak> {
    let mut found = Vec::new();
    let mut tell = |setting: Setting, en: String, zh: String| {
        let (text, setting_text) = if lang == Lang::En { (en, setting.1) } else { (zh, setting.2) };
        found.push(Leak { id: setting.0, text, setting: setting_text.to_owned() });
    };
    let counts = matches!(case.broken, broken::MAX | broken::GAP | broken::RUN);
    let violating = || case.calls.iter().filter(|c| c.violates);
    if matches!(case.broken, broken::LIST) || case.list_kind() {
        lists(case, &mut tell);
    }
    if case.broken == broken::HOURS {
        hours(case, &mut tell);
    }
    if counts || case.broken == broken::WAIT || case.broken == broken::HOURS {
        let back = violating().filter(|c| c.mode == "callback").count();
        if back > 0 {
            tell(LK5, format!("{back} of the violating calls are scheduled callbacks"), format!("违规呼叫中有 {back} 次为预约回呼"));
        }
        let manual = violating().filter(|c| c.mode == "manual").count();
        if manual > 0 && (case.broken == broken::HOURS || case.calls.iter().any(|c| !c.mode.is_empty() && c.mode != "manual")) {
            tell(LK6, format!("{manual} of the violating calls were dialled by hand"), format!("违规呼叫中有 {manual} 次为手动拨打"));
        }
    }
    if counts {
        counted(case, &mut tell);
    }
    if counts || case.broken == broken::WAIT {
        let again = case.calls.windows(2).filter(|w| w[1].violates && w[0].outcome == "rejected").count();
        if again > 0 {
            tell(
                LK15,
                format!("{again} of the violating calls follow directly on a call that was rejected"),
                format!("{again} 次违规呼叫紧接在被拒接的呼叫之后"),
            );
        }
    }
    if case.broken == broken::WAIT && case.listed_event {
        tell(
            LK14,
            "the event stands in a list, and in no call: whoever spoke to the person did not mark it".to_owned(),
            "该事件仅见于名单，通话记录中并无相应标记".to_owned(),
        );
    }
    if case.broken == broken::SHARE_HIGH
        && let (Some(measured), Some(limit)) = (case.measured, case.limit)
        && measured <= limit * 1.2
    {
        tell(
            LK16,
            "the share lies just above the limit: a pause that begins only there comes too late".to_owned(),
            "比率略高于上限：到达上限后才暂停为时已晚".to_owned(),
        );
    }
    found
}

impl Case<'_> {
    fn list_kind(&self) -> bool {
        self.rule.common().kind == "dnc_list"
    }

    /// Columns of the key.
    fn per(&self, name: &str) -> bool {
        let fields = match self.rule.plan() {
            crate::rules::Plan::Sequence(sequence) => sequence.key().fields.clone(),
            crate::rules::Plan::Row(_) => Vec::new(),
        };
        fields.iter().any(|f| f.name() == name)
    }
}

fn different<'a>(calls: &'a [Seen], what: impl Fn(&'a Seen) -> &'a str) -> usize {
    let mut all: Vec<&str> = calls.iter().map(what).filter(|t| !t.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

fn lists(case: &Case<'_>, tell: &mut dyn FnMut(Setting, String, String)) {
    let since = |c: &Seen| c.listed.iter().find(|l| l.0 == case.list).map(|l| l.1);
    let (mut fresh, mut old) = (0, 0);
    for call in case.calls.iter().filter(|c| c.violates) {
        match since(call) {
            Some(since) if call.at - since < DAY => fresh += 1,
            Some(_) => old += 1,
            None => {}
        }
    }
    if fresh > 0 {
        tell(
            LK13,
            format!("{fresh} of the calls came less than a day after the number was put on the list: the dialler's copy was older"),
            format!("{fresh} 次呼叫发生在号码入名单后不足一天：外呼系统所用名单版本过旧"),
        );
    }
    if old > 0 {
        tell(
            LK1,
            format!("{old} of the calls came a day or more after the number was put on the list: it was not asked, or not loaded"),
            format!("{old} 次呼叫发生在号码入名单一天以后：名单未被查询或未加载"),
        );
    }
}

fn hours(case: &Case<'_>, tell: &mut dyn FnMut(Setting, String, String)) {
    let open = |clock: &Clock, at: i64| case.rule.open_at(clock.local(at)) == Some(true);
    let mut violating = case.calls.iter().filter(|c| c.violates).peekable();
    if violating.peek().is_none() {
        return;
    }
    let calls: Vec<&Seen> = violating.collect();
    let shut_in_server = calls.iter().any(|c| !open(case.server, c.at));
    if !shut_in_server {
        tell(
            LK12,
            format!("all of these calls lie within the hours by the clock of {}", case.server.name),
            format!("按 {} 时间，这些呼叫均在允许时段内", case.server.name),
        );
    } else if calls.len() >= 3 && calls.iter().all(|c| open(case.utc, c.at)) {
        // One or two calls at the edge of the day often lie within the hours by some clock.
        tell(LK12, "all of these calls lie within the hours by UTC".to_owned(), "按 UTC 时间，这些呼叫均在允许时段内".to_owned());
    }
    let many = calls.iter().filter(|c| c.many_zones).count();
    if many > 0 {
        tell(LK11, format!("for {many} of the calls the number leaves several zones open"), format!("其中 {many} 次呼叫的号码对应多个可能时区"));
    }
}

fn counted(case: &Case<'_>, tell: &mut dyn FnMut(Setting, String, String)) {
    let callers = different(case.calls, |c| &c.caller);
    if callers > 1 && !case.per("caller") {
        tell(LK17, format!("{callers} different numbers were shown"), format!("使用了 {callers} 个不同外显号码"));
    }
    let callees = different(case.calls, |c| &c.callee);
    if callees > 1 && case.per("person") {
        tell(LK4, format!("the person was called on {callees} numbers"), format!("通过 {callees} 个号码联系同一人"));
    }
    let by_callee = case.per("callee") || case.per("person");
    if by_callee {
        for (n, en, zh) in [
            (different(case.calls, |c| &c.lead), "leads", "条线索"),
            (different(case.calls, |c| &c.campaign), "campaigns", "个任务"),
            (different(case.calls, |c| &c.account), "accounts", "个账号"),
        ] {
            if n > 1 {
                tell(LK7, format!("the calls come from {n} {en}"), format!("呼叫来自 {n} {zh}"));
                break;
            }
        }
    }
    let Some((window, max)) = case.rule.cap().filter(|_| case.broken == broken::MAX && !case.calls.is_empty()) else { return };
    let same_lead = different(case.calls, |c| &c.lead) == 1 && case.calls.iter().all(|c| !c.lead.is_empty());
    if same_lead && matches!(window, Window::Ever) | window.length().is_some_and(|l| l > 2 * DAY) {
        tell(LK3, "all calls are attempts on one lead that was dialled again and again".to_owned(), "均为对同一条线索的反复拨打".to_owned());
    }
    let Window::Sliding(length) = window else { return };
    let date = |at: i64| Date::try_from(case.server.local(at).div_euclid(DAY)).unwrap_or(0);
    if length == DAY && most_in_one(case.calls.iter().map(|c| i64::from(date(c.at)))) <= max {
        tell(
            LK2,
            format!("no calendar day has more than {max} of them: a counter that is reset at midnight ({}) lets them through", case.server.name),
            format!("任一自然日均未超过 {max} 次：在零点（{}）清零的计数器无法拦截", case.server.name),
        );
    } else {
        let mut anchor = i64::MIN;
        let windows = case.calls.iter().map(|c| {
            if anchor == i64::MIN || c.at >= anchor + length {
                anchor = c.at;
            }
            anchor
        });
        if most_in_one(windows) <= max {
            tell(LK10, format!("no window that opens at a first call has more than {max} of them"), format!("任一自首次呼叫起算的窗口均未超过 {max} 次"));
        }
    }
}

/// How often the most frequent value stands in a row of values that are sorted.
fn most_in_one(values: impl Iterator<Item = i64>) -> u64 {
    let (mut most, mut now, mut last) = (0, 0, None);
    for value in values {
        now = if last == Some(value) { now + 1 } else { 1 };
        last = Some(value);
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::zones::Zones;
    use crate::ruleset::{Ruleset, compile};

    fn ruleset(rule: &str) -> Ruleset {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.toml");
        std::fs::write(&file, format!("[ruleset]\nid = 'a'\ntimezone = 'Asia/Shanghai'\n[[rule]]\nid = 'r'\n{rule}")).unwrap();
        compile::load(&[file], &[], &Zones::new(), false).unwrap_or_else(|e| panic!("{e}"))
    }

    fn at(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    fn call(start: &str) -> Seen {
        Seen { at: at(start), callee: "+8613800000001".into(), caller: "+8621000001".into(), ..Seen::default() }
    }

    /// The ids of the leaks that the calls show; the last call violates.
    fn ids(rule: &str, broken: u8, change: impl Fn(&mut Case<'_>), mut calls: Vec<Seen>) -> Vec<&'static str> {
        let ruleset = ruleset(rule);
        let (server, utc) = (Clock::parse("Asia/Shanghai").unwrap(), Clock::parse("UTC").unwrap());
        if let Some(last) = calls.last_mut() {
            last.violates = true;
        }
        let mut case = Case {
            rule: ruleset.rules[0].as_ref(),
            broken,
            measured: None,
            limit: None,
            list: 0,
            listed_event: false,
            calls: &calls,
            server: &server,
            utc: &utc,
        };
        change(&mut case);
        let (en, zh) = (leaks(&case, Lang::En), leaks(&case, Lang::Zh));
        assert_eq!(en.iter().map(|l| l.id).collect::<Vec<_>>(), zh.iter().map(|l| l.id).collect::<Vec<_>>());
        assert!(zh.iter().all(|l| !l.text.is_ascii() && !l.setting.is_ascii()) && en.iter().all(|l| l.text.is_ascii() && l.setting.is_ascii()));
        en.into_iter().map(|l| l.id).collect()
    }

    const CAP: &str = "kind = 'call_cap'\nper = ['callee']\nmax = 2\nwindow = '24h'";

    #[test]
    fn a_counter_that_midnight_resets_is_seen() {
        // 23:00 and 23:30 of one day in Shanghai, 00:10 of the next.
        let over = vec![call("2026-03-01T15:00:00Z"), call("2026-03-01T15:30:00Z"), call("2026-03-01T16:10:00Z")];
        assert_eq!(ids(CAP, broken::MAX, |_| {}, over), ["LK2"]);
        let within = vec![call("2026-03-01T02:00:00Z"), call("2026-03-01T03:30:00Z"), call("2026-03-01T04:10:00Z")];
        assert!(ids(CAP, broken::MAX, |_| {}, within).is_empty());
    }

    #[test]
    fn an_anchored_window_of_the_platform_is_seen() {
        let rule = "kind = 'call_cap'\nper = ['callee']\nmax = 2\nwindow = '1h'";
        // Opens at 02:00, and anew at 03:05; the three last lie within an hour.
        let calls = vec![call("2026-03-01T02:00:00Z"), call("2026-03-01T02:50:00Z"), call("2026-03-01T03:05:00Z"), call("2026-03-01T03:10:00Z")];
        assert_eq!(ids(rule, broken::MAX, |_| {}, calls[1..].to_vec()), Vec::<&str>::new(), "the window opened before what is shown");
        assert_eq!(ids(rule, broken::MAX, |_| {}, calls), ["LK10"]);
    }

    #[test]
    fn who_dialled_and_with_which_number_is_seen() {
        let three = || vec![call("2026-03-01T02:00:00Z"), call("2026-03-01T03:00:00Z"), call("2026-03-01T04:00:00Z")];
        let with = |change: &dyn Fn(&mut [Seen])| {
            let mut calls = three();
            change(&mut calls);
            ids(CAP, broken::MAX, |_| {}, calls)
        };
        assert_eq!(with(&|c| c[2].mode = "callback".into()), ["LK5"]);
        assert_eq!(with(&|c| (c[2].mode, c[0].mode) = ("manual".into(), "robot".into())), ["LK6"]);
        assert_eq!(with(&|c| c[1].caller = "+8621000002".into()), ["LK17"]);
        assert_eq!(with(&|c| (c[0].lead, c[1].lead) = ("1".into(), "2".into())), ["LK7"]);
        assert_eq!(with(&|c| (c[0].campaign, c[1].campaign) = ("a".into(), "b".into())), ["LK7"]);
        assert_eq!(with(&|c| c[1].outcome = "rejected".into()), ["LK15"]);
        let person = "kind = 'call_cap'\nper = ['person']\nmax = 2\nwindow = '24h'";
        let mut calls = three();
        calls[1].callee = "+8613800000002".into();
        assert_eq!(ids(person, broken::MAX, |_| {}, calls), ["LK4"]);
        let ever = "kind = 'call_cap'\nper = ['callee']\nmax = 2\nwindow = 'ever'";
        let mut calls = three();
        calls.iter_mut().for_each(|c| c.lead = "7".into());
        assert_eq!(ids(ever, broken::MAX, |_| {}, calls), ["LK3"]);
    }

    #[test]
    fn a_stale_list_is_told_from_one_that_was_not_asked() {
        let rule = "kind = 'dnc_list'\nlists = ['d']\n[[list]]\nid = 'd'\npath = 'x.csv'";
        let listed = |since: &str| vec![Seen { listed: vec![(0, at(since))], ..call("2026-03-10T02:00:00Z") }];
        assert_eq!(ids(rule, broken::LIST, |_| {}, listed("2026-03-09T20:00:00Z")), ["LK13"]);
        assert_eq!(ids(rule, broken::LIST, |_| {}, listed("2026-03-01T00:00:00Z")), ["LK1"]);
        assert!(ids(rule, broken::LIST, |c| c.list = 3, listed("2026-03-01T00:00:00Z")).is_empty(), "another list");
    }

    #[test]
    fn hours_of_another_clock_are_seen() {
        let rule = "kind = 'quiet_hours'\nclock = 'America/New_York'\nallow = { mon-sun = ['08:00-21:00'] }";
        let late = || (0..3).map(|n| Seen { violates: true, ..call(&format!("2026-03-02T13:3{n}:00Z")) }).collect::<Vec<_>>();
        // 02:00 UTC is 10:00 in Shanghai and 22:00 in New York; 13:30 UTC is 21:30 in Shanghai.
        assert_eq!(ids(rule, broken::HOURS, |_| {}, vec![call("2026-03-02T03:00:00Z")]), ["LK12"]);
        assert_eq!(ids("kind = 'quiet_hours'\nallow = { mon-sun = ['08:00-21:00'] }", broken::HOURS, |_| {}, late()), ["LK12"]);
        assert!(
            ids("kind = 'quiet_hours'\nallow = { mon-sun = ['08:00-21:00'] }", broken::HOURS, |_| {}, late().split_off(2)).is_empty(),
            "one call is chance"
        );
        let many = Seen { many_zones: true, ..call("2026-03-02T22:00:00Z") };
        assert_eq!(ids(rule, broken::HOURS, |_| {}, vec![many]), ["LK11"]);
    }

    #[test]
    fn what_lies_just_above_the_limit_and_what_nobody_marked_is_seen() {
        let ratio = "kind = 'ratio'\nper = []\nnumerator = \"outcome = 'abandoned'\"\nmax = 0.03\nwindow = 'day'";
        let share = |n: f64| ids(ratio, broken::SHARE_HIGH, |c| (c.measured, c.limit) = (Some(n), Some(0.03)), vec![call("2026-03-02T03:00:00Z")]);
        assert_eq!((share(0.035), share(0.2)), (vec!["LK16"], vec![]));
        let wait = "kind = 'cooldown'\nper = ['callee']\nafter = \"response = 'refused'\"\nwait = 'ever'";
        assert_eq!(ids(wait, broken::WAIT, |c| c.listed_event = true, vec![call("2026-03-02T03:00:00Z")]), ["LK14"]);
    }
}
