//! Sentences of the commands for rulesets, in Chinese.

/// English and Chinese.
pub(super) const SENTENCES: &[(&str, &str)] = &[
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
];
