//! The columns of a canonical call: the names that profiles map to and that rules, keys and outputs use.

/// What a column holds, which decides how a cell is read and how it is compared in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, trimmed, compared with case.
    Text,
    /// A telephone number, compared as its key (E.164 where it is a valid number).
    Number,
    /// A point in time, UTC, milliseconds.
    Instant,
    /// A length of time in seconds, with decimals.
    Seconds,
    /// One of a closed list of words.
    Word,
}

macro_rules! columns {
    ($($variant:ident $name:literal $kind:ident $en:literal $zh:literal;)*) => {
        /// A column of the canonical call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Column { $($variant),* }
        impl Column {
            /// All columns, in the order in which they are documented.
            pub const ALL: &'static [Column] = &[$(Column::$variant),*];
            /// The name that TOML, SQL and outputs use.
            pub fn name(self) -> &'static str { match self { $(Column::$variant => $name),* } }
            /// What it holds.
            pub fn kind(self) -> Kind { match self { $(Column::$variant => Kind::$kind),* } }
            /// Its meaning in English.
            pub fn en(self) -> &'static str { match self { $(Column::$variant => $en),* } }
            /// Its meaning in Chinese.
            pub fn zh(self) -> &'static str { match self { $(Column::$variant => $zh),* } }
        }
    };
}

columns! {
    CallId "call_id" Text "call id" "呼叫标识";
    Direction "direction" Word "direction" "呼叫方向";
    Caller "caller" Number "caller" "主叫（外显号码）";
    Callee "callee" Number "callee" "被叫";
    CalleeId "callee_id" Text "callee id" "被叫标识";
    StartedAt "started_at" Instant "started at" "开始时间";
    AnsweredAt "answered_at" Instant "answered at" "接听时间";
    EndedAt "ended_at" Instant "ended at" "结束时间";
    RingS "ring_s" Seconds "ringing, s" "振铃秒数";
    TalkS "talk_s" Seconds "talk, s" "通话秒数";
    TotalS "total_s" Seconds "total, s" "总时长秒数";
    Outcome "outcome" Word "outcome" "呼叫结果";
    AnsweredBy "answered_by" Word "answered by" "接听方";
    Response "response" Word "response" "客户意向";
    HangupBy "hangup_by" Word "hung up by" "挂断方";
    Agent "agent" Text "agent" "坐席";
    Campaign "campaign" Text "campaign" "任务";
    List "list" Text "list" "名单";
    Lead "lead" Text "lead" "线索";
    Line "line" Text "line" "线路";
    Queue "queue" Text "queue" "队列";
    Account "account" Text "account" "账户";
    Seller "seller" Text "seller" "委托方";
    Purpose "purpose" Text "purpose" "用途";
    Mode "mode" Text "mode" "外呼方式";
    Subject "subject" Text "subject" "事由";
    Person "person" Text "person" "联系人";
    BindingId "binding_id" Text "binding" "绑定关系";
    Recording "recording" Text "recording" "录音";
    CalleeClass "callee_class" Text "callee class" "被叫类别";
    CalleeZone "callee_zone" Text "callee zone" "被叫时区";
    CalleeRegion "callee_region" Text "callee region" "被叫地区";
    OutcomeRaw "outcome_raw" Text "outcome as exported" "原始结果";
    Cause "cause" Text "cause" "释放原因";
}

impl Column {
    /// The column of this name.
    pub fn by_name(name: &str) -> Option<Column> {
        Column::ALL.iter().copied().find(|c| c.name() == name)
    }
}

/// A column of a log: one of the canonical ones, or one of the export's own (`raw."任务名称"`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// A canonical column.
    Canonical(Column),
    /// A column of the export, by the name in its header.
    Raw(String),
}

impl Field {
    /// `agent`, or `raw."任务名称"` (quotes may be left out).
    pub fn parse(text: &str) -> Option<Field> {
        match text.strip_prefix("raw.") {
            Some(rest) => Some(Field::Raw(rest.trim_matches('"').to_owned())),
            None => Column::by_name(text).map(Field::Canonical),
        }
    }

    /// How it is written in a ruleset and in a key.
    pub fn name(&self) -> String {
        match self {
            Field::Canonical(c) => c.name().to_owned(),
            Field::Raw(name) => format!("raw.{name}"),
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum $name { $($variant),* }
        impl $name {
            /// All words.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The word as TOML, SQL and outputs write it.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),* } }
            /// The value of a word.
            pub fn by_word(word: &str) -> Option<$name> { match word { $($word => Some($name::$variant),)* _ => None } }
        }
    };
}

words! {
    /// What the network did with a call.
    Outcome {
        Answered "answered", Voicemail "voicemail", Abandoned "abandoned", NoAnswer "no_answer", Busy "busy", Rejected "rejected",
        Canceled "canceled", Invalid "invalid", Unreachable "unreachable", Blocked "blocked", Failed "failed", Unknown "unknown",
    }
}
words! {
    /// Which way a call went.
    Direction { Outbound "outbound", Inbound "inbound", Internal "internal" }
}
words! {
    /// Who or what answered.
    AnsweredBy { Human "human", Machine "machine", Unknown "unknown" }
}
words! {
    /// What the called person said.
    Response {
        Interested "interested", Refused "refused", DoNotCall "do_not_call", Callback "callback", Complained "complained",
        WrongPerson "wrong_person", None "none",
    }
}
words! {
    /// Who ended a call.
    HangupBy { Caller "caller", Callee "callee", Agent "agent", System "system" }
}

/// Is this cell a placeholder for "nothing"? Empty, NULL, nan, N/A, - and \N are.
#[inline]
pub fn is_null(cell: &str) -> bool {
    match cell.len() {
        0 => true,
        1 => cell == "-",
        2 => cell == "\\N",
        3 => cell.eq_ignore_ascii_case("nan") || cell.eq_ignore_ascii_case("n/a"),
        4 => cell.eq_ignore_ascii_case("null") || cell.eq_ignore_ascii_case("none"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_again() {
        for c in Column::ALL {
            assert_eq!(Column::by_name(c.name()), Some(*c));
        }
        let names: std::collections::BTreeSet<_> = Column::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Column::ALL.len());
    }

    #[test]
    fn placeholders_are_null_and_words_are_not() {
        for null in ["", "NULL", "null", "None", "nan", "NaN", "N/A", "-", "\\N"] {
            assert!(is_null(null), "{null:?}");
        }
        for value in ["0", "no", "nanny", "--", "n"] {
            assert!(!is_null(value), "{value:?}");
        }
    }

    #[test]
    fn raw_fields_keep_their_name() {
        assert_eq!(Field::parse("raw.\"任务名称\""), Some(Field::Raw("任务名称".into())));
        assert_eq!(Field::parse("agent"), Some(Field::Canonical(Column::Agent)));
        assert_eq!(Field::parse("agnt"), None);
    }
}
