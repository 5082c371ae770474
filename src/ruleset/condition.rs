//! Simple SQL conditions in words, for people who read a policy. What is not simple stays SQL.

use sqlparser::ast::{BinaryOperator, Expr, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::calls::columns::{Column, Field};
use crate::language::{self, Lang};

/// An expression that was checked, as its ruleset has it, in words; the expression itself where words would not say exactly the same.
pub fn in_words(sql: &str, lang: Lang) -> String {
    let parsed = Parser::new(&GenericDialect).try_with_sql(sql).ok().and_then(|mut p| p.parse_expr().ok());
    parsed.and_then(|e| said(&e, lang)).unwrap_or_else(|| sql.to_owned())
}

fn said(expr: &Expr, lang: Lang) -> Option<String> {
    let either = |en: &'static str, zh: &'static str| if lang == Lang::En { en } else { zh };
    match expr {
        Expr::Nested(inner) => said(inner, lang),
        Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
            let word = if *op == BinaryOperator::And { either(" and ", "，且") } else { either(" or ", "，或") };
            let part = |side: &Expr| {
                let text = said(side, lang)?;
                // Mixed, the two would be read one way or the other.
                let mixed = matches!(bare(side), Expr::BinaryOp { op: other @ (BinaryOperator::And | BinaryOperator::Or), .. } if other != op);
                Some(if mixed { format!("{}{text}{}", either("(", "（"), either(")", "）")) } else { text })
            };
            Some(format!("{}{word}{}", part(left)?, part(right)?))
        }
        Expr::BinaryOp { left, op, right } => {
            let (column, literal) = (column(left)?, value(right, lang)?);
            let word = match op {
                BinaryOperator::Eq => either("is", "为"),
                BinaryOperator::NotEq => either("is known and is not", "已知且不为"),
                BinaryOperator::Gt => either("is more than", "大于"),
                BinaryOperator::GtEq => either("is at least", "不小于"),
                BinaryOperator::Lt => either("is less than", "小于"),
                BinaryOperator::LtEq => either("is at most", "不大于"),
                _ => return None,
            };
            Some(joined(&[&name(&column, lang), word, &literal], lang))
        }
        Expr::InList { expr, list, negated } => {
            let values: Vec<String> = list.iter().map(|v| value(v, lang)).collect::<Option<_>>()?;
            let (rest, last) = values.split_at(values.len().checked_sub(1)?);
            let list = if rest.is_empty() { last.concat() } else { format!("{}{}{}", rest.join(either(", ", "、")), either(" or ", "或"), last.concat()) };
            let word = if *negated { either("is known and is not", "已知且不为") } else { either("is", "为") };
            Some(joined(&[&name(&column(expr)?, lang), word, &list], lang))
        }
        Expr::IsNull(of) => Some(joined(&[&name(&column(of)?, lang), either("is not known", "未知")], lang)),
        Expr::IsNotNull(of) => Some(joined(&[&name(&column(of)?, lang), either("is known", "已知")], lang)),
        _ => None,
    }
}

fn bare(expr: &Expr) -> &Expr {
    if let Expr::Nested(inner) = expr { bare(inner) } else { expr }
}

fn joined(parts: &[&str], lang: Lang) -> String {
    parts.join(if lang == Lang::En { " " } else { "" })
}

/// A plain column; not one that stands for something else.
fn column(expr: &Expr) -> Option<Field> {
    match bare(expr) {
        Expr::Identifier(ident) => Column::by_name(&ident.value).map(Field::Canonical),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [raw, name] if raw.value == "raw" => Some(Field::Raw(name.value.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn name(field: &Field, lang: Lang) -> String {
    match (field, lang) {
        (Field::Canonical(Column::Caller), Lang::En) => "the displayed number".to_owned(),
        (Field::Canonical(Column::Callee), Lang::En) => "the called number".to_owned(),
        (Field::Canonical(Column::RingS), Lang::En) => "the ringing time in seconds".to_owned(),
        (Field::Canonical(Column::TalkS), Lang::En) => "the talk time in seconds".to_owned(),
        (Field::Canonical(Column::TotalS), Lang::En) => "the total time in seconds".to_owned(),
        (Field::Canonical(c), Lang::En) => format!("the {}", c.en()),
        (Field::Canonical(c), Lang::Zh) => c.zh().to_owned(),
        (Field::Raw(name), _) => format!("“{name}”"),
    }
}

fn value(expr: &Expr, lang: Lang) -> Option<String> {
    let Expr::Value(value) = bare(expr) else { return None };
    match &value.value {
        Value::SingleQuotedString(text) => {
            // A word of the outcome has a name of its own; others are told as they are written, unless they are usual.
            let outcome = language::outcome(lang, text);
            Some(format!("“{}”", if outcome == text { language::value(lang, text) } else { outcome }))
        }
        Value::Number(n, _) => Some(n.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_conditions_are_words() {
        for (sql, en, zh) in [
            ("purpose = 'marketing'", "the purpose is “marketing”", "用途为“营销”"),
            ("outcome IN ('no_answer', 'canceled')", "the outcome is “no answer” or “canceled”", "呼叫结果为“无人接听”或“主叫取消”"),
            (
                "mode <> 'robot' AND talk_s >= 15",
                "the mode is known and is not “robot” and the talk time in seconds is at least 15",
                "外呼方式已知且不为“机器人”，且通话秒数不小于15",
            ),
            (
                "(mode = 'robot' OR mode IS NULL) AND seller = 'x'",
                "(the mode is “robot” or the mode is not known) and the seller is “x”",
                "（外呼方式为“机器人”，或外呼方式未知），且委托方为“x”",
            ),
            ("raw.\"任务名称\" IS NOT NULL", "“任务名称” is known", "“任务名称”已知"),
        ] {
            assert_eq!(in_words(sql, Lang::En), en);
            assert_eq!(in_words(sql, Lang::Zh), zh);
        }
    }

    #[test]
    fn what_is_not_simple_stays_as_it_is() {
        for sql in [
            "lower(purpose) = 'a'",
            "purpose LIKE 'a%'",
            "NOT purpose = 'a'",
            "talk_s + ring_s > 3",
            "CASE WHEN true THEN false END",
            "direction_known",
            "'a' = purpose",
        ] {
            assert_eq!(in_words(sql, Lang::En), sql);
        }
    }
}
