//! The JSON Schema of rulesets (draft 2020-12), for editors: made from what the kinds declare of their keys, and from the tables declared below.

use serde_json::{Map, Value, json};

use crate::calls::columns::{Column, Outcome};
use crate::calls::timestamps::DateOrder;
use crate::exposure::regimes;
use crate::language::Lang;
use crate::rules::lists::{Form, Hash};
use crate::rules::scope::Unsure;
use crate::rules::{Force, Severity, registry};
use crate::ruleset::scope::COLUMNS;

/// What a kind says of itself: in one line, and its keys besides those that every rule has.
#[derive(Clone, Debug)]
pub struct KindSchema {
    /// What it checks, in English and Chinese.
    pub about: [&'static str; 2],
    /// Its keys, in the order in which they are documented.
    pub keys: Vec<Key>,
}

impl KindSchema {
    /// What it checks.
    pub fn about(&self, lang: Lang) -> &'static str {
        self.about[lang as usize]
    }
}

/// A key of a table.
#[derive(Clone, Debug)]
pub struct Key {
    /// As TOML has it.
    pub name: &'static str,
    /// The schema of its value.
    pub shape: Value,
    /// Must it be there?
    pub required: bool,
    /// What it means, in English and Chinese.
    pub about: [&'static str; 2],
}

/// A key that may be left out.
pub fn key(name: &'static str, shape: Value, en: &'static str, zh: &'static str) -> Key {
    Key { name, shape, required: false, about: [en, zh] }
}

impl Key {
    /// The same, and it must be there.
    pub fn required(self) -> Key {
        Key { required: true, ..self }
    }

    /// What it means.
    pub fn about(&self, lang: Lang) -> &'static str {
        self.about[lang as usize]
    }
}

/// Schemas of values.
pub mod shape {
    use super::{Column, Key, Lang, Map, Outcome, Value, json, table_of};

    /// Any text.
    pub fn text() -> Value {
        json!({ "type": "string" })
    }
    /// A text, or one for each language.
    pub fn texts() -> Value {
        json!({ "$ref": "#/$defs/texts" })
    }
    /// A whole number from 0 on.
    pub fn whole() -> Value {
        json!({ "type": "integer", "minimum": 0 })
    }
    /// A share from 0 to 1.
    pub fn share() -> Value {
        json!({ "type": "number", "minimum": 0, "maximum": 1 })
    }
    /// An amount from 0 on.
    pub fn amount() -> Value {
        json!({ "type": "number", "minimum": 0 })
    }
    /// `true` or `false`.
    pub fn boolean() -> Value {
        json!({ "type": "boolean" })
    }
    /// A date, bare or as a text.
    pub fn date() -> Value {
        json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$" })
    }
    /// One of these words.
    pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
        json!({ "enum": words.into_iter().collect::<Vec<_>>() })
    }
    /// Elapsed time: `30m`.
    pub fn duration() -> Value {
        json!({ "type": "string", "pattern": r"^\d+[smhd]$", "examples": ["30m", "24h"] })
    }
    /// Elapsed time, calendar days or business days: `24h`, `10 days`, `10 business days`.
    pub fn days_or_duration() -> Value {
        json!({ "type": "string", "pattern": r"^(\d+[smhd]|\d+ (business )?days?)$", "examples": ["24h", "10 days", "10 business days"] })
    }
    /// A window in which calls are counted.
    pub fn window() -> Value {
        json!({ "$ref": "#/$defs/window" })
    }
    /// A column of a call, or one of the export.
    pub fn column() -> Value {
        let names: Vec<&str> = Column::ALL.iter().map(|c| c.name()).collect();
        json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": r"^raw\." }] })
    }
    /// Columns whose values make a key.
    pub fn columns() -> Value {
        json!({ "type": "array", "items": { "$ref": "#/$defs/column" } })
    }
    /// SQL over the columns of a call.
    pub fn sql() -> Value {
        json!({ "type": "string", "minLength": 1, "examples": ["purpose = 'marketing'"] })
    }
    /// Outcomes of calls.
    pub fn outcomes() -> Value {
        array(words(Outcome::ALL.iter().map(|o| o.word())))
    }
    /// Ids of lists.
    pub fn lists() -> Value {
        json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
    }
    /// The name of a calendar, or the path of a calendar file.
    pub fn calendar() -> Value {
        json!({ "type": "string", "examples": ["cn", "us-federal"] })
    }
    /// Intervals by day.
    pub fn hours() -> Value {
        json!({ "$ref": "#/$defs/hours" })
    }
    /// Several of them.
    pub fn array(items: Value) -> Value {
        json!({ "type": "array", "items": items })
    }
    /// One of them.
    pub fn any_of(shapes: impl IntoIterator<Item = Value>) -> Value {
        json!({ "anyOf": shapes.into_iter().collect::<Vec<_>>() })
    }
    /// A table with these keys and no others; its descriptions are English, as those of all that is below a key.
    pub fn table(keys: &[Key]) -> Value {
        table_of(keys, &[], Lang::En)
    }
    /// A table whose keys may be anything.
    pub fn open_table() -> Value {
        let mut object = Map::new();
        object.insert("type".into(), json!("object"));
        Value::Object(object)
    }
}

