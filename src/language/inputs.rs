//! Sentences about inputs that could not be used, in Chinese: why, and what to do.

/// English and Chinese.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    // what is no call log
    (
        "Asterisk channel events (CEL), not calls: give the call records (cdr-csv/Master.csv, or the table cdr) instead",
        "Asterisk 通道事件（CEL），不是话单：请改用话单（cdr-csv/Master.csv 或 cdr 表）",
    ),
    (
        "Cisco call management records (CMR, quality of streams), not calls: give the files whose names begin with cdr_",
        "思科呼叫管理记录（CMR，媒体质量），不是话单：请改用文件名以 cdr_ 开头的文件",
    ),
    (
        "events of a queue (queue_log), several a call and none for who was dialled, not calls: give the call records (Master.csv, or the table cdr) of the same system instead",
        "队列事件（queue_log），一通呼叫有多条且不含外呼对象，不是话单：请改用同一系统的话单（Master.csv 或 cdr 表）",
    ),
    (
        "when agents were logged in, ready or on a break, not calls: give the call records of the same system",
        "坐席签入、就绪与小休记录，不是话单：请改用同一系统的话单",
    ),
    (
        "a list of recordings, not calls: it does not tell who was called with what outcome; give the call records of the same system instead",
        "录音清单，不是话单：未说明呼叫了谁、结果如何；请改用同一系统的话单",
    ),
    (
        "text messages (SMS), not calls: give the call records of the same account; messages are not judged",
        "短信记录，不是话单：请改用同一账号的话单；短信不在判定范围内",
    ),
    (
        "what was said in calls (transcripts), sentence by sentence, not calls: give the call records in which each call is one row",
        "通话逐句文本（对话记录），不是话单：请改用每通呼叫一行的话单",
    ),
    (
        "complaints about calls (FTC or FCC), not calls: a log of complaints is evidence, not what is audited; give the call log of the days that they name; callaudit complaints holds the two against each other",
        "对来电的投诉（FTC 或 FCC），不是话单：投诉记录是证据，不是审计对象；请提供投诉所涉日期的话单，并用 callaudit complaints 比对",
    ),
    (
        "bindings of virtual numbers (AXB), not calls: name it in a [[list]] of kind \"bindings\", and give the call records (话单) of the platform as input",
        "隐私号（AXB）绑定关系，不是话单：请写入类型为 bindings 的 [[list]]，并以平台话单为输入",
    ),
    (
        "a table of statuses or codes and what they mean, not calls: give the call log whose words it explains",
        "状态或错误码对照表，不是话单：请提供使用这些状态的话单",
    ),
    (
        "the ids of the sessions of a predictive campaign, not calls: it has neither numbers nor times; export the calls (DescribeTelCdr, in the console 通话记录) of the same days",
        "预测式外呼任务的会话标识清单，不是话单：既无号码也无时间；请导出同期话单（DescribeTelCdr，即控制台的“通话记录”）",
    ),
    (
        "contacts or leads (people to be called), not calls: no column of it is the time of a call; give the call log of the campaign that dialled them",
        "联系人或线索（待呼叫名单），不是话单：没有呼叫时间列；请提供拨打这些人的任务的话单",
    ),
    (
        "a map of number prefixes to time zones, not calls: zones of numbers are built in; give a call log",
        "号段与时区对照表，不是话单：号码时区已内置；请提供话单",
    ),
    (
        "a list of numbers, not calls: it has no time of a call; name it in a [[list]] of the ruleset, or with --use-list, and give a call log as input",
        "号码名单，不是话单：没有呼叫时间；请写入规则集的 [[list]] 或用 --use-list 指定，并以话单为输入",
    ),
    (
        "Avaya CM call records without dates (the unformatted layout): no call of it can be placed in time; let the switch write the expanded or a customised layout with the date",
        "Avaya CM 无日期话单（unformatted 格式）：无法确定呼叫日期；请让交换机输出 expanded 格式或含日期的自定义格式",
    ),
    (
        "Mitel SMDR, whose dates have no year: no call of it can be placed in time; let the program that collects it write the full date, and give its export",
        "Mitel SMDR 话单的日期没有年份：无法确定呼叫时间；请让采集程序写入完整日期，并提供其导出",
    ),
    // what cannot be read
    (
        "no known layout: no column of it is recognised as the start of a call. Its first line has {} fields: {}. Write a profile, save it as profile.toml and pass -p profile.toml:",
        "无法识别的导出格式：没有一列可认作呼叫开始时间。首行有 {0} 个字段：{1}。请编写导出格式，存为 profile.toml 并加 -p profile.toml：",
    ),
    ("holds no record that can be read; line {}: {}", "没有可读取的记录；第 {0} 行：{1}"),
    ("holds no records (a {} file)", "没有记录（{0} 文件）"),
    ("no line of it is a record; line {}: {}", "没有一行是完整记录；第 {0} 行：{1}"),
    ("no line of it is a record", "没有一行是完整记录"),
    ("its first line is longer than {} KiB: not a table of calls, or its line ends are missing", "首行超过 {0} KiB：不是话单表格，或缺少换行"),
    ("line {}: {}", "第 {0} 行：{1}"),
    ("not JSON: {}", "不是 JSON：{0}"),
    ("not JSON: {} (line {})", "不是 JSON：{0}（第 {1} 行）"),
    ("{} was expected, {} was found", "此处应为 {0}，却是 {1}"),
    ("a value", "一个值"),
    ("the name of a member", "成员名"),
    ("its end", "结尾"),
    ("not a JSON object", "不是 JSON 对象"),
    ("the text in it is not JSON: {}", "其中的文本不是 JSON：{0}"),
    ("an object without \"{}\", in which the records of the first one are", "缺少“{0}”的对象，而首个对象的记录在其中"),
    ("an object was expected here", "此处应为对象"),
    ("it ends within the list of records: it was cut off", "在记录列表中结束：文件被截断"),
    ("it ends within an object: it was cut off", "在对象中结束：文件被截断"),
    ("it ends in the midst of a record: it was cut off", "在一条记录中间结束：文件被截断"),
    ("ends in the midst of the record", "在记录中间结束"),
    ("ends in the midst of the row", "在行中间结束"),
    ("the dump ends in the midst of a row: it was cut off", "转储在一行中间结束：文件被截断"),
    ("the dump ends within the rows of COPY: it was cut off", "转储在 COPY 的行中结束：文件被截断"),
    ("the dump ends within a list of columns: it was cut off", "转储在列名列表中结束：文件被截断"),
    ("the page ends within its table: it was cut off", "页面在表格中结束：文件被截断"),
    ("{} values where {} were expected", "有 {0} 个值，应为 {1} 个"),
    ("longer than {} MiB", "超过 {0} MiB"),
    ("a damaged {} file: it cannot be read", "{0} 文件已损坏：无法读取"),
    ("a Parquet file that is damaged or cut off ({}): fetch it again", "Parquet 文件已损坏或被截断（{0}）：请重新获取"),
    ("the workbook is protected by a password: save it without one", "工作簿有密码保护：请去掉密码后另存"),
    (
        "a workbook that is damaged, cut off, or no Excel workbook ({}): save it again as .xlsx or CSV",
        "工作簿已损坏、被截断或不是 Excel 文件（{0}）：请重新存为 .xlsx 或 CSV",
    ),
    ("an .xlsb workbook: save it as .xlsx first", ".xlsb 工作簿：请先另存为 .xlsx"),
    ("an OpenDocument sheet: save it as .xlsx or CSV first", "OpenDocument 表格：请先另存为 .xlsx 或 CSV"),
    ("no sheet of the workbook holds a table", "工作簿中没有含表格的工作表"),
    ("a document of an office program that is not read: save it as .xlsx or CSV first", "不支持的办公文档：请先另存为 .xlsx 或 CSV"),
    ("UTF-32 text: save it in UTF-8 first", "UTF-32 文本：请先存为 UTF-8"),
    ("is encrypted: unpack the archive with its password and pass the files", "已加密：请用密码解压后提供其中的文件"),
    ("packed by {}, which is not read: unpack it first (.gz, .zst and .zip are read)", "由 {0} 压缩，无法读取：请先解压（支持 .gz、.zst、.zip）"),
];
