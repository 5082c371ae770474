//! `call_cap`: how much a line, agent or campaign may dial.

use crate::calls::columns::{Column, Field};
use crate::language::Lang;
use crate::rules::limits::Limits;
use crate::rules::policy::{Statement, Topic, Words};
use crate::rules::windows::Window;
use crate::rules::{Broke, Common, Plan, Rule, RuleKind};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
More than `max` counted calls of one key within `window`. Every call from the (max + 1)-th on violates.

## Why it matters
Carriers and platforms limit what one displayed number may dial in an hour or a day, and mark or suspend numbers that exceed it.

## Parameters
- `per`: columns of the key, such as `["caller"]`; `[]` is one key for the whole log. A call whose key is null is counted in the evaluation and not grouped.
- `max`: a whole number; 0 allows no call.
- `window`: `"24h"` slides; `"hour"`, `"day"`, `"week"`, `"month"` follow the rule's clock; `"7 days"` are calendar days, today being the last; `{ anchored = "1h" }`; `{ resets_at = "04:00" }`; `"ever"`.
- `count`: `attempts` (default), `connected`, `answered`, or an SQL expression.
- `warn_at`: share of `max` from which an info finding says that the limit comes near.

## Example
```toml
[[rule]]
id = "line-hourly"
kind = "call_cap"
severity = "medium"
force = "house"
per = ["caller"]
max = 60
window = "hour"
```

## What to do
Lower the pacing of the line or campaign, or spread its calls over more hours.

## References
Platform contracts and carrier notices name the figures; a ruleset cites its own.
"#;

/// A rule with limits: the kinds `call_cap` and `repeat_dial`.
pub struct Limited {
    pub(super) limits: Limits,
}

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "call_cap"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how much a line, an agent or a campaign may dial", "线路、坐席或任务的呼叫频次上限"],
            keys: vec![
                key("per", shape::columns(), "columns whose values make a group; [] is the whole log", "按哪些列分组计数；[] 为整个日志").required(),
                key("max", shape::whole(), "so many counted calls in a window; 0 allows none", "窗口内最多的计数呼叫；0 为不允许").required(),
                key("window", shape::window(), "the stretch of time in which calls are counted", "计数窗口").required(),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        Some(Box::new(Limited { limits: Limits::read(common, table, false, out)? }))
    }
}

impl Rule for Limited {
    fn common(&self) -> &Common {
        &self.limits.common
    }
    fn needs(&self) -> Vec<Field> {
        let mut needs = self.limits.key.fields.clone();
        if self.limits.max_run.is_some() || self.limits.gap_after.is_some() {
            needs.push(Field::Canonical(Column::Outcome));
        }
        needs
    }
    fn history(&self) -> Option<i64> {
        let window = self.limits.window.and_then(|w| w.length());
        window.max(self.limits.min_gap)
    }
    fn plan(&self) -> Plan<'_> {
        Plan::Sequence(&self.limits)
    }
    fn sentence(&self, lang: Lang, broke: &Broke<'_>) -> String {
        self.limits.sentence(lang, broke)
    }
    fn policy(&self, words: &Words<'_>) -> Statement {
        Statement { topic: Topic::HowOften, text: self.limits.policy(words) }
    }
    fn limit(&self, broken: u8) -> Option<f64> {
        self.limits.limit(broken)
    }
    fn cap(&self) -> Option<(Window, u64)> {
        self.limits.window.zip(self.limits.max)
    }
    fn about_callee(&self) -> bool {
        self.limits.key.fields.iter().any(|f| matches!(f, Field::Canonical(Column::Callee | Column::Person)))
    }
    fn on_a_clock(&self) -> bool {
        self.limits.on_a_clock()
    }
}
