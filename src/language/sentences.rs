//! Sentences of reports in Chinese. Reports store notes and reasons in English, for scripts; what people read in Chinese is put together here from the
//! same sentence: a template with `{}` where names and numbers stand, and its translation with `{0}`, `{1}` … in their places.

use std::borrow::Cow;

use super::Lang;

/// English and Chinese.
const SENTENCES: &[(&str, &str)] = &[
    // clocks
    ("stated in [[source]]", "由 [[source]] 声明"),
    ("assumed: the ruleset's zone", "假定：采用规则集时区"),
    ("assumed: the ruleset's zone; {}", "假定：采用规则集时区；{0}"),
    ("the ruleset's zone, confirmed by ids of {} of {} rows", "规则集时区，经 {1} 行中 {0} 行的标识印证"),
    ("inferred from {} of {} of {} rows", "由 {2} 行中 {1} 行的 {0} 推断"),
    ("assumed: there is neither a ruleset nor --tz", "假定：既无规则集也无 --tz"),
    ("the vendor's documentation", "厂商文档"),
    ("offset in the data", "数据自带时区偏移"),
    ("as in each row", "以每行为准"),
    ("profile", "导出格式"),
    ("header", "表头"),
    ("clock assumed: nothing in the log tells its zone", "时钟为假定：日志未说明所用时区"),
    (
        "the dates of the column \"{}\" (such as \"{}\") are ambiguous: {}. Pass --date-order dmy or --date-order mdy, or write date_order in a [[source]]",
        "列“{0}”的日期（如“{1}”）有歧义：{2}。请加 --date-order dmy（日在前）或 --date-order mdy（月在前），或在 [[source]] 中写 date_order",
    ),
    (
        "the dates of the column \"{}\" (such as \"{}\") are ambiguous: {}. Pass --date-order dmy or --date-order mdy (ymd, where the year comes first), or write date_order in a [[source]]",
        "列“{0}”的日期（如“{1}”）有歧义：{2}。请加 --date-order dmy（日在前）、mdy（月在前）或 ymd（年在前），或在 [[source]] 中写 date_order",
    ),
    ("nothing tells whether the year or the day comes first", "无从判断年在前还是日在前"),
    ("nothing tells whether the day or the month comes first", "无从判断日在前还是月在前"),
    ("some rows have the day first and some the month", "有的行日在前，有的行月在前"),
    ("numbers above 12", "大于 12 的数字"),
    ("the order of the rows", "各行的先后顺序"),
    ("the seconds in the ids", "标识中的秒数"),
    ("month", "月"),
    ("dates have the {} first: told by {}", "日期以 {0} 在前：依据为 {1}"),
    ("{} starts carry their offset, the others do not", "{0} 个开始时间自带时区偏移，其余没有"),
    ("{} starts lie in an hour that the clock showed twice", "{0} 个开始时间落在时钟重复的一小时内"),
    ("{} starts lie in an hour that the clock never showed", "{0} 个开始时间落在时钟跳过的一小时内"),
    ("starts are known to the {}: counting rules use the first instant", "开始时间只精确到{0}：计数类规则取其最早时刻"),
    ("second", "秒"),
    ("minute", "分钟"),
    ("hour", "小时"),
    ("day", "日"),
    // what a log tells
    ("{} calls without a direction are taken as outbound", "{0} 次呼叫未注明方向，按呼出处理"),
    ("rows whose {} is the agent are no attempts: they belong to the customer's row with the same id", "{0} 为坐席的行不是呼叫尝试：归入同一标识的客户行"),
    ("{} rows share the key of a call with more than {} others: they are not folded", "{0} 行与超过 {1} 行共用同一呼叫标识：未合并"),
    ("{} calls to virtual numbers are told whom they reached", "{0} 次拨往隐私号的呼叫已查明真实被叫"),
    ("{} calls to virtual numbers had no binding at that time: whom they reached is not known", "{0} 次拨往隐私号的呼叫当时没有绑定关系：真实被叫未知"),
    (
        "{} calls reached virtual numbers without a binding at that time: they count for the virtual number, not for a person",
        "{0} 次拨往隐私号的呼叫当时没有绑定关系：计入隐私号，而非某个人",
    ),
    (
        "{} calls in mode axb: who is behind virtual (X) numbers is not known without a [[list]] of kind \"bindings\"",
        "{0} 次呼叫为 axb 模式：没有类型为 bindings 的 [[list]]，隐私号（X 号）背后的真实被叫未知",
    ),
    (
        "calls through virtual (X) numbers: the callee is the person whom the export names, the caller the number that was shown",
        "经隐私号（X 号）的呼叫：被叫为导出中的真实号码，主叫为外显号码",
    ),
    (
        "callees behind virtual numbers are not known without a [[list]] of kind \"bindings\": {}",
        "没有类型为 bindings 的 [[list]]，隐私号背后的真实被叫未知：{0}",
    ),
    ("{} calls to numbers without an alias", "{0} 次呼叫的号码未登记联系人"),
    ("{}: joined by {}, {} calls found their row, {} did not", "{0}：按 {1} 关联，{2} 次呼叫找到对应行，{3} 次没有"),
    ("{}: no column of it is found here, nothing is joined", "{0}：没有可关联的列，未关联"),
    ("{}: {} rows say something else of a {} than another row does", "{0}：{1} 行对同一 {2} 的说法与其他行不同"),
    ("{}: {} rows cannot be read and are left out", "{0}：{1} 行无法读取，已略过"),
    ("list {}: {} rows hold no readable numbers or times and are left out (first: line {})", "名单 {0}：{1} 行没有可读的号码或时间，已略过（首行：{2}）"),
    ("list {}: {} rows hold no readable number and person and are left out", "名单 {0}：{1} 行没有可读的号码与联系人，已略过"),
    ("list {}: {} rows give a number to another person than one before", "名单 {0}：{1} 行将号码归于另一联系人"),
    ("{} duplicates differ in other columns", "{0} 条重复记录的其他字段不一致"),
    ("exactly {} rows: a limit of the export may have cut it", "恰好 {0} 行：可能因导出上限被截断"),
    ("{} rows were mended: quotes or separators inside of fields are not escaped", "{0} 行已修复：字段内的引号或分隔符未转义"),
    (
        "not one of {} calls is unanswered: unanswered attempts may be missing, so that attempts are counted too low",
        "{0} 次呼叫中没有一次未接通：未接通的拨打可能缺失，次数会偏低",
    ),
    (
        "the last day, {}, has calls up to {}, other such days up to {}: the export may break off",
        "最后一天 {0} 的呼叫止于 {1}，其他同类日期止于 {2}：导出可能中断",
    ),
    ("the column {} counts from {} to {} and {} numbers are missing ({}): rows may be missing", "列 {0} 从 {1} 编号到 {2}，缺 {3} 个号（{4}）：可能缺行"),
    (
        "CUCM leaves out calls of no length unless its service parameter says otherwise: failed attempts may be missing",
        "CUCM 默认不记录时长为零的呼叫：失败的拨打可能缺失",
    ),
    (
        "the start is that of the conversation, and calls that were not set up are not in such exports: attempts are counted too low",
        "开始时间为通话建立时间，此类导出不含未接通的呼叫：拨打次数会偏低",
    ),
    ("Aircall counts an outbound call that reaches a voicemail as answered", "Aircall 将进入语音信箱的外呼计为接通"),
    ("sheet \"{}\"", "工作表“{0}”"),
    ("above the header, left out: {}", "表头上方、未采用：{0}"),
    ("not UTF-8: bytes above 127 are read as ISO 8859-1", "非 UTF-8：大于 127 的字节按 ISO 8859-1 读取"),
    ("the outcome is derived: answered where {}", "呼叫结果为推导所得：满足 {0} 时视为接通"),
    ("{} other tables of the page, with fewer rows, were passed over", "页面中另有 {0} 个行数较少的表格，已略过"),
    ("sheets without a table were passed over: {}", "以下工作表没有表格，已略过：{0}"),
    ("columns with records or lists of records in them are not read: {}", "含嵌套记录的列未读取：{0}"),
    ("table {} of the dump", "转储中的表 {0}"),
    ("other tables of the dump, which look less like calls, were passed over: {}", "转储中其他不像话单的表已略过：{0}"),
    ("{}: {} files that are no exports by their names were passed over", "{0}：{1} 个文件按名称判断不是导出文件，已略过"),
    ("{}: {} members that are no exports by their names were passed over", "{0}：{1} 个成员按名称判断不是导出文件，已略过"),
    ("{} is named twice and read once", "{0} 被指定两次，只读取一次"),
    // what columns of an export are used for
    ("(legs)", "（通话段）"),
    ("(clock)", "（时钟）"),
    ("(kind of row)", "（行的类别）"),
    // rejected rows and inputs
    ("the start is empty", "开始时间为空"),
    ("the start \"{}\" is no time", "开始时间“{0}”无法识别"),
    ("{} fields where {} were expected", "有 {0} 个字段，应为 {1} 个"),
    ("text follows a closing quote", "右引号之后还有文字"),
    ("a quote opens and does not close", "引号未闭合"),
    ("longer than 1 MiB or more than 4,096 fields", "超过 1 MiB 或多于 4,096 个字段"),
    ("not UTF-8 like the rest of the file", "与文件其余部分不同，不是 UTF-8"),
    ("holds bytes that are not {} like the rest of the file", "含有与文件其余部分不同、非 {0} 的字节"),
    ("other reasons", "其他原因"),
    ("changed while it was read: run the command again when it is complete", "读取期间文件发生变化：请在文件写完后重新运行"),
    ("cannot be read: {}", "无法读取：{0}"),
    ("cannot be read again: {}", "无法再次读取：{0}"),
    ("breaks off: {}; the rows before are audited", "中途断开：{0}；此前的行已审计"),
    ("holds a header and no rows", "只有表头，没有数据行"),
    ("the file is empty", "文件为空"),
    ("no such file: check the path", "文件不存在：请检查路径"),
    ("no file matches the pattern", "没有文件与该模式匹配"),
    ("a binary file, not a table of calls", "是二进制文件，不是话单表格"),
    ("does not have the layout {}", "不符合导出格式 {0}"),
    ("changed while it was read: {} rows are not what they were", "读取期间文件发生变化：{0} 行与先前不同"),
    ("changed while it was read: run the audit again when it is complete", "读取期间文件发生变化：请在文件写完后重新审计"),
    // rules
    ("no input has the column {}", "所有来源均无 {0} 列"),
    ("no input has one of the columns {}", "所有来源均无 {0} 中的任何一列"),
    ("the list {} lacks the columns {}", "名单 {0} 缺少 {1} 列"),
    (
        "when the copy of the list {} was made is not known: put {} into the names of its copies, or as_of into its [[list]]",
        "名单 {0} 的版本日期不明：请在副本文件名中写 {1}，或在其 [[list]] 中写 as_of",
    ),
    ("list {}: {} rows hold no readable number or time and are left out (first: line {})", "名单 {0}：{1} 行没有可识别的号码或时间，已略去（首行：第 {2} 行）"),
    ("the list {} holds no readable event", "名单 {0} 中没有可识别的事件"),
    ("the list {} needs a column `at` with the time of each event: it has {}", "名单 {0} 需要事件时间列（at），现有列：{1}"),
    ("the list {} needs a column `number`, `person` or `callee_id`: it has {}", "名单 {0} 需要 number、person 或 callee_id 列，现有列：{1}"),
    ("the column {} is missing in {}", "{1} 缺少 {0} 列"),
    ("the list {} has no file: give it with --use-list {}=PATH", "名单 {0} 没有文件：请用 --use-list {1}=路径 指定"),
    ("cannot read the list {}: {}", "无法读取名单 {0}：{1}"),
    ("the list {} holds no readable number", "名单 {0} 中没有可识别的号码"),
    (
        "cannot read the list {}: {} (check it or give another with --use-list {}=PATH)",
        "无法读取名单 {0}：{1}（请检查该文件，或用 --use-list {2}=路径 另行指定）",
    ),
    (
        "the list {} holds no readable number (check it or give another with --use-list {}=PATH)",
        "名单 {0} 中没有可识别的号码（请检查该文件，或用 --use-list {1}=路径 另行指定）",
    ),
    (
        "the list {} is a log of changes: it has no successive copies (check it or give another with --use-list {}=PATH)",
        "名单 {0} 是变更记录，不能作为按日期的副本（请检查该文件，或用 --use-list {1}=路径 另行指定）",
    ),
    ("no file has such a name ({} stands for a day such as 2026-10-01 or 20261001)", "没有这样命名的文件（{0} 代表日期，如 2026-10-01 或 20261001）"),
    ("{} and {} are copies of the same day", "{0} 与 {1} 是同一天的副本"),
    ("No such file or directory (os error 2)", "文件或目录不存在"),
    (
        "list {}: {} rows hold no readable number and are left out (first: line {}, \"{}\")",
        "名单 {0}：{1} 行没有可识别的号码，已略去（首行：第 {2} 行，“{3}”）",
    ),
    (
        "list {}: {} rows hold times that cannot be read (first: line {}, \"{}\"): what depends on them is possible",
        "名单 {0}：{1} 行的时间无法识别（首行：第 {2} 行，“{3}”）：取决于此的判定为疑似",
    ),
    (
        "list {}: {} rows hold no readable consent and are left out (first: line {}, \"{}\")",
        "名单 {0}：{1} 行没有可识别的同意记录，已略去（首行：第 {2} 行，“{3}”）",
    ),
    (
        "the list {} holds no readable consent (check it or give another with --use-list {}=PATH)",
        "名单 {0} 中没有可识别的同意记录（请检查该文件，或用 --use-list {1}=路径 另行指定）",
    ),
    (
        "the list {} needs a column of numbers or of ids (number, callee_id): it has {} (check it or give another with --use-list {}=PATH)",
        "名单 {0} 需要号码或客户编号列（number、callee_id），现有列：{1}（请检查该文件，或用 --use-list {2}=路径 另行指定）",
    ),
    (
        "list {}: {} rows name a direction that is not known (first: line {}, \"{}\"): what depends on it is possible",
        "名单 {0}：{1} 行的方向无法识别（首行：第 {2} 行，“{3}”）：取决于此的判定为疑似",
    ),
    ("the list {} has no column \"{}\": the rule cannot ask for it", "名单 {0} 没有 {1} 列：规则无法据此判定"),
    ("list {}: line {}: \"{}\" is no time; the entry always counts", "名单 {0}：第 {1} 行：“{2}”不是时间；该条目始终有效"),
    ("counted are the calls of this account alone", "仅计入本账号的呼叫"),
    ("counted are the calls of this seller alone", "仅计入本委托方的呼叫"),
    ("counted are the calls of this campaign alone", "仅计入本任务的呼叫"),
    ("its windows reach into gaps of the log, calls in which are not counted: {} to {}", "其窗口触及日志断档，断档内的呼叫未计入：{0} 至 {1}"),
    ("the log has a gap within this stretch: calls in it are not counted", "此时段内日志有断档：断档内的呼叫未计入"),
    ("exemption not checked", "豁免条件未核查"),
    ("exemption not checked: {}", "豁免条件未核查：{0}"),
    ("{} calls are not judged: exempt by {}", "{0} 次呼叫不判定：依 {1} 豁免"),
    ("it is not certain that the rule applies to these calls: the callee's region is not known", "不能确定规则是否适用于这些呼叫：被叫所在地区不明"),
    ("the event stands in a list, not in the log", "事件载于名单，话单中没有"),
    ("undated entry", "名单条目无日期"),
    ("the callee's zone is not known: judged on the ruleset's clock", "被叫时区未知：按规则集时钟判定"),
    ("the start is ambiguous or known only coarsely", "开始时间有歧义或精度不足"),
    ("no call lies within its dates", "没有呼叫落在规则生效期内"),
    ("no input could be read", "没有可读取的来源"),
    ("no call was judged ({})", "没有呼叫被判定（{0}）"),
    ("there are none", "没有呼叫"),
    ("{} calls: `where` is NULL", "{0} 次呼叫：`where` 为 NULL"),
    ("{} calls: the key is null", "{0} 次呼叫：键为空"),
    ("{} calls: the time is missing", "{0} 次呼叫：缺少时间"),
    ("{} calls: the calendar does not cover the date", "{0} 次呼叫：日历未覆盖该日期"),
    ("{} calls: left out", "{0} 次呼叫：不在规则范围内"),
    // the end
    ("rule {}: {} violations", "规则 {0}：违规 {1} 次"),
    ("rule {}: {} new violations", "规则 {0}：新增违规 {1} 次"),
    ("rule {}: {} findings, {} are tolerated (max_findings)", "规则 {0}：问题项 {1} 项，容许 {2} 项（max_findings）"),
    ("rule {}: {} % of the judged calls violate, {} % are tolerated (max_share)", "规则 {0}：已判定呼叫中 {1} % 违规，容许 {2} %（max_share）"),
    ("{}:{}: the suppression of rule {} expired on {}", "{0}:{1}：规则 {2} 的豁免登记已于 {3} 过期"),
    ("{}:{}: the suppression of rule {} suppresses nothing", "{0}:{1}：规则 {2} 的豁免登记未命中任何问题项"),
    ("{} of its {} calls are suppressed", "其 {1} 次呼叫中有 {0} 次已登记豁免"),
    ("the baseline kept not all of its findings: {} that it left out count as new (--findings)", "基线未保留全部问题项：未保留的 {0} 项计为新增（--findings）"),
    ("rule {} could not be evaluated: {}", "规则 {0} 无法判定：{1}"),
    ("no call was judged by any rule", "没有任何规则判定过呼叫"),
    ("{} of {} rows were rejected, at most {} are tolerated (--max-rejects)", "{1} 行中有 {0} 行被拒收，最多容许 {2} 行（--max-rejects）"),
    ("{}: its rows do not add up, which is a defect of this program", "{0}：行数合计不符，属本程序缺陷"),
];

