//! Steps for findings of rules that name no checklist: good house practice by kind of rule, nothing that a law would have to say.

/// A step as a ruleset would write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultStep {
    /// operations, legal, it, training, customer service or management.
    pub owner: &'static str,
    /// `1 business day`, counted from the day of the audit.
    pub due: &'static str,
    /// What to do.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
    /// What to attach.
    pub proof_en: &'static str,
    /// The same in Chinese.
    pub proof_zh: &'static str,
}

/// The steps for a kind, most urgent first; none for a word that is no kind.
pub fn steps(kind: &str) -> &'static [DefaultStep] {
    match kind {
        "quiet_hours" => QUIET_HOURS,
        "call_cap" => CALL_CAP,
        "repeat_dial" => REPEAT_DIAL,
        "dnc_list" => DNC_LIST,
        "duration" => DURATION,
        "destination" => DESTINATION,
        "caller_id" => CALLER_ID,
        "consent" => CONSENT,
        "binding" => BINDING,
        "cooldown" => COOLDOWN,
        "ratio" => RATIO,
        "concurrency" => CONCURRENCY,
        "sequential_dialling" => SEQUENTIAL,
        "list_age" => LIST_AGE,
        "completeness" => COMPLETENESS,
        "pattern" => PATTERN,
        _ => &[],
    }
}

const QUIET_HOURS: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Pause the campaigns named in the findings until their calling windows are corrected",
        zh: "暂停问题项所列任务，待可呼时段改正后再恢复",
        proof_en: "dialler log of the pause, with campaign and time",
        proof_zh: "外呼系统的任务暂停记录（含任务名与时间）",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Set the dialler's calling windows by the callee's time zone, with weekends and holidays; check the servers' clock and zone, and that retries and callbacks obey the same windows",
        zh: "在外呼系统中按被叫所在时区设置可呼时段（含周末与节假日），核对服务器时钟与时区，并确认重拨、预约回呼同样受限",
        proof_en: "screenshot of the schedule, and a refused test call outside the window",
        proof_zh: "时段设置截图，以及时段外测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Judge the calls in the findings: which consents or exemptions apply, what the exposure is, and whether anybody must be told",
        zh: "评估问题项所涉呼叫：是否存在同意或豁免情形、风险敞口多大、是否需要对外告知",
        proof_en: "signed assessment with the list of calls",
        proof_zh: "签字的评估意见及呼叫清单",
    },
    DefaultStep {
        owner: "training",
        due: "10 business days",
        en: "Brief the agents who dialled by hand outside the hours, and show them where the permitted hours are displayed",
        zh: "对在时段外手动拨打的坐席进行培训，说明在何处查看可呼时段",
        proof_en: "attendance list and training material",
        proof_zh: "签到表与培训材料",
    },
];

const DURATION: &[DefaultStep] = &[
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Compare the dialler's time-outs (ringing, answering machine, wrap-up) with the bound of the rule, and set them so that no campaign can go below or above it",
        zh: "对照规则的界限核对外呼系统的各项超时设置（振铃、语音信箱识别、挂断），使任何任务都不能越界",
        proof_en: "screenshot of the settings of each campaign, before and after",
        proof_zh: "各任务设置调整前后的截图",
    },
    DefaultStep {
        owner: "operations",
        due: "2 business days",
        en: "Find out why the calls in the findings ended when they did (time-out, agent, carrier, pacing), and correct the campaigns where it was the dialler",
        zh: "查明问题项中的呼叫为何在该时刻结束（超时、坐席、运营商、拨号节奏），属外呼系统原因的逐任务改正",
        proof_en: "list of the calls with who ended them and why",
        proof_zh: "逐次呼叫的结束方与原因清单",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Run the audit again over a week after the change and file both reports",
        zh: "整改后对一周的呼叫重新审计，两份报告一并归档",
        proof_en: "both reports",
        proof_zh: "前后两份审计报告",
    },
];

