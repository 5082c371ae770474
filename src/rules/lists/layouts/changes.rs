//! Change lists: number, added or deleted, and the day on which that happened, in any order of the last two.

use super::{Columns, Sample, area};
use crate::calls::timestamps::{self, DateOrder};

const ADDED: &[&str] = &["a", "add", "added", "+", "insert", "new", "新增", "添加", "加入", "增加", "登记"];
const DELETED: &[&str] = &["d", "del", "delete", "deleted", "-", "remove", "removed", "r", "删除", "移除", "取消", "注销", "解除"];

/// What a row says of its number: added, or deleted; None: neither.
pub fn is_addition(text: &str) -> Option<bool> {
    let text = text.trim().to_lowercase();
    match (ADDED.contains(&text.as_str()), DELETED.contains(&text.as_str())) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// A column of those words.
pub fn is_action(sample: &Sample<'_>, column: usize) -> bool {
    sample.mostly(column, |c| is_addition(c).is_some())
}

/// Without a header.
pub fn recognise(sample: &Sample<'_>) -> Option<Columns> {
    let number = usize::from(area::begins(sample));
    let action = (number + 1..sample.width()).find(|i| is_action(sample, *i))?;
    let is_time = |c: &str| c.len() >= 8 && [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().any(|o| timestamps::parse(c, Some(o)).is_some());
    let added = (number + 1..sample.width()).filter(|i| *i != action).find(|i| sample.mostly(*i, is_time));
    Some(Columns { number, area: (number == 1).then_some(0), added, action: Some(action), ..Columns::default() })
}