/// All that the catalogues hold.
fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    SENTENCES.iter().chain(super::inputs::SENTENCES).chain(super::commands::SENTENCES).chain(super::rules::SENTENCES).chain(super::complaints::SENTENCES)
}

/// A sentence of a report in a language. One that the catalogue does not hold stays as it is; the parts of a list joined by `; ` or `, ` are looked for one by one.
pub fn sentence(lang: Lang, text: &str) -> Cow<'_, str> {
    if lang == Lang::En {
        return Cow::Borrowed(text);
    }
    translated(text, 3).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn translated(text: &str, depth: u8) -> Option<String> {
    if depth == 0 {
        return None;
    }
    // A list of sentences, each of which is known, is no single one with the others in it.
    for (separator, joined) in [("; ", "；"), (", ", "，")].into_iter().filter(|s| text.contains(s.0)) {
        let found: Option<Vec<String>> = text.split(separator).map(|part| translated(part, depth - 1)).collect();
        if let Some(found) = found {
            return Some(found.join(joined));
        }
    }
    // The sentence that says the most of the text itself: names may hold anything.
    let best = all().filter_map(|(en, zh)| fill(en, text).map(|parts| (en.len() - 2 * parts.len(), parts, *zh))).max_by_key(|f| f.0);
    if let Some((_, parts, zh)) = best {
        let mut out = zh.to_owned();
        for (i, part) in parts.iter().enumerate() {
            let inner = translated(part, depth - 1);
            out = out.replace(&format!("{{{i}}}"), &inner.unwrap_or_else(|| (*part).to_owned()).replace('{', "\u{1}"));
        }
        return Some(out.replace('\u{1}', "{"));
    }
    for (separator, joined) in [("; ", "；"), (", ", "，"), (": ", "：")] {
        let parts: Vec<&str> = if separator == ": " { text.splitn(2, separator).collect() } else { text.split(separator).collect() };
        let found: Vec<Option<String>> = parts.iter().map(|p| translated(p, depth - 1)).collect();
        if parts.len() > 1 && found.iter().any(Option::is_some) {
            let all: Vec<String> = found.into_iter().zip(parts).map(|(f, p)| f.unwrap_or_else(|| p.to_owned())).collect();
            return Some(all.join(joined));
        }
    }
    None
}