const CALL_CAP: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Lower the rate of the lines and campaigns in the findings below the limit, or take them out of service until that is done",
        zh: "将问题项所列线路和任务的呼叫频次降到上限以下，完成前先行停用",
        proof_en: "calls per line and window before and after the change",
        proof_zh: "调整前后各线路在窗口内的呼叫量",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Enforce the cap in the dialling system itself, counted over all systems that share the line, with an alarm at 80 % of the limit",
        zh: "在外呼系统内强制执行频次上限，对共用线路的各系统合并计数，达到上限 80% 时告警",
        proof_en: "screenshot of the setting, and a refused test call above the cap",
        proof_zh: "设置截图，以及超限测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "management",
        due: "5 business days",
        en: "Compare the planned volume with what the lines may carry; cut the plan rather than spread the same calls over more numbers",
        zh: "核对计划外呼量与线路可承载量；应压减计划，而不是用更多号码分摊同样的呼叫",
        proof_en: "approved volume plan by line and day",
        proof_zh: "经批准的分线路、分日外呼计划",
    },
];

const REPEAT_DIAL: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Take the callees in the findings out of all running redial queues",
        zh: "将问题项所涉被叫移出所有正在执行的重拨队列",
        proof_en: "export of the queues after the removal",
        proof_zh: "移除后的重拨队列导出文件",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Review the redial plan: most attempts per callee, shortest interval after each outcome, most unanswered attempts in a row; count one callee over all campaigns, lists and systems",
        zh: "检查重拨方案：单个被叫的最多次数、各呼叫结果后的最短间隔、连续未接通的最多次数；对同一被叫跨任务、名单和系统合并计数",
        proof_en: "screenshot of the redial plan, and the result of a test list with a doubled number",
        proof_zh: "重拨方案截图，以及含重复号码的测试名单的执行结果",
    },
    DefaultStep {
        owner: "operations",
        due: "5 business days",
        en: "Remove duplicates between lead lists before they are loaded, after all numbers have been brought into one format",
        zh: "导入前统一号码格式，并在各客户名单之间去重",
        proof_en: "duplicate report of the last load",
        proof_zh: "最近一次导入的去重报告",
    },
    DefaultStep {
        owner: "customer service",
        due: "5 business days",
        en: "Look for complaints by the callees dialled most often, and answer those that are open",
        zh: "核查被拨打最多的被叫是否有投诉，并回复尚未办结的投诉",
        proof_en: "list of callees with complaint number and state",
        proof_zh: "被叫清单（含投诉单号与办理状态）",
    },
];

const DNC_LIST: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Stop the campaigns that dialled listed numbers, and remove these numbers from every loaded lead list and redial queue",
        zh: "停止拨打名单内号码的任务，并从所有已导入的客户名单和重拨队列中移除这些号码",
        proof_en: "removal log with the count of numbers by campaign",
        proof_zh: "移除记录（按任务列明号码数量）",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Load the do-not-call list into every dialling system, manual dialling included; automate the load, and raise an alarm when it fails or the list is older than a day",
        zh: "将免打扰名单导入所有外呼系统（含手动拨号），设为自动同步，并在同步失败或名单超过一天未更新时告警",
        proof_en: "count of list entries by system, and a refused test call to a listed number",
        proof_zh: "各系统的名单条数，以及拨打名单内测试号码被拦截的记录",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Judge the exposure of the calls in the findings: since when each number was listed, which consents exist, who must be answered",
        zh: "评估问题项所涉呼叫的风险敞口：各号码何时列入名单、有无同意凭证、需向谁答复",
        proof_en: "signed assessment with the list of calls",
        proof_zh: "签字的评估意见及呼叫清单",
    },
    DefaultStep {
        owner: "training",
        due: "10 business days",
        en: "Retrain the agents on how to record a refusal so that it reaches the list the same day",
        zh: "培训坐席如何登记拒绝来电的意愿，确保当日进入名单",
        proof_en: "attendance list, and a sample of refusals traced into the list",
        proof_zh: "签到表，以及拒绝意愿进入名单的抽查记录",
    },
];

