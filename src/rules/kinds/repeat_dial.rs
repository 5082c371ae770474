//! `repeat_dial`: how often, how soon and how stubbornly one person may be dialled.

use super::call_cap::Limited;
use crate::rules::limits::Limits;
use crate::rules::{Common, Rule, RuleKind};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;
use crate::ruleset::schema::{KindSchema, key, shape};

/// The kind.
pub struct Kind;

const DOC: &str = r#"## What it checks
Three limits on the calls of one key, each by itself: more than `max` in `window`; less than `min_gap` since the counted call directly before; a call that is not answered and follows directly on `max_unanswered_run` or more counted calls that were not answered either. A call that breaks any of them is one violation, reported with the first broken in this order.

## Why it matters
Repeated calls to one person are what complaints are about; several laws and most platforms limit them.

## Parameters
- `per`, `max`, `window`, `count`, `warn_at`: as in `call_cap`; `per` is usually `["callee"]`.
- `min_gap`: a duration such as `"30m"`; `gap_from`: `start` (default) or `end` of the previous call; `gap_after`: the outcomes of the previous call after which the gap holds (default: all).
- `max_unanswered_run`: a whole number; with a `window` all of the run lies inside of it.

## Example
```toml
[[rule]]
id = "redial"
kind = "repeat_dial"
severity = "high"
force = "house"
per = ["callee"]
max = 3
window = "24h"
min_gap = "30m"
gap_after = ["no_answer", "busy"]
max_unanswered_run = 2
```

## What to do
Set the redial plan of the dialler to the limits, count attempts across all systems that dial the same people, and stop campaigns that restart their lists.

## References
A ruleset cites its own sources.
"#;

impl RuleKind for Kind {
    fn name(&self) -> &'static str {
        "repeat_dial"
    }
    fn doc(&self) -> &'static str {
        DOC
    }
    fn schema(&self) -> KindSchema {
        KindSchema {
            about: ["how often, how soon and how stubbornly one person may be dialled", "对同一被叫的呼叫次数、间隔与连续未接通次数"],
            keys: vec![
                key(
                    "per",
                    shape::columns(),
                    "columns whose values make a group, usually callee; [] is the whole log",
                    "按哪些列分组计数，通常为 callee；[] 为整个日志",
                )
                .required(),
                key("max", shape::whole(), "so many counted calls in a window; 0 allows none", "窗口内最多的计数呼叫；0 为不允许"),
                key("window", shape::window(), "the stretch of time in which calls are counted", "计数窗口"),
                key("min_gap", shape::duration(), "so much time since the counted call before", "距上一次计数呼叫的最短间隔"),
                key(
                    "gap_from",
                    shape::words(["start", "end"]),
                    "the gap runs from the start (default) or the end of the call before",
                    "间隔自上次呼叫的开始（默认）或结束起算",
                ),
                key("gap_after", shape::outcomes(), "the gap holds only after these outcomes of the call before", "仅在上次呼叫为这些结果时要求间隔"),
                key("max_unanswered_run", shape::whole(), "so many counted calls in a row that were not answered", "最多连续多少次未接通"),
            ],
        }
    }
    fn compile(&self, common: Common, table: &mut Reader<'_>, _: &mut Compile<'_>, out: &mut Diagnostics) -> Option<Box<dyn Rule>> {
        Some(Box::new(Limited { limits: Limits::read(common, table, true, out)? }))
    }
}
