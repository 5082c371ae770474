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

/// The steps for a kind, most urgent first; none for a kind that nobody has thought about yet.
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
        en: "Stop the campaigns that called without a number, or with one that is not filed, until each shows a filed number",
        zh: "停止未显示号码或使用未报备号码外呼的任务，待其改用已报备号码后再恢复",
        proof_en: "number shown by each campaign before and after the change",
        proof_zh: "各任务整改前后的外显号码",
    },
    DefaultStep {
        owner: "it",
        due: "2 business days",
        en: "Let the gateway refuse calls whose caller is empty, withheld or not in the inventory, with an alarm for each",
        zh: "在网关拦截主叫为空、隐藏或不在号码清单内的呼叫，并逐次告警",
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

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn every_first_kind_has_steps_with_all_their_texts() {
        for kind in ["quiet_hours", "call_cap", "repeat_dial", "dnc_list", "duration", "destination", "caller_id", "consent", "binding"] {
            assert!((3..=4).contains(&steps(kind).len()), "{kind}");
            for step in steps(kind) {
                assert!(["operations", "legal", "it", "training", "customer service", "management"].contains(&step.owner), "{}", step.owner);
                let (days, unit) = step.due.split_once(' ').unwrap();
                assert!(days.parse::<u32>().unwrap() > 0 && (unit == "business day" || unit == "business days"), "{}", step.due);
                for text in [step.en, step.zh, step.proof_en, step.proof_zh] {
                    assert!(!text.trim().is_empty());
                }
            }
        }
        assert!(steps("nobody's").is_empty());
    }
}