const DESTINATION: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Stop the campaigns in the findings and take the forbidden numbers out of every loaded lead list and redial queue",
        zh: "停止问题项所涉任务，将禁止呼叫的号码移出所有已导入的客户名单和重拨队列",
        proof_en: "removal log with the count of numbers by campaign",
        proof_zh: "移除记录（按任务列明号码数量）",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Refuse forbidden numbers, classes and regions where calls leave the system (trunk, gateway, dial plan), whatever list or agent they come from; area codes before emergency numbers included",
        zh: "在呼叫出口（中继、网关、拨号规则）拦截禁止呼叫的号码、号码类别和地区，不论来自哪个名单或坐席，含“区号 + 紧急号码”的拨法",
        proof_en: "the rule of the gateway, and a refused test call of each sort",
        proof_zh: "网关规则，以及各类测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "operations",
        due: "3 business days",
        en: "Find the supplier or form that brought these numbers in, and check its other numbers before they are dialled",
        zh: "查明带入这些号码的名单来源或登记表单，并在拨打前核查其余号码",
        proof_en: "source of each number, and the result of the check",
        proof_zh: "各号码的来源及核查结果",
    },
    DefaultStep {
        owner: "legal",
        due: "3 business days",
        en: "Where an emergency service or a hospital was called: write to it, and judge whether the regulator must be told",
        zh: "如呼叫了紧急服务或医院：向其书面说明，并评估是否须向监管机构报告",
        proof_en: "letter and assessment",
        proof_zh: "说明函与评估意见",
    },
];

const CONSENT: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Stop the campaigns in the findings, and take everybody without a consent in force out of every loaded lead list and redial queue",
        zh: "停止问题项所涉任务，将没有有效同意的人移出所有已导入的客户名单和重拨队列",
        proof_en: "removal log with the count of numbers by campaign",
        proof_zh: "移除记录（按任务列明号码数量）",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Check consent at the moment of dialling, from one register for all systems; let revocations reach it the same day by whatever way they come",
        zh: "以统一的同意登记库在拨号当时核查；撤回无论通过何种渠道提出，当日进入登记库",
        proof_en: "a refused test call without consent, and a revocation traced into the register",
        proof_zh: "无同意测试呼叫被拦截的记录，以及撤回进入登记库的抽查记录",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Look for consents that exist and are not on the list, with their evidence; judge the exposure of the calls that remain",
        zh: "查找未列入清单但确有凭证的同意，并评估其余呼叫的风险敞口",
        proof_en: "evidence by callee, and signed assessment",
        proof_zh: "逐被叫的凭证及签字的评估意见",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Buy or use no lead without the evidence of its consent: put that into the contracts with suppliers",
        zh: "不采购、不使用没有同意凭证的客户线索，并写入供应商合同",
        proof_en: "clause of the contract",
        proof_zh: "合同条款",
    },
];

const BINDING: &[DefaultStep] = &[
    DefaultStep {
        owner: "it",
        due: "1 business day",
        en: "Let the platform refuse calls through a virtual number without a binding in force, and end bindings by itself when their time is over",
        zh: "在隐私号平台拦截没有有效绑定的呼叫，并设置绑定到期自动解绑",
        proof_en: "setting of the platform, and a refused test call after the end of a binding",
        proof_zh: "平台设置，以及绑定失效后测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "operations",
        due: "2 business days",
        en: "Take apart the bindings in the findings that have no end, last too long or are not used any more",
        zh: "解除问题项中没有失效时间、期限过长或已不使用的绑定",
        proof_en: "list of bindings before and after",
        proof_zh: "处理前后的绑定清单",
    },
    DefaultStep {
        owner: "it",
        due: "5 business days",
        en: "Compare the platform's bindings with the orders that they were made for every night, and raise an alarm for each that has no order",
        zh: "每晚将平台绑定与对应订单核对，对没有订单的绑定告警",
        proof_en: "result of the first comparison",
        proof_zh: "首次核对结果",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Judge whether a stranger was given the number of another person's binding, and answer those concerned",
        zh: "评估是否有他人通过隐私号联系到无关人员，并答复相关当事人",
        proof_en: "signed assessment with the list of calls",
        proof_zh: "签字的评估意见及呼叫清单",
    },
];

