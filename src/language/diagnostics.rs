//! Mistakes in rulesets, suppressions and cases, in Chinese: what stands with the line and the caret. A sentence that is not here stays in English.

use super::Lang;
use super::sentences::fill;

/// English and Chinese.
const SENTENCES: &[(&str, &str)] = &[
    // any table
    ("unknown key `{}`", "未知键 `{0}`"),
    ("not a key of {}", "{0} 没有此键"),
    ("known keys: {}", "可用的键：{0}"),
    ("did you mean `{}`?", "是否应为 `{0}`？"),
    ("did you mean \"{}\"?", "是否应为“{0}”？"),
    ("{} needs `{}`", "{0} 须有 `{1}`"),
    ("`{}`: unknown word `{}`", "`{0}`：未知取值 `{1}`"),
    ("`{}`: unknown word \"{}\"", "`{0}`：未知取值“{1}”"),
    ("`{}`: expected {}, found {}", "`{0}`：应为{1}，实为{2}"),
    ("expected {}, found {}", "应为{0}，实为{1}"),
    ("expected {}", "应为 {0}"),
    ("one of {}", "可取 {0}"),
    ("{} is negative", "{0} 为负数"),
    ("not a number", "不是数字"),
    ("the integer does not fit 64 bits", "整数超出 64 位"),
    ("a text", "文本"),
    ("text", "文本"),
    ("text {}", "文本 {0}"),
    ("an integer", "整数"),
    ("integer", "整数"),
    ("a number", "数字"),
    ("float", "小数"),
    ("boolean", "布尔值"),
    ("`true` or `false`", " `true` 或 `false`"),
    ("a date (2026-10-01)", "日期（如 2026-10-01）"),
    ("date", "日期"),
    ("time", "时间"),
    ("an array of texts", "文本数组"),
    ("array", "数组"),
    ("an array of tables ([[{}]])", "表数组（[[{0}]]）"),
    ("a table", "表"),
    ("table", "表"),
    ("a rule", "规则"),
    ("a step", "步骤"),
    ("a [[suppression]]", "[[suppression]]"),
    ("a file of suppressions", "豁免登记文件"),
    ("rule \"{}\"", "规则“{0}”"),
    ("`{}` is missing", "缺少 `{0}`"),
    ("`{}` is missing in {}", "{1} 中缺少 `{0}`"),
    ("`{}` is missing in [[{}]]", "[[{1}]] 中缺少 `{0}`"),
    ("`{}` is empty", "`{0}` 为空"),
    ("`{}` must be a text", "`{0}` 须为文本"),
    ("write [[{}]] with two brackets", "[[{0}]] 须写两层方括号"),
    ("write [[case]] with two brackets", "[[case]] 须写两层方括号"),
    ("unknown table `{}`", "未知的表 `{0}`"),
    ("a table [[{}]] was expected", "此处应为表 [[{0}]]"),
    ("two [[{}]] of this file have the id \"{}\"", "本文件中有两个 [[{0}]] 的 id 都是“{1}”"),
    ("[ruleset] must be a table", "[ruleset] 须为表"),
    ("the table [ruleset] is missing", "缺少表 [ruleset]"),
    ("[ruleset] with id, and timezone", "[ruleset] 中写 id 与 timezone"),
    ("the files extend each other in a circle", "文件互相继承，形成循环"),
    ("the ruleset has no rule that is on", "规则集中没有启用的规则"),
    ("[[rule]] with id and kind", "[[rule]] 中写 id 与 kind"),
    ("no [[{}]] has the id \"{}\"", "没有 id 为“{1}”的 [[{0}]]"),
    ("no [[list]] and no [[exemption]] has the id \"{}\"", "没有 id 为“{0}”的 [[list]] 或 [[exemption]]"),
    ("\"{}\" is the id of a [[list]] too: `exempt` could mean either", "“{0}”同时是某个 [[list]] 的 id：`exempt` 所指不明"),
    ("the list \"{}\" has the kind \"{}\", one of kind \"{}\" is needed", "名单“{0}”的类型为“{1}”，此处需要“{2}”类型"),
    ("unknown language `{}`", "未知语言 `{0}`"),
    ("en or zh", "en 或 zh"),
    ("a text was expected, found {}", "应为文本，实为{0}"),
    ("a text, or { en = \"…\", zh = \"…\" } was expected", "应为文本，或 { en = \"…\", zh = \"…\" }"),
    ("`{}` is for lists of hashes", "`{0}` 只用于哈希名单"),
    ("\"{}\" is no due date", "“{0}”不是期限"),
    ("such as \"1 business day\" or \"30 days\"", "例如 \"1 business day\"（工作日）或 \"30 days\""),
    ("the step says nothing: en = \"…\" or zh = \"…\" is needed", "步骤没有内容：须写 en = \"…\" 或 zh = \"…\""),
    ("only columns of text can be stated, with their words", "只能声明文本列及其取值"),
    ("not a pattern: {}", "不是有效的匹配式：{0}"),
    ("`disabled_because` is for rules that are off", "`disabled_because` 只用于停用的规则"),
    ("`{}` is a share from 0 to 1", "`{0}` 为 0 到 1 之间的占比"),
    ("unknown column \"{}\"", "未知列“{0}”"),
    ("unknown column `{}`", "未知列 `{0}`"),
    ("unknown outcome \"{}\"", "未知的呼叫结果“{0}”"),
    ("unknown day \"{}\"", "未知的日子“{0}”"),
    // suppressions
    ("a [[suppression]] needs `until`, its last day", "[[suppression]] 须有 `until`，即最后有效日"),
    ("a fingerprint has sixteen hexadecimal digits", "指纹为十六位十六进制数"),
    ("copy it from a report", "请从报告中复制"),
    ("a [[suppression]] needs one of `subject`, `calls`, `fingerprint`", "[[suppression]] 须有 `subject`、`calls`、`fingerprint` 之一"),
    ("a whole rule is turned off in the ruleset: enabled = false", "整条规则请在规则集中停用：enabled = false"),
    ("`{}` names nothing", "`{0}` 没有内容"),
    ("`{}` and `{}` in one [[suppression]]: give one of them", "同一 [[suppression]] 中不能同时有 `{0}` 与 `{1}`：只能写一个"),
    ("findings of the rule \"{}\" are about no `{}`", "规则“{0}”的问题项没有 `{1}` 列"),
    ("their subject: {}", "其主体列：{0}"),
    ("findings of the rule \"{}\" may not be suppressed", "规则“{0}”的问题项不得豁免"),
    ("its ruleset says suppressible = false", "规则集已声明 suppressible = false"),
    // what rules have in common
    ("`max` needs a `window`", "`max` 须与 `window` 同时给出"),
    ("`window` needs a `max`", "`window` 须与 `max` 同时给出"),
    ("such as window = \"24h\"", "例如 window = \"24h\""),
    ("the rule has no limit: {} is needed", "规则没有上限：须有 {0}"),
    ("\"{}\" is no grace period", "“{0}”不是宽限期"),
    ("\"10 days\", \"10 business days\" or elapsed time such as \"24h\"", "\"10 days\"（自然日）、\"10 business days\"（工作日）或 \"24h\" 这样的时长"),
    ("\"{}\" is no duration", "“{0}”不是时长"),
    ("a whole number directly followed by s, m, h or d, such as \"30m\"", "整数后直接写 s（秒）、m（分）、h（时）或 d（日），例如 \"30m\""),
    ("this is no window", "这不是时间窗口"),
    ("\"{}\" has no country code", "“{0}”没有国家代码"),
    ("write it with a plus, such as \"+8613*\", or give [ruleset] a region", "请写成带加号的形式，例如 \"+8613*\"，或在 [ruleset] 中写 region"),
    ("\"{}\" is no number", "“{0}”不是号码"),
    ("a number, a prefix such as \"+86138*\", or a mask such as \"138****1234\"", "号码、号段（如 \"+86138*\"）或脱敏号码（如 \"138****1234\"）"),
    ("`{}` is empty: the rule would apply to nothing", "`{0}` 为空：规则将不适用于任何呼叫"),
    ("`unknown` is about `region`", "`unknown` 只与 `region` 同用"),
    ("the exemption says nothing: `where` or `list` is needed", "豁免条件没有内容：须有 `where` 或 `list`"),
    ("`{}` is about the events of a `list`", "`{0}` 只用于 `list` 中的事件"),
    ("\"{}\" is no length of time", "“{0}”不是时长"),
    ("\"18 months\", \"7 days\" (calendar days) or elapsed time such as \"72h\"", "\"18 months\"、\"7 days\"（自然日）或 \"72h\" 这样的时长"),
    // hours
    ("`allow` and `forbid` cannot both be given", "`allow` 与 `forbid` 不能同时给出"),
    ("`allow` or `forbid` is missing", "缺少 `allow` 或 `forbid`"),
    ("such as allow = { mon-sun = [\"08:00-21:00\"] }", "例如 allow = { mon-sun = [\"08:00-21:00\"] }"),
    ("\"{}\" needs a calendar", "“{0}”需要日历"),
    ("calendar = \"cn\", or the path of a calendar file", "calendar = \"cn\"，或日历文件的路径"),
    ("\"{}\" names a day that another key names too", "“{0}”所指的日子与另一个键重复"),
    ("a list of intervals was expected", "应为时段列表"),
    ("such as [\"09:00-12:00\", \"14:00-20:00\"]", "例如 [\"09:00-12:00\", \"14:00-20:00\"]"),
    ("an interval such as \"09:00-12:00\" was expected, found {}", "应为 \"09:00-12:00\" 这样的时段，实为{0}"),
    ("such as \"09:00-12:00\"", "例如 \"09:00-12:00\""),
    ("the interval \"{}\" ends when it begins", "时段“{0}”的起止相同"),
    ("\"{}\" is no time of day", "“{0}”不是时刻"),
    ("HH:MM or HH:MM:SS, from 00:00 to 24:00", "HH:MM 或 HH:MM:SS，从 00:00 到 24:00"),
    ("\"{}\" is no interval", "“{0}”不是时段"),
    // kinds
    ("the rule checks nothing", "规则没有检查内容"),
    ("the rule forbids nothing", "规则没有禁止内容"),
    ("the rule asks nothing of the caller", "规则对主叫没有要求"),
    ("write two rules", "请写成两条规则"),
    ("`{}` is about each call by itself, `max_numbers` about the calls of a key", "`{0}` 针对单次呼叫，`max_numbers` 针对同一键的呼叫"),
    ("the rule has no bound: {} is needed", "规则没有界限：须有 {0}"),
    ("`min` is greater than `max`", "`min` 大于 `max`"),
    ("`min` is greater than `max`: no length is permitted", "`min` 大于 `max`：任何时长都不允许"),
    ("`min` is greater than `max`: no share is permitted", "`min` 大于 `max`：任何占比都不允许"),
    ("records are those of many callees: the clock must be one", "话单涉及多个被叫：只能用一个时钟"),
    ("a ratio is about the calls of many callees: its clock must be one", "比率涉及多个被叫的呼叫：只能用一个时钟"),
    ("a pattern is about the calls to many callees: its clock must be one", "呼叫特征涉及多个被叫的呼叫：只能用一个时钟"),
    ("a copy has one date: the clock must be one", "名单版本只有一个日期：只能用一个时钟"),
    ("\"{}\" is no wait", "“{0}”不是冷却期"),
    (
        "elapsed time such as \"72h\", \"60 days\", \"10 business days\" or \"ever\"",
        "\"72h\" 这样的时长、\"60 days\"、\"10 business days\"（工作日）或 \"ever\"（永久）",
    ),
    ("nothing says which events there are: `after` or `events` is needed", "未说明有哪些事件：须有 `after` 或 `events`"),
    ("\"{}\" is no age", "“{0}”不是有效期"),
    ("a pattern is a signal and breaks no rule", "呼叫特征只是风险信号，不构成违规"),
    ("a rule has a bound or a baseline, not both", "规则只能有界限或基线之一"),
    ("`{}` and `{}` go together", "`{0}` 与 `{1}` 须同时给出"),
    ("a window of the calendar is needed", "须为日历窗口"),
    ("one number always follows itself: `max` is at least 1", "单个号码总是自成连号：`max` 至少为 1"),
    ("`block` is a power of ten: 10, 100, 1000 …", "`block` 为 10 的幂：10、100、1000……"),
    // sources
    ("a citation needs `{}`", "引用须有 `{0}`"),
    ("{} is no web address", "{0} 不是网址"),
    ("`penalty` needs `currency`", "`penalty` 须有 `currency`"),
    ("{} is no currency", "{0} 不是币种"),
    ("`{}` is negative", "`{0}` 为负数"),
    // expressions
    ("the expression is empty", "表达式为空"),
    ("`{}` is not supported in a rule", "规则中不支持 `{0}`"),
    ("the operator `{}` is not supported in a rule", "规则中不支持运算符 `{0}`"),
    ("the list after IN is empty", "IN 之后的列表为空"),
    ("too deeply nested", "嵌套过深"),
    ("`{}` takes {} arguments, found {}", "`{0}` 需要 {1} 个参数，实有 {2} 个"),
];