/// The keys that every `[[rule]]` may have, besides those of its kind.
pub fn common() -> Vec<Key> {
    use shape::*;
    let count = any_of([words(["attempts", "connected", "answered"]), sql()]);
    let citation = json!({ "$ref": "#/$defs/citation" });
    let effective = table(&[key("from", date(), "first day", "起始日（含）"), key("to", date(), "last day", "截止日（含）")]);
    let kinds = words(registry::KINDS.iter().map(|k| k.name()));
    vec![
        key(
            "id",
            json!({ "type": "string", "minLength": 1 }),
            "unique name; a later table with the same id changes the keys that it names",
            "唯一标识；后面同 id 的表只修改其列出的键",
        )
        .required(),
        key("kind", kinds, "what sort of rule it is", "规则类型"),
        key("title", texts(), "what it says, in one line", "规则标题"),
        key("severity", words(Severity::WORDS.iter().map(|w| w.0)), "how much it matters to you", "严重程度"),
        key("force", words(Force::WORDS.iter().map(|w| w.0)), "where it gets its force; it decides the wording of reports", "规则效力，决定报告用语"),
        key(
            "clock",
            text(),
            "ruleset, callee (where the called person is), a zone, or an offset such as -06:00",
            "ruleset（规则集时区）、callee（被叫所在地）、时区名，或 -06:00 这样的偏移",
        ),
        key("where", sql(), "SQL: which calls the rule is about", "SQL：规则适用于哪些呼叫"),
        key("applies", applies(), "where the callee is, and which business: to these calls the rule applies", "适用范围：被叫所在地与业务类型"),
        key("exempt", array(text()), "ids of lists or exemptions, or SQL: calls that are left out", "名单或豁免的 id，或 SQL：不受此规则约束的呼叫"),
        key(
            "count",
            count,
            "which calls count: attempts, connected, answered, or SQL",
            "哪些呼叫计数：attempts（全部）、connected（接通）、answered（真人接听），或 SQL",
        ),
        key("effective", effective, "from and to, both included, by the date of the call", "生效期，含首尾两日，按呼叫日期"),
        key("required", boolean(), "if it cannot be evaluated, the audit is incomplete", "无法判定时审计即不完整"),
        key("enabled", boolean(), "false turns the rule off", "false 表示停用"),
        key("disabled_because", texts(), "why it is off; only with enabled = false", "停用原因；仅用于 enabled = false"),
        key("warn_at", share(), "share of the limit from which a finding says that it comes near", "达到上限的该比例时提示“临近上限”"),
        key("suppressible", boolean(), "false: its findings may not be suppressed", "false 表示其问题项不得登记豁免"),
        key(
            "max_findings",
            json!({ "type": "integer", "minimum": 0 }),
            "so many findings are tolerated: only more than these fail",
            "容许的问题项数，超出才算不通过",
        ),
        key("max_share", share(), "such a share of violating calls is tolerated: only more fails", "容许的违规呼叫占比，超出才算不通过"),
        key("citation", any_of([citation.clone(), array(citation)]), "where the figure comes from", "数据出处"),
        key("penalty", penalty(), "what a breach may cost", "违反时可能的处罚"),
        key("exposure", array(words(regimes::ids())), "regimes by which violations are priced; [] for none", "测算处罚所依据的制度；[] 表示不测算"),
        key("checklist", text(), "id of the [[checklist]] that its findings call for", "问题项对应的 [[checklist]] 的 id"),
    ]
}

fn applies() -> Value {
    use shape::*;
    let words = || json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let mut keys = vec![
        key("region", words(), "countries (GB), states and provinces (US-FL)", "国家（GB）、州与省（US-FL）"),
        key("unknown", self::shape::words(Unsure::WORDS.iter().map(|w| w.0)), "where the region is not certain", "地区不确定时"),
    ];
    keys.extend(COLUMNS.iter().map(|(name, _)| key(name, words(), "one of these", "其中之一")));
    table(&keys)
}