const CALLER_ID: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Stop the campaigns that called without a number, with one that is not filed, or with ever new ones to the same people, until each shows filed numbers only, and the same to one person",
        zh: "停止未显示号码、使用未报备号码或对同一被叫频繁换号的任务，待其固定使用已报备号码后再恢复",
        proof_en: "number shown by each campaign before and after the change",
        proof_zh: "各任务整改前后的外显号码",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Let the gateway refuse calls whose caller is empty, withheld or not in the inventory, with an alarm for each; switch off the rotation of numbers",
        zh: "在网关拦截主叫为空、隐藏或不在号码清单内的呼叫，并逐次告警；关闭号码轮换功能",
        proof_en: "the rule of the gateway, and a refused test call",
        proof_zh: "网关规则及测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Bring the inventory up to date: each number with its contract, filing, purpose and end; file what is missing, return what is not used",
        zh: "更新号码清单：逐号列明合同、报备、用途和到期日；补办报备，退还不用的号码",
        proof_en: "inventory with the carrier's confirmation",
        proof_zh: "经运营商确认的号码清单",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Put one person in charge of numbers, who is asked before a campaign gets one and before a filing ends",
        zh: "指定号码管理责任人，任务启用号码和报备到期前须经其确认",
        proof_en: "appointment and procedure",
        proof_zh: "任命文件与管理流程",
    },
];

const COOLDOWN: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Take the callees in the findings, with all of their other numbers, out of every running task and redial queue until their waiting time is over",
        zh: "将问题项所列被叫（含其其他号码）移出所有在执行的任务和重拨队列，直至冷却期满",
        proof_en: "export of the queues after the removal, with the day on which each wait ends",
        proof_zh: "移除后的队列导出文件（列明各被叫的冷却期满日）",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Let the event that starts the wait (refusal, conversation, complaint, abandoned call) block the person in all dialling systems at the moment when it is recorded, inbound calls, messages and emails included; lift the block by itself when the wait is over",
        zh: "触发冷却的事件（拒绝、通话、投诉、呼损）一经登记，即在所有外呼系统中屏蔽该客户（含来电、短信和邮件渠道登记的事件），期满后自动解除",
        proof_en: "an event traced into the block of each system, and a refused test call within the wait",
        proof_zh: "事件进入各系统屏蔽记录的抽查，以及冷却期内测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "customer service",
        due: "3 business days",
        en: "Answer the people who were called again after they had refused or complained, and record what they asked for",
        zh: "答复在拒绝或投诉后仍被呼叫的客户，并登记其诉求",
        proof_en: "list of answers with date and agent",
        proof_zh: "答复清单（含日期与经办人）",
    },
    DefaultStep {
        owner: "training",
        due: "10 business days",
        en: "Show agents which result to choose at the end of a call so that a refusal or a conversation is recorded as one; compare a sample of results with their recordings",
        zh: "培训坐席在通话结束时正确选择小结，使拒绝和有效通话如实登记；抽取小结与录音核对",
        proof_en: "attendance list, and the sample with its differences",
        proof_zh: "签到表，以及抽样核对结果",
    },
];

const RATIO: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Slow down the campaigns in the findings (pacing, calls per agent) or pause them until the share is within its bound again",
        zh: "降低问题项所列任务的拨号速率（预测倍率、每坐席呼叫数）或先行暂停，直至比率回到限值以内",
        proof_en: "share by day and campaign before and after the change",
        proof_zh: "调整前后分日、分任务的比率",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Let the dialler compute the share as the rule does (same calls, same window, machines as in the rule), brake by itself before the bound is reached, and raise an alarm",
        zh: "外呼系统按规则口径（相同的呼叫、窗口与应答机处理）实时计算比率，接近限值时自动降速并告警",
        proof_en: "screenshot of the setting, and one day's share by dialler and by audit side by side",
        proof_zh: "设置截图，以及同一天外呼系统与审计结果的比率对照",
    },
    DefaultStep {
        owner: "it",
        due: "5 business days",
        en: "Check what the share is made of: a sample of results and of calls taken for machines against recordings, and that no result is missing in the export",
        zh: "核查比率的构成：抽取呼叫结果及被判为应答机的呼叫与录音核对，并确认导出文件没有缺失的结果",
        proof_en: "the sample with its differences",
        proof_zh: "抽样核对结果",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Plan agents and volume so that the bound holds at the busiest hour as well, and name who may stop a campaign",
        zh: "按最忙时段也能守住限值来安排坐席与外呼量，并指定有权停止任务的人",
        proof_en: "staffing plan and appointment",
        proof_zh: "排班计划与授权文件",
    },
];