/// What stands in the places of a template, if the text is of it.
pub(super) fn fill<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut literals = template.split("{}");
    let mut rest = text.strip_prefix(literals.next()?)?;
    let literals: Vec<&str> = literals.collect();
    let mut parts = Vec::new();
    for (i, literal) in literals.iter().enumerate() {
        if i + 1 == literals.len() {
            let part = rest.strip_suffix(literal)?;
            parts.push(part);
            rest = "";
        } else {
            let at = rest.find(literal).filter(|_| !literal.is_empty())?;
            parts.push(&rest[..at]);
            rest = &rest[at + literal.len()..];
        }
    }
    (rest.is_empty() && parts.iter().all(|p| !p.is_empty())).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_all_its_places_in_both_languages() {
        for (en, zh) in all() {
            let places = en.matches("{}").count();
            for i in 0..places {
                assert!(zh.contains(&format!("{{{i}}}")), "{en}: {zh} lacks {{{i}}}");
            }
            assert_eq!(zh.matches('{').count(), places, "{zh}");
            assert!(!zh.is_ascii(), "{zh} is not translated");
            assert_eq!(all().filter(|s| s.0 == *en).count(), 1, "{en} stands twice");
        }
    }

    #[test]
    fn sentences_are_found_with_what_stands_in_them() {
        let zh = |text| sentence(Lang::Zh, text).into_owned();
        assert_eq!(zh("186 calls without a direction are taken as outbound"), "186 次呼叫未注明方向，按呼出处理");
        assert_eq!(zh("no input has the column callee; no input has the column purpose"), "所有来源均无 callee 列；所有来源均无 purpose 列");
        assert_eq!(zh("rule a could not be evaluated: no input has the column callee"), "规则 a 无法判定：所有来源均无 callee 列");
        assert_eq!(zh("no call was judged (3 calls: the key is null, 2 calls: left out)"), "没有呼叫被判定（3 次呼叫：键为空，2 次呼叫：不在规则范围内）");
        assert_eq!(zh("starts are known to the minute: counting rules use the first instant"), "开始时间只精确到分钟：计数类规则取其最早时刻");
        assert_eq!(zh("a {0} nobody knows"), "a {0} nobody knows");
        assert_eq!(sentence(Lang::En, "undated entry"), "undated entry");
    }
}