/// The keys of `[[exemption]]`.
pub fn exemption() -> Vec<Key> {
    use shape::*;
    let citation = json!({ "$ref": "#/$defs/citation" });
    vec![
        key("id", text(), "what rules name in exempt", "规则在 exempt 中引用的名称").required(),
        key("title", texts(), "title", "标题"),
        key("where", sql(), "SQL: which calls it takes out", "SQL：豁免哪些呼叫"),
        key("list", text(), "a list of events: calls to those of whom it tells one are taken out", "事件名单：名单中有事件的对象的呼叫被豁免"),
        key("event", array(text()), "only events that are called so", "仅取这些名称的事件"),
        key("per", columns(), "by which columns the list is asked (default: the callee)", "按哪些列查名单（默认被叫）"),
        key(
            "within",
            json!({ "type": "string", "pattern": r"^(\d+[smhd]|\d+ (days?|months?))$", "examples": ["18 months", "7 days"] }),
            "the event is at most so long before the call",
            "事件距呼叫最长时间",
        ),
        key("event_day", whole(), "1: the day of the event is the first of the days", "1：事件当日为第 1 天"),
        key("citation", any_of([citation.clone(), array(citation)]), "where it comes from", "出处"),
    ]
}

fn penalty() -> Value {
    use shape::*;
    table(&[
        key("min", amount(), "at least", "最低金额"),
        key("max", amount(), "at most", "最高金额"),
        key("currency", json!({ "type": "string", "pattern": "^[A-Z]{3}$" }), "three letters: CNY, USD", "三个字母：CNY、USD"),
        key("per", text(), "for each what: call, violation, case", "计罚单位：call、violation、case"),
        key("basis", texts(), "the text that says so", "处罚依据"),
    ])
}

/// The keys of a citation.
pub fn citation() -> Vec<Key> {
    use shape::*;
    vec![
        key("text", text(), "which text, and what it says", "依据的条文及其内容").required(),
        key("source", text(), "where that was read", "查阅的来源"),
        key("as_of", date(), "when", "查阅日期"),
        key(
            "confidence",
            words(["A", "B", "C", "D", "U"]),
            "A the text itself was read, B an official page, C secondary sources, D rule of thumb, U not checked",
            "A 已读原文，B 官方页面，C 二手资料，D 经验数字，U 未核实",
        ),
        key("url", json!({ "type": "string", "pattern": "^https?://" }), "where one can read it", "网址"),
        key("id", text(), "what it is called elsewhere", "其他资料中的编号"),
    ]
}

/// The keys of `[ruleset]`.
pub fn ruleset() -> Vec<Key> {
    use shape::*;
    let pack = table(&[
        key("as_of", date(), "the day on which the figures were checked", "数字核对日期"),
        key("about", texts(), "what it is, and which calls it judges", "内容与适用范围"),
        key("jurisdiction", text(), "where it holds", "适用地区"),
        key("kind", text(), "law, platform …", "法律、平台……"),
    ]);
    vec![
        key("id", text(), "name of the ruleset", "规则集名称"),
        key("title", texts(), "title", "标题"),
        key("version", text(), "shown in reports", "版本，显示在报告中"),
        key(
            "timezone",
            text(),
            "the clock of rules with clock = \"ruleset\", and of times that name no zone",
            "clock = \"ruleset\" 的规则所用时区，也用于不带时区的时间",
        ),
        key("region", json!({ "type": "string", "pattern": "^[A-Za-z]{2}$" }), "country of numbers without a country code", "没有国家码的号码所属国家"),
        key("extends", array(text()), "packs (NAME@VERSION) or files that this ruleset changes", "在其基础上修改的规则包（名称@版本）或文件"),
        key("pack", pack, "of packs", "仅用于规则包"),
    ]
}

/// The keys of `[[list]]`.
pub fn list() -> Vec<Key> {
    use shape::*;
    vec![
        key("id", text(), "what rules name in lists and exempt", "规则在 lists 与 exempt 中引用的名称").required(),
        key("kind", words(["numbers", "consent", "aliases", "bindings", "events", "inventory"]), "what it holds", "名单类型"),
        key("title", texts(), "title", "标题"),
        key("path", text(), "its file, beside this one; {date} stands for successive copies", "文件路径，相对本文件；{date} 表示按日期的副本"),
        key("as_of", date(), "the day on which it was fetched, for list_age", "名单的获取日期，用于 list_age"),
        key("hash", words(Hash::WORDS.iter().map(|w| w.0)), "it holds hashes of numbers", "名单中是号码的哈希值"),
        key("format", words(Form::WORDS.iter().map(|w| w.0)), "how a number was written before it was hashed", "取哈希前号码的写法"),
        key("match", words(["callee", "callee_id"]), "which column it is compared with", "与哪一列比较"),
        key("date_order", words(DateOrder::WORDS.iter().map(|w| w.0)), "which of day and month comes first", "日期中日、月、年的先后"),
    ]
}