const CONCURRENCY: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Lower the channels of the lines or tasks in the findings to what is permitted, or take them out of service until that is done",
        zh: "将问题项所列线路或任务的并发通道降至允许值，完成前先行停用",
        proof_en: "channels of each line before and after the change",
        proof_zh: "调整前后各线路的通道数",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Enforce the number of calls at once where calls leave the system (trunk, gateway), over all systems that share the line or the agent's account",
        zh: "在呼叫出口（中继、网关）限制并发数，对共用线路或坐席账号的各系统合并计数",
        proof_en: "the setting of the gateway, and a refused test call above the limit",
        proof_zh: "网关设置，以及超限测试呼叫被拦截的记录",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Find out who else dials with the number or logs in with the account: compare the calls in the findings with the carrier's bill and with the log of logins",
        zh: "查明是否有他人使用该号码外呼或使用该账号登录：将问题项中的呼叫与运营商账单、登录记录核对",
        proof_en: "result of the comparison, call by call",
        proof_zh: "逐次呼叫的核对结果",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Forbid accounts and numbers to be shared or lent, and order as many lines as the plan needs",
        zh: "禁止共用、出借账号与号码，并按计划所需订购线路",
        proof_en: "instruction, and order or contract of the lines",
        proof_zh: "通知文件，以及线路订单或合同",
    },
];

const SEQUENTIAL: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Stop the tasks and lines in the findings, and take the list that they dial out of all systems",
        zh: "停止问题项所列任务和线路，将其拨打的名单从所有系统中移除",
        proof_en: "log of the stop and of the removal, with the count of numbers",
        proof_zh: "停止与移除记录（含号码数量）",
    },
    DefaultStep {
        owner: "operations",
        due: "3 business days",
        en: "Find out where the numbers came from (supplier, file, person, script), and check whether the same source feeds other tasks",
        zh: "查明号码来源（供应商、文件、经办人、脚本），并核查同一来源是否用于其他任务",
        proof_en: "source of each list, and what else was loaded from it",
        proof_zh: "各名单的来源及其导入的其他任务",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Refuse lists with long runs of consecutive numbers when they are loaded, and calls that go through a block of numbers when they are dialled",
        zh: "导入时拒绝含大段连续号码的名单，拨打时拦截逐号扫描同一号段的呼叫",
        proof_en: "result of the load of a test list with consecutive numbers",
        proof_zh: "含连续号码的测试名单的导入结果",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Judge the exposure: whether anybody on these numbers had agreed to be called, and what the carrier and others must be told",
        zh: "评估风险敞口：这些号码的机主是否同意过被呼叫，是否需要告知运营商等有关方面",
        proof_en: "signed assessment with the list of calls",
        proof_zh: "签字的评估意见及呼叫清单",
    },
];

const LIST_AGE: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "1 business day",
        en: "Fetch a new copy of the list, load it into every dialling system, and check the running tasks against it before they go on",
        zh: "获取名单的最新版本并导入所有外呼系统，在任务继续之前据此核查",
        proof_en: "copy with its date, and the count of numbers that were removed from tasks",
        proof_zh: "注明日期的名单版本，以及从任务中移除的号码数量",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Fetch the list by a schedule that runs at least twice within the permitted age; let dialling stop, and somebody be told, when the copy in use grows too old",
        zh: "设置定时更新，频率至少为允许期限内两次；在用版本超期时停止拨打并告警",
        proof_en: "the schedule, its log, and a test with an old copy",
        proof_zh: "定时任务设置与日志，以及使用过期版本的测试结果",
    },
    DefaultStep {
        owner: "it",
        due: "5 business days",
        en: "Keep every copy with the day on which it was fetched, for as long as calls may be asked about",
        zh: "保留每一版名单及其获取日期，保存期与呼叫可被追溯的期限一致",
        proof_en: "folder of copies with their dates",
        proof_zh: "名单版本目录及日期",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Check the calls in the findings against the next copy: who was called that had signed up in between, and what follows from it",
        zh: "用下一版名单核查问题项中的呼叫：哪些被叫在其间已登记、后果如何",
        proof_en: "list of these calls, and signed assessment",
        proof_zh: "相关呼叫清单及签字的评估意见",
    },
];

