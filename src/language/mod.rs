//! What people read, in English and Chinese: one catalogue, where a missing text is a compile error.

mod commands;
pub mod diagnostics;
mod inputs;
mod sentences;

pub use sentences::sentence;

/// The language of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

static SPOKEN: std::sync::OnceLock<Lang> = std::sync::OnceLock::new();

/// From now on, mistakes in rulesets are told in this language. The first word counts: a program speaks one language.
pub fn speak(lang: Lang) {
    let _ = SPOKEN.set(lang);
}

/// The language in which mistakes in rulesets are told.
pub fn spoken() -> Lang {
    SPOKEN.get().copied().unwrap_or_default()
}

impl Lang {
    /// Both, in the order of the catalogue.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// `en` or `zh`, as `--lang` and the rulesets write it.
    pub fn parse(word: &str) -> Option<Lang> {
        match word {
            "en" => Some(Lang::En),
            "zh" => Some(Lang::Zh),
            _ => None,
        }
    }

    /// From a locale such as `zh_CN.UTF-8`; English where it is neither.
    pub fn from_locale(locale: &str) -> Lang {
        let word = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Lang::parse(&word.to_ascii_lowercase()).unwrap_or_default()
    }

    /// `en` or `zh`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The text of a table by language; that of another language where this one is missing.
    pub fn pick(self, texts: &std::collections::BTreeMap<String, String>) -> Option<&str> {
        let text = |lang: &str| texts.get(lang).map(String::as_str).filter(|text| !text.trim().is_empty());
        text(self.code()).or_else(|| text("en")).or_else(|| text("zh")).or_else(|| texts.values().map(String::as_str).find(|text| !text.trim().is_empty()))
    }
}

impl std::str::FromStr for Lang {
    type Err = String;

    fn from_str(word: &str) -> Result<Lang, String> {
        Lang::parse(word).ok_or_else(|| format!("no such language: {word} (en, zh)"))
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $key:ident: $en:literal, $zh:literal;)*) => {
        /// A text of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Msg { $($(#[$doc])* $key,)* }

        impl Msg {
            /// All texts, in the order of the catalogue.
            pub const ALL: &'static [Msg] = &[$(Msg::$key,)*];

            /// The text with its placeholders.
            pub fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Msg::$key, Lang::En) => $en, (Msg::$key, Lang::Zh) => $zh,)* }
            }
        }
    };
}

pub mod casework;
pub mod complaints;
pub mod drafts;
pub mod exposure;
pub mod kinds;
pub mod page;
pub mod plan;
pub mod rules;
pub mod settled;

/// Words by what they mean: `words! { kind { "call_cap": "call cap", "呼叫频次上限"; } }` makes `fn kind(lang, word)`, which falls back to the word.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:literal: $en:literal, $zh:literal;)* })*) => {
        $($(#[$doc])*
        pub fn $name(lang: Lang, word: &str) -> &str {
            match (word, lang) { $(($word, Lang::En) => $en, ($word, Lang::Zh) => $zh,)* _ => word }
        })*

        #[cfg(test)]
        const WORDS: &[(&str, &str, &str)] = &[$($(($word, $en, $zh),)*)*];
    };
}

