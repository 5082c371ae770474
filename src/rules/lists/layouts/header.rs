//! Tables whose first row names the columns.

use super::{Columns, Sample, changes};
use crate::input::profile::fold;

/// Columns of numbers.
pub const NUMBER: &[&str] = &[
    "number",
    "phone",
    "phonenumber",
    "callee",
    "mobile",
    "msisdn",
    "pattern",
    "telephone",
    "telephonenumber",
    "phoneno",
    "mobilenumber",
    "cli",
    "companyphonenumber",
    "hash",
    "phonehash",
    "md5",
    "sha1",
    "sha256",
    "手机号",
    "手机号码",
    "号码",
    "电话",
    "电话号码",
    "被叫号码",
    "联系电话",
    "黑名单",
    "黑名单号码",
];
/// One's own numbers, in a list that names no others.
const CALLER: &[&str] = &[
    "caller",
    "callernumber",
    "callerid",
    "ani",
    "did",
    "displaynumber",
    "shownumber",
    "主叫",
    "主叫号码",
    "外显",
    "外显号码",
    "显示号码",
    "线路号码",
    "号码资源",
];
const AREA: &[&str] = &["areacode", "area", "npa", "区号"];
const ADDED: &[&str] = &[
    "addedat",
    "added",
    "since",
    "createdat",
    "date",
    "dateadded",
    "filedat",
    "filingdate",
    "registeredat",
    "activatedat",
    "validfrom",
    "添加时间",
    "添加日期",
    "加入时间",
    "登记时间",
    "创建时间",
    "录入时间",
    "报备时间",
    "报备日期",
    "备案时间",
    "备案日期",
    "启用时间",
    "启用日期",
    "开通时间",
    "开通日期",
    "生效时间",
    "生效日期",
];
const HAPPENED: &[&str] =
    &["changedate", "effectivedate", "transactiondate", "actiondate", "changedat", "time", "日期", "时间", "操作时间", "变更日期", "变更时间"];
/// Columns of the time from which on an entry counts no longer.
pub const EXPIRES: &[&str] = &[
    "expiresat",
    "expires",
    "until",
    "validuntil",
    "expirydate",
    "validto",
    "到期时间",
    "到期日期",
    "失效时间",
    "失效日期",
    "过期时间",
    "停用时间",
    "停用日期",
    "注销时间",
    "注销日期",
    "有效期至",
];
const SCOPE: &[&str] = &["scope", "purpose", "范围", "用途"];
const ACTION: &[&str] = &[
    "action",
    "operation",
    "op",
    "change",
    "changetype",
    "adddelete",
    "type",
    "status",
    "event",
    "操作",
    "操作类型",
    "变更",
    "变更类型",
    "动作",
    "类型",
    "状态",
];

/// A header that names a column of numbers.
pub fn recognise(sample: &Sample<'_>) -> Option<Columns> {
    let names: Vec<String> = sample.first.iter().map(|n| fold(n.trim())).collect();
    let find = |words: &[&str]| names.iter().position(|n| words.contains(&n.as_str()));
    let number = find(NUMBER).or_else(|| find(CALLER))?;
    // A code that stands beside whole numbers is no part of them.
    let short = |c: &str| c.bytes().filter(u8::is_ascii_digit).count() <= 8;
    let area = find(AREA).filter(|a| sample.mostly(*a, |c| c.len() <= 5) && sample.mostly(number, short));
    let action = find(ACTION).filter(|a| changes::is_action(sample, *a));
    let added = find(ADDED).or_else(|| find(HAPPENED).filter(|_| action.is_some()));
    Some(Columns { number, area, added, expires: find(EXPIRES), scope: find(SCOPE), action })
}