const COMPLETENESS: &[DefaultStep] = &[
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Find out why columns are empty, the log has gaps or begins late (setting of the export, crash, full disk, deletion, another system), and export again what still exists",
        zh: "查明列为空、日志断档或起始过晚的原因（导出设置、故障、磁盘满、删除、另有系统），能补导的立即补导",
        proof_en: "cause of each finding, and the new export with its audit",
        proof_zh: "各问题项的原因，以及补导文件与重新审计的报告",
    },
    DefaultStep {
        owner: "it",
        due: "5 business days",
        en: "Write the missing columns for all calls from now on; watch the log every day for empty columns and hours without calls, with an alarm",
        zh: "自即日起完整记录缺失的列；每日监测空列与无呼叫的时段并告警",
        proof_en: "an export of one day after the change, and a test alarm",
        proof_zh: "整改后一天的导出文件，以及告警测试记录",
    },
    DefaultStep {
        owner: "legal",
        due: "5 business days",
        en: "Lay down which records are kept for how long and who may delete them; stop all deletion while a complaint is open",
        zh: "明确各类记录的保存期限与删除权限；投诉未办结期间停止一切删除",
        proof_en: "retention plan, and the order to stop deletion",
        proof_zh: "保存期限制度与停止删除的通知",
    },
    DefaultStep {
        owner: "management",
        due: "10 business days",
        en: "Agree with the suppliers of calling systems on complete records, on access to them, and on their handover at the end of the contract",
        zh: "与外呼系统供应商约定记录完整性、调取方式以及合同终止时的移交",
        proof_en: "clause of the contract",
        proof_zh: "合同条款",
    },
];

const PATTERN: &[DefaultStep] = &[
    DefaultStep {
        owner: "operations",
        due: "2 business days",
        en: "Look at the calls behind the signal: listen to a sample, and find out whether the pattern has a lawful reason (campaign, season, test) or shows something that went wrong",
        zh: "查看信号背后的呼叫：抽听录音，查明该特征是有正当原因（任务、季节、测试）还是出了问题",
        proof_en: "note on each finding, with the sample",
        proof_zh: "各问题项的核查说明及抽样",
    },
    DefaultStep {
        owner: "it",
        due: "3 business days",
        en: "Check the task, list and pacing of the lines in the findings, and whether anybody else dials with their numbers",
        zh: "检查问题项所列线路的任务、名单与拨号节奏，并核查是否有他人使用这些号码",
        proof_en: "settings before and after, and the carrier's bill of the number",
        proof_zh: "调整前后的设置，以及该号码的运营商账单",
    },
    DefaultStep {
        owner: "operations",
        due: "5 business days",
        en: "Ask the carrier whether the numbers are marked or blocked; have wrong marks taken off and rest the numbers rather than change them",
        zh: "向运营商查询号码是否被标记或拦截；错误标记申请解除，宁可停用休整也不要更换号码",
        proof_en: "answer of the carrier",
        proof_zh: "运营商答复",
    },
];

#[cfg(test)]
mod tests {
    use super::steps;
    use crate::rules::registry::KINDS;

    #[test]
    fn every_kind_has_steps_with_all_their_texts() {
        for kind in KINDS.iter().map(|k| k.name()) {
            assert!((3..=4).contains(&steps(kind).len()), "{kind}");
            for step in steps(kind) {
                assert!(["operations", "legal", "it", "training", "customer service", "management"].contains(&step.owner), "{}", step.owner);
                let (days, unit) = step.due.split_once(' ').unwrap();
                assert!(days.parse::<u32>().unwrap() > 0 && (unit == "business day" || unit == "business days"), "{}", step.due);
                for (en, zh) in [(step.en, step.zh), (step.proof_en, step.proof_zh)] {
                    assert!(!en.trim().is_empty() && en.is_ascii(), "{en}");
                    assert!(!zh.is_ascii(), "{zh} is not Chinese");
                }
            }
        }
        assert!(steps("nobody's").is_empty());
    }
}