words! {
    /// A rule kind.
    kind {
        "quiet_hours": "quiet hours", "禁呼时段";
        "call_cap": "call cap", "呼叫频次上限";
        "repeat_dial": "repeat dialling", "重复拨打";
        "dnc_list": "do-not-call list", "免打扰名单";
        "duration": "duration", "时长限制";
        "cooldown": "cooldown", "冷却期";
        "ratio": "ratio", "比率";
        "consent": "consent", "同意凭证";
        "caller_id": "caller id", "外显号码";
        "binding": "binding", "绑定关系";
        "destination": "destination", "禁呼对象";
        "concurrency": "concurrency", "同时呼叫数";
        "pattern": "pattern of calls", "呼叫特征";
        "sequential_dialling": "sequential dialling", "连号拨打";
        "list_age": "age of lists", "名单时效";
        "completeness": "completeness of the log", "话单完整性";
    }
    /// A class of number, as what was called.
    class {
        "emergency": "an emergency number", "紧急号码";
        "service": "a service number", "服务号码";
        "toll_free": "a toll-free number", "免费电话号码";
        "premium": "a premium-rate number", "高额收费号码";
        "shared_cost": "a shared-cost number", "分摊付费号码";
        "mobile": "a mobile number", "移动号码";
        "fixed": "a fixed-line number", "固定电话号码";
        "voip": "a VoIP number", "网络电话号码";
        "personal": "a personal number", "个人通信号码";
        "pager": "a pager", "寻呼号码";
        "uan": "a universal access number", "统一接入号码";
        "voicemail": "a voicemail number", "语音信箱号码";
    }
    /// An area of China.
    area {
        "CN-54": "Tibet (CN-54)", "西藏（CN-54）";
        "CN-65": "Xinjiang (CN-65)", "新疆（CN-65）";
    }
    /// A window of the calendar.
    window {
        "hour": "an hour", "1 个自然小时";
        "day": "a day", "1 个自然日";
        "week": "a week", "1 个自然周";
        "month": "a month", "1 个自然月";
        "ever": "the whole log", "整个日志期间";
    }
    /// A severity.
    severity {
        "critical": "critical", "紧急";
        "high": "high", "高";
        "medium": "medium", "中";
        "low": "low", "低";
        "info": "info", "提示";
    }
    /// A force, as a noun.
    force {
        "law": "law", "法律";
        "presumption": "presumption", "推定";
        "standard": "standard", "标准";
        "guideline": "guideline", "指引";
        "contract": "contract", "合同/平台";
        "house": "house rule", "内部";
        "signal": "risk signal", "风险信号";
    }
    /// A force as a mark on a rule of a policy: never more than is true.
    force_badge {
        "law": "Law", "法律";
        "presumption": "Legal presumption (rebuttable)", "法律推定（可反驳）";
        "standard": "Standard (not law)", "标准（非法律）";
        "guideline": "Guideline (not law)", "指引（非法律）";
        "contract": "Contract or platform (not law)", "合同/平台（非法律）";
        "house": "House rule (not law)", "内部规定（非法律）";
        "signal": "Risk signal (not law)", "风险信号（非法律）";
    }
    /// What such a mark means.
    force_meaning {
        "law": "A legal text demands it: the text itself was read, or an official page about it.", "法律条文有此要求：已读原文或官方页面。";
        "presumption": "Beyond the figure the law presumes a breach, which can be rebutted: the text itself was read, or an official page about it.", "法律推定超过该数值即违法，可以反证推翻：已读原文或官方页面。";
        "standard": "A recommended standard. It is not a law.", "推荐性标准，不是法律。";
        "guideline": "What a regulator or an association expects. It is not a law.", "监管机构或协会的期望，不是法律。";
        "contract": "A condition of a platform, a carrier or a contract. It is not a law; the other side may stop its service.", "平台、运营商或合同的条件，不是法律；对方可能停止服务。";
        "house": "The company's own rule. It is not a law.", "公司内部规定，不是法律。";
        "signal": "A pattern that calls for a look. It is not a law, and by itself no breach.", "需要关注的特征，不是法律，本身也不构成违规。";
    }
    /// How far a source may be trusted.
    confidence {
        "A": "the text itself was read", "已读原文";
        "B": "an official page was read, or the platform's own documentation", "已读官方页面或平台文档";
        "C": "only secondary sources were read", "仅读过二手资料";
        "D": "a rule of thumb", "经验数字";
        "U": "nobody checked it", "未经核实";
    }
    /// For each what a penalty is due.
    penalty_unit {
        "call": "call", "次呼叫";
        "violation": "violation", "次违规";
        "case": "case", "案";
        "day": "day", "日";
        "person": "person", "人";
        "company": "company", "企业";
    }
    /// A value of a column.
    value {
        "marketing": "marketing", "营销";
        "collection": "collection", "催收";
        "service": "service", "服务";
        "survey": "survey", "调查";
        "complaint_handling": "complaint handling", "投诉处理";
        "emergency": "emergency", "紧急";
        "robot": "robot", "机器人";
        "manual": "manual", "人工";
        "predictive": "predictive", "预测式外呼";
        "axb": "axb", "隐私号";
        "outbound": "outbound", "呼出";
        "inbound": "inbound", "呼入";
        "internal": "internal", "内部";
        "human": "human", "真人";
        "machine": "machine", "机器";
        "interested": "interested", "有意向";
        "refused": "refused", "拒绝";
        "do_not_call": "do not call", "要求勿扰";
        "callback": "callback", "回呼";
        "complained": "complained", "投诉";
        "wrong_person": "wrong person", "非本人";
        "residential": "residential", "住宅";
        "business": "business", "企业";
        "mobile": "mobile", "手机";
    }
    /// What a violation of a rule of this force is called.
    force_sentence {
        "law": "apparent breach", "涉嫌违反";
        "presumption": "presumed, rebuttable", "推定违反（可反驳）";
        "standard": "not to the standard", "不符合标准";
        "guideline": "not to the guideline", "不符合指引";
        "contract": "over the platform's limit", "超出平台限额";
        "house": "against house rules", "不符合内部规定";
        "signal": "risk signal", "风险信号";
    }
    /// A verdict.
    verdict {
        "violation": "violation", "违规";
        "possible": "possible", "疑似";
        "approaching": "approaching the limit", "临近上限";
    }
    /// What became of a finding.
    state {
        "open": "open", "未处理";
        "new": "new", "新增";
        "grown": "grown", "扩大";
        "unchanged": "unchanged", "未变";
        "suppressed": "suppressed", "已豁免";
    }
    /// The status of an evaluation.
    status {
        "evaluated": "evaluated", "已评估";
        "not_evaluable": "not evaluable", "无法判定";
        "not_in_force": "not in force", "未生效";
    }
    /// A bucket of the intake.
    bucket {
        "read": "read", "读取";
        "accepted": "accepted", "接受";
        "rejected": "rejected", "拒绝";
        "duplicate": "duplicate", "重复";
        "folded": "folded", "合并";
        "no_call": "no call", "非呼叫";
        "out_of_period": "out of period", "期外";
    }
    /// Who does a step.
    owner {
        "operations": "operations", "运营";
        "legal": "legal", "法务";
        "it": "IT", "技术";
        "training": "training", "培训";
        "customer service": "customer service", "客服";
        "management": "management", "管理层";
    }
    /// A column by which calls are grouped.
    column {
        "caller": "caller", "主叫";
        "callee": "callee", "被叫";
        "agent": "agent", "坐席";
        "campaign": "campaign", "任务";
        "person": "person", "自然人";
        "line": "line", "线路";
        "account": "account", "账号";
        "account_id": "account", "账号";
        "callee_id": "callee id", "客户编号";
    }
    /// A sort of number.
    number {
        "valid": "valid", "有效";
        "service": "service numbers", "服务号码";
        "other": "other digits", "其他数字";
        "masked": "masked", "脱敏";
        "scientific": "scientific notation", "科学计数法";
        "truncated": "truncated", "被截断";
        "anonymous": "anonymous", "匿名";
        "empty": "empty", "空";
    }
    /// A feature of the calls of a key.
    feature {
        "volume": "the number of calls", "呼叫量";
        "burst": "the most calls within a short time", "短时呼叫峰值";
        "repeat": "calls per person called", "人均呼叫次数";
        "short": "the share of short calls", "短呼占比";
        "answered": "the share of calls answered", "接通率";
        "pacing": "the evenness of the pacing", "呼叫间隔离散度";
        "night": "the share of calls at night", "夜间呼叫占比";
        "burn": "the use of a number for a few days only", "号码短期使用情况";
    }
    /// An outcome of a call.
    outcome {
        "answered": "answered", "接通";
        "voicemail": "voicemail", "语音信箱";
        "abandoned": "abandoned", "呼损";
        "no_answer": "no answer", "无人接听";
        "busy": "busy", "忙线";
        "rejected": "rejected", "拒接";
        "canceled": "canceled", "主叫取消";
        "invalid": "invalid number", "空号";
        "unreachable": "unreachable", "无法接通";
        "blocked": "blocked", "被拦截";
        "failed": "failed", "失败";
        "unknown": "unknown", "未知";
    }
}

