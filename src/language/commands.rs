//! Sentences of the commands for rulesets, in Chinese.

/// English and Chinese.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    // split
    ("--split {}: no input has the column {}", "--split {0}：所有来源均无 {1} 列"),
    (
        "--split {}: suppressions name calls of all; audit without --split, or give each its own audit",
        "--split {0}：豁免登记涉及所有各方的呼叫；请不加 --split 审计，或逐一单独审计",
    ),
    (
        "--split {}: a baseline is one report; compare the reports of each one with callaudit diff OLD NEW",
        "--split {0}：基线只是一份报告；请用 callaudit diff 旧报告 新报告 分别对比",
    ),
    ("--split {}: standard input can be read only once: give a file", "--split {0}：标准输入只能读取一次：请给出文件"),
    ("--split {}: {} values, and so many reports; at most {} are written", "--split {0}：共有 {1} 个取值，需写同样多的报告；最多写 {2} 份"),
    (
        "--split {}: {} reports cannot all go to one place: give each output a file, such as -o html=report.html",
        "--split {0}：{1} 份报告不能写到同一处：请为每种输出指定文件，例如 -o html=report.html",
    ),
    (
        "--split {}: rejected rows of several cannot all go to one place: give --rejects a file",
        "--split {0}：多方的拒收行不能写到同一处：请为 --rejects 指定文件",
    ),
    ("{}: {}; whose calls it holds is not known, so --split needs inputs without it", "{0}：{1}；无从得知其中是谁的呼叫，使用 --split 时请去掉该来源"),
    ("{} rows that are no calls have no {} and stand in no report, {} of them rejected", "{0} 行不是呼叫且未注明 {1}，不计入任何一份报告，其中 {2} 行被拒收"),
    (
        "--split {}: a stored report does not tell whose each call is, and its totals are those of all: callaudit audit … --split {} -o json=report.json",
        "--split {0}：已存报告不记载每次呼叫属于谁，且合计为各方总和：请用 callaudit audit … --split {1} -o json=report.json",
    ),
    // hidden numbers
    (
        "the numbers of the report are hidden already, with another key: --pseudonyms needs one that shows them",
        "该报告的号码已用另一密钥隐去：--pseudonyms 需要显示号码的报告",
    ),
    (
        "the numbers of the report are hidden already, without a key: --pseudonyms needs one that shows them",
        "该报告的号码已不带密钥隐去：--pseudonyms 需要显示号码的报告",
    ),
    ("{} is there already: --force replaces it", "{0} 已存在：加 --force 才会覆盖"),
    ("{}: no rule has the id \"{}\"", "{0}：没有 id 为“{1}”的规则"),
    ("{}: no rule has the id \"{}\"; did you mean \"{}\"?", "{0}：没有 id 为“{1}”的规则；是否应为“{2}”？"),
    ("{}: a pack is exported, not a file (packs: {})", "{0}：导出的是规则包，不是文件（规则包：{1}）"),
    ("-o {}: unknown format \"{}\" (one of {})", "-o {0}：未知格式“{1}”（可用：{2}）"),
    ("-o {}: unknown format \"{}\"; did you mean {}? (one of {})", "-o {0}：未知格式“{1}”；是否应为 {2}？（可用：{3}）"),
    ("no time zone is given: UTC is written, which is hardly what your rules mean (--timezone)", "未指定时区：已写入 UTC，通常并非规则本意（--timezone）"),
    ("the list {} has no file yet: {} is expected", "名单 {0} 还没有文件：应为 {1}"),
    ("the answers ended: nothing was written", "回答中断：未写入任何文件"),
    ("unknown region \"{}\" (a country code of two letters such as CN, US, GB)", "未知地区“{0}”（应为两个字母的国家代码，如 CN、US、GB）"),
    ("a word such as marketing was expected", "应为 marketing 这样的词"),
    ("\"{}\" is no day: mon to sun, a range such as mon-fri, or holiday", "“{0}”不是日子：mon 至 sun、mon-fri 这样的范围，或 holiday"),
    ("\"{}\" needs a calendar, and there is none for this region", "“{0}”需要日历，而该地区没有"),
    ("\"{}\" has no hours: 09:00-21:00, or none", "“{0}”没有时段：应为 09:00-21:00，或 none"),
    ("\"{}\" names a day that is named before", "“{0}”所指的日子前面已经出现"),
    ("hours such as 09:00-21:00 were expected", "应为 09:00-21:00 这样的时段"),
    ("\"{}\" is no interval such as 09:00-12:00", "“{0}”不是 09:00-12:00 这样的时段"),
    ("\"{}\" is no limit such as 3/24h, '5/7 days' or caller=60/hour", "“{0}”不是 3/24h、'5/7 days' 或 caller=60/hour 这样的上限"),
    ("unknown column \"{}\"", "未知列“{0}”"),
    ("unknown column \"{}\"; did you mean {}?", "未知列“{0}”；是否应为 {1}？"),
    ("two lists have the name {}", "有两个名单都叫 {0}"),
    ("\"{}\": NAME=PATH was expected", "“{0}”：应为 名称=路径"),
    ("\"{}\" is no pack (packs: {})", "“{0}”不是规则包（规则包：{1}）"),
    ("--columns names {} twice", "--columns 重复指定了列 {0}"),
    // stored reports
    (
        "-o {}: {} lists every violating call, and a stored report holds only its findings: callaudit audit … -o {} (render writes {})",
        "-o {0}：{1} 逐条列出违规呼叫，而存储的报告只含问题项：请用 callaudit audit … -o {2}（render 可输出 {3}）",
    ),
    ("-o {}: {} is no text for a terminal: give it a path, such as -o {}=report.{}", "-o {0}：{1} 不是可在终端显示的文本：请给出路径，如 -o {2}=report.{3}"),
    ("{}: the report is empty", "{0}：报告是空的"),
    ("{}: the report ends in the middle, in line {}: it was cut off", "{0}：报告在第 {1} 行中断，不完整"),
    ("{}: this is no stored report (-o json): {}", "{0}：不是存储的报告（-o json）：{1}"),
    ("it is no JSON object", "不是 JSON 对象"),
    ("it has no key \"schema\"", "没有键 schema"),
    ("{}: the report is of the form \"{}\"; callaudit {} reads \"{}\"", "{0}：报告的格式为“{1}”，callaudit {2} 只读“{3}”"),
    ("{}: {}; the report was edited", "{0}：{1}；报告被改动过"),
    ("{}: {}; the report was edited, or another version of the program wrote it", "{0}：{1}；报告被改动过，或由其他版本的程序写成"),
    ("the rows of {} do not add up to those read", "{0} 的各项行数之和与读取行数不符"),
    ("totals.{} is {}, but the rules have {} together", "totals.{0} 为 {1}，而各规则合计为 {2}"),
    ("totals.findings is {}, but the report has {} and left out {}", "totals.findings 为 {0}，而报告列出 {1} 个、略去 {2} 个"),
    ("the finding {} is of a rule {} that the report does not have", "问题项 {0} 属于报告中没有的规则 {1}"),
    ("  write the report again: callaudit audit … -o json=report.json", "  请重新生成报告：callaudit audit … -o json=report.json"),
];