/// The keys of `[[checklist]]`.
pub fn checklist() -> Vec<Key> {
    use shape::*;
    let step = table(&step());
    vec![
        key("id", text(), "what rules name in checklist", "规则在 checklist 中引用的名称").required(),
        key("title", texts(), "title", "标题"),
        key("steps", array(step), "what to do", "整改步骤"),
    ]
}

/// The keys of a step of a checklist.
pub fn step() -> Vec<Key> {
    use shape::*;
    vec![
        key("owner", text(), "who does it: operations, legal, it, training, customer service, management", "负责部门"),
        key("due", text(), "1 business day, 30 days …", "期限：1 business day、30 days……"),
        key("proof", texts(), "what to attach", "应附凭证"),
        key("en", text(), "the step in English", "英文步骤"),
        key("zh", text(), "the step in Chinese", "中文步骤"),
    ]
}

/// The keys of `[[source]]`.
pub fn source() -> Vec<Key> {
    use shape::*;
    vec![
        key("path", text(), "pattern of the inputs that it is about", "适用的输入文件（通配）").required(),
        key("profile", text(), "layout of the export: a name or a profile file", "导出格式：名称或文件"),
        key("tz", text(), "clock of times without an offset", "不带时区的时间所用时区"),
        key("date_order", words(DateOrder::WORDS.iter().map(|w| w.0)), "which of day and month comes first", "日期中日、月、年的先后"),
        key("set", open_table(), "what the log does not tell: columns and their value", "话单中没有、由您声明的列及其值"),
    ]
}

/// The tables of a ruleset file: name, keys, and what they are.
fn tables() -> Vec<(&'static str, Vec<Key>, [&'static str; 2])> {
    vec![
        ("list", list(), ["numbers, consents and the like, in files of their own", "名单（号码、同意记录等）"]),
        ("exemption", exemption(), ["what takes calls out of rules, by name", "具名豁免"]),
        ("checklist", checklist(), ["what to do about findings", "整改清单"]),
        ("source", source(), ["what is known of inputs and their logs do not tell", "对输入文件的声明"]),
    ]
}

/// An object with these keys and no others.
fn table_of(keys: &[Key], also: &[Key], lang: Lang) -> Value {
    let mut properties = Map::new();
    for key in keys.iter().chain(also) {
        properties.insert(key.name.to_owned(), described(key.shape.clone(), key.about(lang)));
    }
    let required: Vec<&str> = keys.iter().chain(also).filter(|k| k.required).map(|k| k.name).collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn described(mut shape: Value, about: &str) -> Value {
    if let Value::Object(object) = &mut shape {
        object.insert("description".to_owned(), json!(about));
    }
    shape
}

/// The schema, with its descriptions in one language.
pub fn schema(lang: Lang) -> Value {
    let common = common();
    let mut defs = Map::new();
    let name_of = |kind: &str| format!("rule-{kind}");
    for kind in registry::KINDS {
        let declared = kind.schema();
        let mut rule = table_of(&common, &declared.keys, lang);
        rule["properties"]["kind"] = described(json!({ "const": kind.name() }), declared.about(lang));
        rule["required"].as_array_mut().into_iter().for_each(|r| r.insert(1, json!("kind")));
        rule["description"] = json!(declared.about(lang));
        defs.insert(name_of(kind.name()), rule);
    }
    // A table that changes a rule of a file or pack that the ruleset extends: the kind need not be told again, so any kind's keys may stand in it.
    let mut change = table_of(&common, &[], lang);
    if let Some(properties) = change["properties"].as_object_mut() {
        properties.remove("kind");
        for key in registry::KINDS.iter().flat_map(|k| k.schema().keys) {
            match properties.get_mut(key.name) {
                None => {
                    properties.insert(key.name.to_owned(), described(key.shape.clone(), key.about(lang)));
                }
                Some(known) => widen(known, &key.shape),
            }
        }
    }
    change["description"] = json!(match lang {
        Lang::En => "changes a rule of a file or pack that is extended",
        Lang::Zh => "修改所扩展的文件或规则包中的规则",
    });
    defs.insert("rule-change".to_owned(), change);
    let variants: Vec<Value> = registry::KINDS.iter().map(|k| name_of(k.name())).chain(["rule-change".to_owned()]).map(|n| reference(&n)).collect();
    defs.insert("rule".to_owned(), json!({ "oneOf": variants }));
    defs.insert("citation".to_owned(), table_of(&citation(), &[], lang));
    for (name, keys, about) in tables() {
        defs.insert(name.to_owned(), described(table_of(&keys, &[], lang), about[lang as usize]));
    }
    let both = table_of(&[key("en", shape::text(), "English", "英文"), key("zh", shape::text(), "Chinese", "中文")], &[], lang);
    defs.insert("texts".to_owned(), json!({ "anyOf": [{ "type": "string" }, both] }));
    defs.insert("column".to_owned(), shape::column());
    defs.insert("window".to_owned(), window(lang));
    defs.insert("hours".to_owned(), hours(lang));
    let mut properties = Map::new();
    properties.insert("ruleset".to_owned(), table_of(&ruleset(), &[], lang));
    for name in ["rule"].into_iter().chain(tables().iter().map(|t| t.0)) {
        properties.insert(name.to_owned(), shape::array(reference(name)));
    }
    let (title, about) = match lang {
        Lang::En => ("Ruleset of callaudit", "Rules by which call logs are audited"),
        Lang::Zh => ("callaudit 规则集", "外呼话单审计规则"),
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:callaudit:ruleset:1",
        "title": title,
        "description": about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": defs,
    })
}