messages! {
    // The one sentence of a finding.
    FindingCap: "{n} calls within {window}, limit {limit}", "{window}内呼叫 {n} 次，上限 {limit} 次";
    FindingGap: "redialled {seconds} s after the previous attempt, at least {limit} s required", "距上次拨打仅 {seconds} 秒即再次拨打，至少应间隔 {limit} 秒";
    FindingLeak: "→ {id}: {text}; {setting}", "→ {id}：{text}；{setting}";
    FindingPattern: "{feature}: {value} ({n} of {of} calls), bound {limit}", "{feature}：{value}（{of} 次呼叫中 {n} 次），界限 {limit}";
    FindingPatternPast: "{feature}: {value} ({n} of {of} calls), by its own past {limit} would be expected at the outside", "{feature}：{value}（{of} 次呼叫中 {n} 次），按自身历史界限为 {limit}";
    FindingBurn: "{n} calls within {days} days, and none since: a number used up", "{days} 天内呼叫 {n} 次后停用：疑似一次性号码";
    FindingWait: "called {measured} after an event, still within the {limit} for which no call is permitted", "事件发生后{measured}再次呼叫，仍在{limit}的冷却期内";
    FindingWaitEver: "called again after an event that forbids every later call", "在不得再次呼叫的事件之后仍然呼叫";
    FindingShareHigh: "{share} ({n} of {of}), limit {limit}", "比率 {share}（{of} 次中 {n} 次），上限 {limit}";
    FindingShareCorrected: "{share} after correction for machines ({n} of {of} without it), limit {limit}", "比率 {share}（已按应答机校正；校正前为 {of} 次中 {n} 次），上限 {limit}";
    FindingShareLow: "{share} ({n} of {of}), at least {limit} required", "比率 {share}（{of} 次中 {n} 次），下限 {limit}";
    FindingAtOnce: "{n} calls at once, limit {limit}", "同时进行 {n} 路呼叫，上限 {limit} 路";
    FindingNumbers: "{n} different caller numbers shown in {window}, limit {limit}", "{window}内对外显示 {n} 个不同主叫号码，上限 {limit} 个";
    FindingConsecutive: "{n} consecutive numbers dialled in {window}, limit {limit}", "{window}内连续拨打 {n} 个相邻号码，上限 {limit} 个";
    FindingBlock: "{n} numbers of one block of {block} dialled in {window}, limit {limit}", "{window}内拨打同一号段（每段 {block} 个号码）的 {n} 个号码，上限 {limit} 个";
    FindingOldList: "the copy of the list {list} was {n} days old, at most {limit} days allowed", "名单 {list} 的版本已有 {n} 天，最长允许 {limit} 天";
    FindingNoCopy: "no copy of the list {list} is known from before these calls", "未见呼叫之前的名单 {list} 版本";
    FindingEmpty: "{n} of {of} calls lack {columns} ({share}), limit {limit}", "{of} 次呼叫中有 {n} 次缺少{columns}（{share}），上限 {limit}";
    FindingHole: "the log has a gap of {n} hours, limit {limit} hours", "记录中断 {n} 小时，上限 {limit} 小时";
    FindingRetention: "the log reaches back {n} days, {limit} days required", "记录仅可回溯 {n} 天，要求 {limit} 天";
    FindingRun: "{n} unanswered attempts in a row, limit {limit}", "连续 {n} 次未接通，上限 {limit} 次";
    FindingHours: "called at {local}, outside the permitted hours", "在 {local} 呼叫，超出允许时段";
    FindingHoursForbidden: "called at {local}, within forbidden hours", "在 {local} 呼叫，属于禁呼时段";
    FindingList: "called although on list {list}", "被叫在名单 {list} 中仍被呼叫";
    FindingRingShort: "rang {seconds} s, at least {limit} s required", "振铃仅 {seconds} 秒，至少应为 {limit} 秒";
    FindingRingLong: "rang {seconds} s, limit {limit} s", "振铃 {seconds} 秒，上限 {limit} 秒";
    FindingTalkShort: "talked {seconds} s, at least {limit} s required", "通话仅 {seconds} 秒，至少应为 {limit} 秒";
    FindingTalkLong: "talked {seconds} s, limit {limit} s", "通话 {seconds} 秒，上限 {limit} 秒";
    FindingTotalShort: "lasted {seconds} s, at least {limit} s required", "总时长仅 {seconds} 秒，至少应为 {limit} 秒";
    FindingTotalLong: "lasted {seconds} s, limit {limit} s", "总时长 {seconds} 秒，上限 {limit} 秒";
    FindingNumber: "called a forbidden number: {number}", "呼叫了禁止呼叫的号码：{number}";
    FindingOtherNumber: "called a number that is not among the permitted ones", "被叫不在允许呼叫的号码之列";
    FindingClass: "called {class}", "呼叫了{class}";
    FindingRegion: "called a number in {region}, where calls are forbidden", "被叫位于禁呼地区 {region}";
    FindingOtherRegion: "called a number outside of the permitted regions", "被叫不在允许呼叫的地区之内";
    FindingNoCaller: "no caller number was shown", "未显示主叫号码";
    FindingMaskedCaller: "the caller is masked in the log: whether a number was shown cannot be told", "话单中主叫已脱敏：无从判断是否显示了号码";
    FindingCallerName: "the caller is a name: whether a number was shown cannot be told", "主叫为名称：无从判断是否显示了号码";
    FindingCallerForbidden: "showed a caller number that is forbidden: {number}", "显示了禁用的主叫号码：{number}";
    FindingCallerOther: "showed a caller number that is not among the permitted ones", "显示的主叫号码不在允许使用的号码之列";
    FindingCallerUnlisted: "the caller number is not in the inventory {list}", "主叫号码不在号码清单 {list} 中";
    FindingCallerNotYet: "the caller number was not yet filed in the inventory {list}", "呼叫时主叫号码尚未在号码清单 {list} 中报备";
    FindingCallerEnded: "the caller number had expired in the inventory {list}", "呼叫时主叫号码在号码清单 {list} 中已停用";
    FindingCallerPurpose: "the caller number is filed for other purposes in the inventory {list}", "主叫号码在号码清单 {list} 中报备的是其他用途";
    FindingCallerUnsure: "whether the caller number is in the inventory {list} cannot be told", "无从判断主叫号码是否在号码清单 {list} 中";
    FindingConsentMissing: "no consent is on record", "没有同意记录";
    FindingConsentNotYet: "the consent was given {time} after the call", "同意在呼叫{time}后才取得";
    FindingConsentExpired: "the consent had expired {time} before", "同意到期{time}后仍被呼叫";
    FindingConsentRevoked: "the consent had been taken back {time} before", "同意撤回{time}后仍被呼叫";
    FindingConsentOld: "the consent was {time} old, at most {limit} is permitted", "同意取得已有{time}，最长不得超过 {limit}";
    FindingConsentPurpose: "the consent is for other purposes", "同意仅限其他用途";
    FindingConsentMode: "the consent is for other ways of calling", "同意仅限其他外呼方式";
    FindingConsentSeller: "the consent was given to somebody else", "同意是向其他委托方作出的";
    FindingConsentKind: "no consent of the sort that is required is on record", "没有所要求形式的同意记录";
    FindingConsentProof: "the consent has no evidence", "同意没有凭证";
    FindingConsentNumber: "digits are masked: whether there is a consent cannot be told", "号码已脱敏：无从判断是否有同意";
    FindingConsentScope: "the consent is limited, and what the call was for is not told", "同意有限定范围，而呼叫的用途不明";
    FindingConsentTime: "the time of the consent is not told", "同意的时间不明";
    FindingBindingNone: "no binding of a virtual number is known for the call", "该呼叫没有已知的隐私号绑定关系";
    FindingBindingPair: "the party that the log names was never bound to the virtual number", "话单所列一方从未绑定该隐私号";
    FindingBindingEnded: "called {time} after the binding had ended", "绑定失效 {time}后仍有呼叫";
    FindingBindingNotYet: "called {time} before the binding began", "绑定生效前 {time}即有呼叫";
    FindingBindingDirection: "called in a direction that the binding does not permit", "呼叫方向不在绑定关系允许之内";
    FindingBindingLife: "the binding lasts longer than the permitted {limit}", "绑定期超过允许的 {limit}";
    FindingBindingEndless: "the binding has no end, at most {limit} are permitted", "绑定没有失效时间，最长不得超过 {limit}";
    FindingBindingSince: "since when the binding holds is not told: whether it lasts longer than {limit} cannot be told", "绑定的生效时间不明：无从判断是否超过 {limit}";
    FindingBindingPairs: "the virtual number stood between {n} pairs at once, limit {limit}", "该隐私号同时绑定 {n} 对，上限 {limit} 对";
    FindingCalls: "{n} calls", "{n} 次呼叫";

    // The verdict.
    VerdictFound: "{violations} in {findings} under {hit} of {judged}", "在 {judged}中的 {hit}下发现 {violations}，计 {findings}";
    VerdictPossible: "No violations found under the {judged} that could be judged, but {possible}", "在可判定的 {judged}下未发现违规，但有 {possible}";
    VerdictNone: "No violations found under the {judged} that could be judged", "在可判定的 {judged}下未发现违规";
    VerdictNothing: "Nothing could be judged: this report says nothing about the calls", "没有任何规则可以判定：本报告不能说明这些呼叫是否违规";
    AndPossible: "; {possible}", "；另有 {possible}";
    AndNotEvaluable: "; {rules} could not be judged", "；{rules}无法判定";
    Violation: "{n} violation", "{n} 次违规";
    Violations: "{n} violations", "{n} 次违规";
    PossibleOne: "{n} possible", "{n} 次疑似";
    FindingOne: "{n} finding", "{n} 个问题项";
    FindingMany: "{n} findings", "{n} 个问题项";
    RuleOne: "{n} rule", "{n} 条规则";
    RuleMany: "{n} rules", "{n} 条规则";
    CallOne: "{n} call", "{n} 次呼叫";
    CallMany: "{n} calls", "{n} 次呼叫";

    // Labels of the head.
    LabelRuleset: "Ruleset", "规则集";
    LabelInput: "Input", "来源";
    LabelInputs: "Inputs", "来源";
    LabelList: "List", "名单";
    LabelLists: "Lists", "名单";
    ListLine: "{id} ({path}): {counts}", "{id}（{path}）：{counts}";
    ListMissing: "{id}: {error}", "{id}：{error}";
    ListEntryOne: "{n} entry", "{n} 个条目";
    ListEntries: "{n} entries", "{n} 个条目";
    ListDated: "{n} with dates", "其中 {n} 个有日期";
    ListPrefixes: "prefixes: {n}", "号段 {n} 个";
    ListMasks: "masks: {n}", "掩码 {n} 个";
    ListShort: "shorter than 7 digits: {n}", "不足 7 位 {n} 个";
    ListCopies: "copies by date: {n}", "按日期的副本 {n} 份";
    ListUnreadable: "unreadable rows: {n}", "无法识别的行 {n} 行";
    ListAdded: "added {first} – {last}", "添加时间 {first} – {last}";
    Between: ", ", "，";
    LabelPeriod: "Period", "期间";
    LabelClock: "Clock", "时钟";
    LabelIntake: "Intake", "接入情况";
    LabelCalls: "Calls", "呼叫数";
    LabelGaps: "Gaps", "断档";
    LabelNotes: "Note", "说明";
    LabelAsOf: "As of", "基准日";
    NoPeriod: "no calls", "无呼叫";
    FileOne: "{n} file", "{n} 个文件";
    Files: "{n} files", "{n} 个文件";
    WorstFiles: "{n} files; shown: those with the most rejected rows", "共 {n} 个文件；仅列拒绝行最多者";
    Total: "total", "合计";
    Refused: "not used: {error}", "未采用：{error}";
    Unsettled: "not read: {error}", "未读取：{error}";
    Unread: "could not be read to its end: {error}", "未能完整读取：{error}";
    DoesNotAddUp: "the counts do not add up", "各项之和不符";
    ClockAssumed: "{zone} ASSUMED: nothing in the log says so; findings about hours depend on it (--tz)", "{zone} 为假定：日志中无任何依据，时段类判定取决于此（--tz）";
    ClockKnown: "{zone} ({evidence})", "{zone}（{evidence}）";
    ClockUnknown: "unknown", "未知";
    InFiles: "{files}: {text}", "{files}：{text}";
    GapLine: "{from} to {to}: {hours} h without any call", "{from} 至 {to}：{hours} 小时无任何呼叫";
    UnmappedOutcomes: "outcome words that the profile does not know: {words}", "导出格式未收录的结果用词：{words}";
    Stated: "{column} = {value}: stated, not in the log", "{column} = {value}：声明值，日志中没有";
    MoreLines: "… and {n} more", "…… 另有 {n} 项";

    GapMissing: "{from} to {to}: {hours} h without any call, about {n} expected", "{from} 至 {to}：{hours} 小时无任何呼叫，通常约 {n} 次";
    GapPause: "{from} to {to}: {hours} h without any call, as usual in this log", "{from} 至 {to}：{hours} 小时无任何呼叫，此日志惯常如此";

    // The inspection.
    LabelLayout: "Layout", "导出格式";
    LabelFile: "File", "文件";
    LabelPrecision: "Times", "时间";
    LabelOutcomes: "Outcomes", "呼叫结果";
    LabelNumbers: "Callees", "被叫号码";
    LabelRejects: "Rejected", "拒绝";
    LabelDuplicates: "Duplicates", "重复";
    LabelLegs: "Legs", "通话段";
    LabelUnreadable: "Unread", "无法读取";
    LayoutSure: "{profile}, {n} % sure", "{profile}，把握 {n} %";
    LayoutGiven: "{profile}, as given", "{profile}，由用户指定";
    LayoutNext: "next: {profile}, {n} %", "其次：{profile}，{n} %";
    LayoutWhy: "{n} of {all} columns are known", "{all} 列中识别 {n} 列";
    NoLayout: "none", "无";
    HeaderYes: "its first record names the columns", "首行为列名";
    HeaderNo: "no header: columns are known by their place", "没有表头：按位置识别列";
    Bytes: "{n} bytes", "{n} 字节";
    Delimited: "fields between {delimiter}", "以 {delimiter} 分隔";
    DelimiterTab: "tabs", "制表符";
    KnownTo: "known to the {precision}", "精确到{precision}";
    RegionKnown: "numbers without a country code are of {region}", "没有国家码的号码按 {region} 读取";
    RegionNone: "no country for numbers without a code (--region)", "没有国家码的号码未指定国家（--region）";
    RejectLine: "{reason}: {n}, first in line {line}", "{reason}：{n} 行，首见于第 {line} 行";
    DuplicatesAll: "{n}, of which {differ} differ in other columns", "{n} 条，其中 {differ} 条在其他列上不同";
    LegsBy: "rows of one call share {columns}; {n} rows were folded", "同一呼叫的各行共用 {columns}；已合并 {n} 行";
    LegsNone: "each row is a call", "每行即一次呼叫";
    NoGaps: "none of a day or more", "没有一天以上的断档";
    NoneAtAll: "none", "无";
    SectionMapping: "Columns", "列的对应";
    SectionUnmapped: "Not mapped: reachable as raw.\"NAME\"", "未对应的列：可用 raw.\"列名\" 引用";
    SectionSet: "Not in the log: the same for every call", "日志中没有、对每次呼叫都成立";
    ColCall: "Call", "呼叫的列";
    ColExport: "Export", "导出的列";
    ColSamples: "Values", "取值";
    WhenRows: "where {when}", "当 {when}";
    FirstOf: "the first of {columns}", "{columns} 中第一个非空值";

    // Sections.
    SectionRules: "By rule", "按规则";
    SectionSeverity: "By severity", "按严重程度";
    SectionCaller: "Worst lines (caller)", "违规最多的线路（主叫）";
    SectionAgent: "Worst agents", "违规最多的坐席";
    SectionCampaign: "Worst campaigns", "违规最多的任务";
    SectionCallee: "Most affected callees", "受影响最多的被叫";
    SectionFindings: "Findings", "问题项";
    SectionUnjudged: "NOT JUDGED", "未能判定";
    SectionChecklist: "What to do", "整改清单";
    SectionSources: "Where the figures come from", "数据出处";
    SectionExit: "Exit status", "退出状态";

    // Columns.
    ColRule: "Rule", "规则";
    ColSeverity: "Severity", "严重程度";
    ColForce: "Meaning", "性质";
    ColJudged: "Judged", "已判定";
    ColViolations: "Violations", "违规";
    ColPossible: "Possible", "疑似";
    ColFindings: "Findings", "问题项";
    ColStatus: "Status", "状态";
    ColCalls: "Calls", "呼叫";
    ColRate: "Rate", "占比";
    ColStep: "Step", "整改措施";
    ColOwner: "Owner", "负责";
    ColDue: "Due", "期限";
    ColProof: "Proof", "凭证";
    ColReason: "Reason", "原因";

    // Findings.
    FindingsMore: "… and {n} more: -o csv lists every violating call", "…… 另有 {n} 个：-o csv 列出全部违规呼叫";
    FindingMeasureAtLeast: "measured at least {measured} (the window begins before the log), limit {limit}", "实测至少 {measured}（窗口早于日志起点），限值 {limit}";
    FindingMeasure: "measured {measured}, limit {limit}", "实测 {measured}，限值 {limit}";
    FindingMeasured: "measured {measured}", "实测 {measured}";
    EvidenceMore: "… {n} more calls in evidence", "…… 另有 {n} 条证据呼叫";

    // Other forms of a report.
    FormTitle: "Call audit: {ruleset}", "外呼审计：{ruleset}";
    FormMade: "callaudit {version} · ruleset BLAKE3 {hash} · time zones {tzdb} · number metadata {numbers}", "callaudit {version} · 规则集 BLAKE3 {hash} · 时区数据 {tzdb} · 号码数据 {numbers}";
    FormFailure: "{violations} in {findings}: {title}", "{findings}，共 {violations}：{title}";
    FormNoFailure: "{violations}, which do not make the audit fail (--fail-on, budgets, suppressions, baseline)", "{violations}，按所给选项（--fail-on、容许值、豁免登记、基线）不计为失败";
    FormPossible: "possible, not counted as failed: {n}", "疑似 {n} 次，不计为失败";
    FormIncomplete: "the audit is incomplete", "审计不完整";
    FormIncompleteBecause: "the audit is incomplete: {reasons}", "审计不完整：{reasons}";
    FormRuleUnjudged: "rule {id} could not be judged: {reason}", "规则 {id} 无法判定：{reason}";
    FormSomeUnjudged: "A rule could not be judged", "有规则无法判定";
    FormSomeMore: "There are more findings than are shown", "问题项多于所列";
    FormMore: "… and {n} more: callaudit audit … -o csv lists every violating call", "…… 另有 {n} 个：callaudit audit … -o csv 列出全部违规呼叫";
    FormViolationsElsewhere: "A stored report holds no violating calls one by one: callaudit audit … -o xlsx lists them", "存储的报告不含逐条违规呼叫：callaudit audit … -o xlsx 可列出";
    SheetSummary: "Summary", "概要";
    SheetFindings: "Findings", "问题项";
    SheetViolations: "Violations", "违规呼叫";
    SheetChecklist: "Checklist", "整改清单";
    SheetIntake: "Intake", "接入情况";
    SectionIntake: "Intake and clock", "接入情况与时钟";
    SectionEvidence: "Evidence", "证据呼叫";
    ColInput: "Input", "来源";
    ColLayout: "Layout", "导出格式";
    ColClock: "Clock", "时钟";
    ColRows: "Rows", "行数";
    ColRead: "Read", "读取";
    ColNotes: "Notes", "说明";
    ColHash: "BLAKE3", "BLAKE3";
    ColBytes: "Bytes", "字节";
    ColError: "Error", "错误";
    ColVerdict: "Verdict", "判定";
    ColState: "State", "状态";
    ColSubject: "About", "对象";
    ColMessage: "What was found", "问题描述";
    ColFirst: "First call (UTC)", "首次呼叫（UTC）";
    ColLast: "Last call (UTC)", "末次呼叫（UTC）";
    ColMeasured: "Measured", "实测";
    ColLimit: "Limit", "限值";
    ColLeaks: "Leaks", "漏洞";
    ColFingerprint: "Fingerprint", "指纹";
    ColWhere: "Where", "位置";
    ColLocal: "Local time", "当地时间";
    ColCaller: "Caller", "主叫";
    ColCallee: "Callee", "被叫";
    ColOutcome: "Outcome", "呼叫结果";
    ColTitle: "Title", "名称";
    ColKind: "Kind", "规则类型";
    ColForceWord: "Force", "规则效力";
    ColSources: "Sources", "出处";
    ColId: "Id", "编号";
    ColRules: "Rules", "规则";
    ColValue: "Value", "内容";
    ColWhat: "What", "项目";

    // Rulesets by themselves.
    Warning: "warning", "警告";
    CheckedOk: "{path}: no mistakes ({name}; rules on: {on}, off: {off}; lists: {lists})", "{path}：没有错误（{name}；启用规则 {on} 条，停用 {off} 条；名单 {lists} 个）";
    CheckedAll: "{n} rulesets, {bad} with mistakes", "共 {n} 个规则集，其中 {bad} 个有错误";

    ShowFiles: "made of: {files}", "由以下文件合成：{files}";
    ShowOn: "on", "启用";
    ShowOff: "off", "停用";
    ShowOffBecause: "off: {why}", "停用：{why}";
    ShowHistory: "looks back {length}: so much log is needed before the first call that is judged", "需回看 {length}：首个被判定呼叫之前须有同样长的日志";
    ShowNoHistory: "judges each call by itself: no earlier log is needed", "逐通判定，无需更早的日志";
    ShowWholeLog: "looks back over the whole log", "需回看整个日志";
    ShowNeedsColumns: "needs the columns {columns}", "需要的列：{columns}";
    ShowNeedsLists: "needs the lists {lists}", "需要的名单：{lists}";
    ShowNoSource: "no source is cited", "未注明出处";
    DiffSame: "no difference", "没有差异";
    DiffRule: "rule", "规则";
    DiffList: "list", "名单";
    SectionChecklistName: "checklist", "整改清单";
    DiffAdded: "{name}: added", "{name}：新增";
    DiffRemoved: "{name}: removed", "{name}：删除";
    DiffUnset: "(not set)", "（未设置）";
    InitWrote: "wrote {files}; next: callaudit rules check {file}, then callaudit audit LOGS -r {file}", "已写入 {files}；下一步：callaudit rules check {file}，再运行 callaudit audit 话单 -r {file}";
    AskRegion: "Country of numbers without a country code (CN, US …; empty: none)", "没有国家码的号码属于哪个国家（CN、US……）";
    AskZone: "Time zone of the rules", "规则所用时区";
    AskPurpose: "What all calls are for, if the logs do not tell (marketing, collection, service …; empty: they tell, or it does not matter)", "话单中没有用途时，所有呼叫的用途（marketing 营销、collection 催收、service 服务……；留空：话单中有，或无关）";
    AskHours: "Permitted hours, such as 09:00-20:00, or: mon-fri 09:00-12:00 14:00-20:00, sat 10:00-17:00 (empty: no rule)", "允许时段，如 09:00-20:00，或 mon-fri 09:00-12:00 14:00-20:00, sat 10:00-17:00（留空：不设）";
    AskCap: "At most so many calls to one callee, such as 3/24h; of a line: caller=60/hour (empty: no rule)", "同一被叫最多呼叫几次，如 3/24h；单线路：caller=60/hour（留空：不设）";
    AskMore: "One more (empty: no)", "还有吗（留空：没有）";
    AskList: "A list of numbers that must not be called, NAME=PATH, such as dnc=dnc.csv (empty: none)", "不得呼叫的号码名单，名称=路径，如 dnc=dnc.csv（留空：没有）";
    AskPack: "A pack to build on ({packs}; empty: none)", "作为基础的规则包（{packs}；留空：不用）";
    ListPacks: "Packs ({n}): give one with -r NAME, or name it in extends", "规则包（{n} 个）：用 -r 名称 指定，或写入 extends";
    ListRules: "rules on: {on}, off: {off}", "启用规则 {on} 条，停用 {off} 条";
    ListKinds: "Kinds of rule", "规则类型";

    // A policy for staff.
    PolicyTitle: "{name}: policy for outbound calls", "{name}：外呼使用规范";
    PolicyPacks: "Packs", "规则包";
    PolicyFoot: "Printed by callaudit {version} from the ruleset {id}, BLAKE3 {hash}…", "由 callaudit {version} 根据规则集 {id} 生成，BLAKE3 {hash}…";
    PolicyWhat: "This is the ruleset by which calls are audited, in words. It says what the ruleset holds and nothing else, and is no legal advice. What is not named here is not thereby permitted.", "本规范是外呼审计规则集的文字说明，仅反映规则集的内容，不构成法律意见。未列出的事项并不因此获得许可。";
    PolicyForces: "What is law here, and what is not", "哪些是法律，哪些不是";
    PolicyNoLaw: "No rule of this ruleset claims to be law. That does not mean that no law applies.", "本规则集没有任何规则称为法律，但这不表示没有适用的法律。";
    PolicySecondaryMeans: "Secondary sources say that a legal text demands it. Nobody read the text itself: have it checked.", "二手资料称法律条文有此要求，未有人核对原文，须先核实。";
    PolicyUnverifiedMeans: "The ruleset calls it law, and no source that was read bears that out. Have it checked.", "规则集称其为法律，但没有可信出处支持，须先核实。";
    PolicySomeLaw: "Each rule is marked with where it gets its force. Only what is marked “Law” is known from a legal text; the sources are at the end.", "每条规则均标明其效力来源。仅标为“法律”的规则有法律条文为据，出处见文末。";
    PolicyMark: "Mark", "标记";
    PolicyMeaning: "What it means", "含义";
    SectionRulesName: "Rules", "规则数";
    PolicyWhen: "When people may be called", "什么时间可以呼叫";
    PolicyHowOften: "How often, and how much", "可以呼叫多少次";
    PolicyRefusal: "After a refusal, a complaint or a conversation", "被拒绝、被投诉或通话之后";
    PolicyWho: "Who must not be called, and for whom something must be on record", "不得呼叫的对象与须有凭证的对象";
    PolicyConduct: "How a call is made", "呼叫时的要求";
    PolicyRecords: "Records", "记录与留存";
    PolicyExemptions: "Exemptions", "豁免情形";
    PolicyExemption: "Exemption", "豁免";
    PolicyForExemption: "the exemption “{exemption}”", "豁免“{exemption}”";
    PolicyAnyEvent: "any event", "任何事件";
    PolicyMonths: "{n} months", "{n} 个月";
    PolicyEventWithin: "the list {list} tells an event ({events}) of the person at most {within} before the call", "名单{list}载明该对象在呼叫前 {within}内有事件（{events}）";
    PolicyEventBefore: "the list {list} tells an event ({events}) of the person before the call", "名单{list}载明该对象在呼叫前有事件（{events}）";
    PolicyLists: "Lists", "名单";
    PolicyBroken: "When a rule is broken", "违反规则时怎么办";
    PolicyOff: "Rules that are switched off", "已停用的规则";
    PolicyOffMeans: "These rules are in the ruleset and are not checked.", "下列规则在规则集中，但不作检查。";
    PolicyNoReason: "no reason is given", "未说明原因";
    PolicySources: "Where the figures come from", "数据出处";
    PolicyNoSources: "The ruleset cites no source.", "规则集未注明任何出处。";
    PolicyConfidence: "A: the text itself was read. B: an official page was read, or the platform's own documentation. C: only secondary sources. D: a rule of thumb. U: nobody checked it. ⚠ marks what is below B. Check the current text before you rely on a figure.", "A：已读原文；B：已读官方页面或平台文档；C：仅读过二手资料；D：经验数字；U：未经核实。⚠ 表示低于 B。引用前请核对现行文本。";
    PolicySilent: "The ruleset says nothing about this. That is no permission.", "规则集对此没有规定，但这不等于许可。";
    PolicyRegions: "Where the called person is in", "被叫所在地区";
    PolicyApplies: "Applies to calls where", "适用于";
    PolicyExempt: "Not for calls where", "不适用于";
    PolicyOnList: "the number is on the list {list}", "号码在名单{list}中";
    PolicyInForce: "In force", "生效期";
    PolicyFromTo: "from {from} to {to}", "{from} 至 {to}";
    PolicyFrom: "from {from}", "自 {from} 起";
    PolicyTo: "to {to}", "至 {to} 止";
    PolicyPenalty: "Penalty named by the ruleset", "规则集所列处罚";
    PolicyRange: "{min} to {max}", "{min} 至 {max}";
    PolicyUpTo: "up to {max}", "最高 {max}";
    PolicyAtLeast: "at least {min}", "至少 {min}";
    PolicyPer: "per {per}", "（每{per}）";
    PolicyDoubt: "The source is of low confidence ({letter}).", "出处可信度低（{letter}）。";
    PolicyLawSecondary: "Law, as secondary sources tell it", "法律（据二手资料）";
    PolicyPresumedSecondary: "Legal presumption, as secondary sources tell it (rebuttable)", "法律推定（据二手资料，可反驳）";
    PolicyPresumedSecondaryMeans: "Secondary sources say that beyond the figure the law presumes a breach, which can be rebutted. Nobody read the text itself: have it checked.", "二手资料称超过该数值即推定违法（可反驳），未有人核对原文，须先核实。";
    PolicyPresumedUnverified: "Said to be a legal presumption, not verified", "据称为法律推定，未经核实";
    PolicyPresumedUnverifiedMeans: "The ruleset calls it a presumption of the law, and no source that was read bears that out. Have it checked.", "规则集称其为法律推定，但没有可信出处支持，须先核实。";
    PolicyLawUnverified: "Said to be law, not verified", "据称为法律，未经核实";
    PolicyCalleeClock: "of the place where the called person is", "被叫所在地";
    PolicyWholeLog: "At least one of these rules looks back over the whole log: keep it as long as the rule holds.", "其中至少一条规则回看整个日志：规则有效期间须保留全部话单。";
    PolicyLawDoubt: "Marked as law on a source of low confidence ({letter}): nobody read the text itself. Have it checked.", "标为法律，但出处可信度低（{letter}）：未有人核对原文，须先核实。";
    PolicyLawNoSource: "Marked as law, and the ruleset cites no source for it. Have it checked.", "标为法律，但规则集未注明出处，须先核实。";
    PolicyNoSource: "The ruleset cites no source for it.", "规则集未注明出处。";
    PolicySourcesOf: "Sources", "出处";
    PolicyNeeded: "So that these rules can be checked, the log must tell of each call: {columns}.", "为检查上述规则，话单须记录每次呼叫的：{columns}。";
    PolicyHistory: "To judge a day, the log must reach back at least {length} before it.", "判定某一日须有此前至少 {length}的话单。";
    PolicyNoLists: "The ruleset uses no list.", "规则集未使用任何名单。";
    PolicyHolds: "Holds", "内容";
    PolicyUsedBy: "Used by", "用于";
    PolicyNumbers: "numbers", "号码";
    PolicyAliases: "numbers of one person", "同一人的多个号码";
    PolicyBindings: "bindings of virtual numbers", "隐私号绑定关系";
    PolicyEvents: "events: what happened to a number, and when", "事件：号码发生了什么、何时发生";
    PolicyInventory: "own numbers", "自有号码";
    PolicyConsents: "consents: who agreed to be called, and when", "同意凭证：谁同意、何时同意";
    PolicyExemptFrom: "exempt from: {rule}", "豁免：{rule}";
    PolicyReadIn: "Read in", "查阅来源";
    PolicyTrust: "Confidence", "可信度";

    // Sources.
    AsOfDay: "as of {date}", "截至 {date}";
    LowConfidence: "source of low confidence ({letter})", "出处可信度低（{letter}）";
    NoConfidence: "confidence of the source not stated", "出处可信度未注明";

    // What could not be judged.
    RuleRequired: "required", "必须判定";
    NoReason: "no reason given", "未说明原因";
    LeftUnknown: "{n} calls with an unknown value in where", "{n} 次呼叫的 where 条件值未知";
    LeftWithoutKey: "{n} calls without a key", "{n} 次呼叫没有键值";
    LeftWithoutTime: "{n} calls without the time asked for", "{n} 次呼叫没有所需时刻";
    LeftUncovered: "{n} calls outside the calendar's years", "{n} 次呼叫不在日历年份内";
    NothingJudged: "no call was judged", "没有判定任何呼叫";
    HistoryShort: "looks back {needed}; the log holds {present} before the first judged call", "需回看 {needed}，首个被判定呼叫之前的日志仅有 {present}";

    // Exit.
    Exit0: "0: nothing at or above the threshold", "0：没有达到阈值的问题项";
    Exit1: "1: there are findings", "1：存在问题项";
    Exit3: "3: the audit is incomplete", "3：审计不完整";
    ExitOther: "{n}", "{n}";
}