/// A sentence beside a line of a ruleset, in a language.
pub fn said(lang: Lang, text: &str) -> String {
    if lang == Lang::En { text.to_owned() } else { translated(text, 2) }
}

/// In Chinese, and so what stands in its places.
fn translated(text: &str, depth: u8) -> String {
    if depth == 0 {
        return text.to_owned();
    }
    // The sentence that says the most of the text itself: names may hold anything.
    let best = SENTENCES.iter().filter_map(|(en, zh)| fill(en, text).map(|parts| (en.len() - 2 * parts.len(), parts, *zh))).max_by_key(|f| f.0);
    let Some((_, parts, zh)) = best else { return text.to_owned() };
    let mut out = zh.to_owned();
    for (i, part) in parts.iter().enumerate() {
        out = out.replace(&format!("{{{i}}}"), &translated(part, depth - 1).replace('{', "\u{1}"));
    }
    out.replace('\u{1}', "{")
}

/// How many mistakes there are, and where if all are in one file.
pub fn counted(lang: Lang, n: usize, file: Option<&str>) -> String {
    match (lang, file) {
        (Lang::En, file) => format!("{n} error{}{}", if n == 1 { "" } else { "s" }, file.map(|f| format!(" in {f}")).unwrap_or_default()),
        (Lang::Zh, Some(file)) => format!("{file} 中有 {n} 处错误"),
        (Lang::Zh, None) => format!("共 {n} 处错误"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_all_its_places_in_both_languages() {
        for (en, zh) in SENTENCES {
            let places = en.matches("{}").count();
            assert!((0..places).all(|i| zh.contains(&format!("{{{i}}}"))), "{en}: {zh}");
            assert!(!zh.contains(&format!("{{{places}}}")), "{zh}");
            assert_eq!(SENTENCES.iter().filter(|s| s.0 == *en).count(), 1, "{en} stands twice");
        }
    }

    #[test]
    fn mistakes_are_told_in_chinese() {
        for (en, zh) in [
            ("unknown key `sevrity`", "未知键 `sevrity`"),
            ("`max`: expected an integer, found text \"three\"", "`max`：应为整数，实为文本 \"three\""),
            ("`subject`: expected a table, found array", "`subject`：应为表，实为数组"),
            ("no [[rule]] has the id \"a {} b\"", "没有 id 为“a {} b”的 [[rule]]"),
            ("not a key of rule \"b\"", "规则“b” 没有此键"),
            ("expected `numbers`, `consent`", "应为 `numbers`, `consent`"),
            ("what nobody knows", "what nobody knows"),
        ] {
            assert_eq!(said(Lang::Zh, en), zh);
            assert_eq!(said(Lang::En, en), en);
        }
    }
}