/// A key that several kinds have may hold what any of them takes.
fn widen(known: &mut Value, other: &Value) {
    let mut bare = known.clone();
    let description = bare.as_object_mut().and_then(|o| o.remove("description"));
    let mut shapes = match &bare["anyOf"] {
        Value::Array(shapes) if bare.as_object().is_some_and(|o| o.len() == 1) => shapes.clone(),
        _ => vec![bare.clone()],
    };
    if bare == *other || shapes.contains(other) {
        return;
    }
    shapes.push(other.clone());
    *known = json!({ "anyOf": shapes });
    if let Some(description) = description {
        known["description"] = description;
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn window(lang: Lang) -> Value {
    let about = match lang {
        Lang::En => {
            "\"24h\" slides; \"hour\" \"day\" \"week\" \"month\" follow the calendar; \"7 days\" are calendar days; { anchored = \"1h\" } opens at the first call; { resets_at = \"04:00\" }; \"ever\""
        }
        Lang::Zh => {
            "\"24h\" 为滑动窗口；\"hour\" \"day\" \"week\" \"month\" 为自然时段；\"7 days\" 为自然日；{ anchored = \"1h\" } 自首次呼叫起算；{ resets_at = \"04:00\" }；\"ever\""
        }
    };
    let one = |name: &str, pattern: &str| json!({ "type": "object", "properties": { (name): { "type": "string", "pattern": pattern } }, "required": [name], "additionalProperties": false });
    json!({
        "description": about,
        "anyOf": [
            { "enum": ["hour", "day", "week", "month", "ever"] },
            { "type": "string", "pattern": r"^(\d+[smhd]|\d+ days?)$", "examples": ["24h", "7 days"] },
            one("anchored", r"^\d+[smhd]$"),
            one("resets_at", r"^\d{2}:\d{2}(:\d{2})?$"),
        ]
    })
}

fn hours(lang: Lang) -> Value {
    const DAY: &str = "(mon|tue|wed|thu|fri|sat|sun)";
    let about = match lang {
        Lang::En => {
            "days and their intervals, ends exclusive: { mon-fri = [\"09:00-12:00\", \"14:00-20:00\"], sat = [\"10:00-17:00\"], sun = [], holiday = [] }"
        }
        Lang::Zh => "各日的时段，结束时刻不含在内：{ mon-fri = [\"09:00-12:00\", \"14:00-20:00\"], sat = [\"10:00-17:00\"], sun = [], holiday = [] }",
    };
    let time = r"\d{2}:\d{2}(:\d{2})?";
    let intervals = json!({ "type": "array", "items": { "type": "string", "pattern": format!("^{time} ?- ?{time}$") } });
    let mut named = Map::new();
    for day in ["mon-fri", "mon-sun", "sat", "sun", "holiday", "workday"] {
        named.insert(day.to_owned(), intervals.clone());
    }
    let days = format!("^{DAY}(-{DAY})?$");
    json!({ "description": about, "type": "object", "properties": named, "patternProperties": { (days): intervals }, "additionalProperties": false })
}