/// The text in this language, each `{name}` replaced by its value. Values are not looked into again.
pub fn say(lang: Lang, message: Msg, values: &[(&str, &str)]) -> String {
    fill(message.text(lang), values)
}

/// A text, each `{name}` replaced by its value. Values are not looked into again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(rest.len() + 16);
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        let name = &rest[1..close];
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                debug_assert!(false, "{text:?} wants {name}");
                out.push_str(&rest[..=close]);
            }
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text.split('{').skip(1).map(|part| part.split('}').next().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_the_same() {
        for message in Msg::ALL {
            let [en, zh] = Lang::ALL.map(|lang| message.text(lang));
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{message:?}");
            assert_eq!(placeholders(en), placeholders(zh), "{message:?}");
            assert_eq!(en.matches('{').count(), en.matches('}').count(), "{message:?}");
        }
        for (word, en, zh) in WORDS {
            assert!(!en.is_empty() && !zh.is_empty(), "{word}");
        }
    }

    #[test]
    fn values_are_put_in_once() {
        let said = say(Lang::Zh, Msg::FindingCap, &[("n", "{limit}"), ("limit", "60"), ("window", "1 小时")]);
        assert_eq!(said, "1 小时内呼叫 {limit} 次，上限 60 次");
        assert_eq!(say(Lang::En, Msg::FindingCalls, &[("n", "7")]), "7 calls");
    }

    #[test]
    fn languages_are_read_from_words_and_locales() {
        assert_eq!(Lang::parse("zh"), Some(Lang::Zh));
        assert_eq!("fr".parse::<Lang>(), Err("no such language: fr (en, zh)".into()));
        for (locale, lang) in [("zh_CN.UTF-8", Lang::Zh), ("ZH", Lang::Zh), ("zh-Hans", Lang::Zh), ("en_GB", Lang::En), ("C", Lang::En), ("", Lang::En)] {
            assert_eq!(Lang::from_locale(locale), lang, "{locale}");
        }
    }

    #[test]
    fn a_word_nobody_knows_stays_itself() {
        assert_eq!(kind(Lang::Zh, "call_cap"), "呼叫频次上限");
        assert_eq!(kind(Lang::Zh, "astrology"), "astrology");
        assert_eq!(force_sentence(Lang::Zh, "presumption"), "推定违反（可反驳）");
    }
}
