//! The SQL expressions of a ruleset (`where`, `count`, `exempt`): a white list of what they may contain, and their translation for polars.
//!
//! polars-sql accepts whole queries, and differs from SQL in places where a rule would silently judge wrongly (`IS TRUE` of NULL, strict casts
//! that stop the run at one bad cell, 8-bit hours). So an expression is parsed here, checked, rewritten, and only then handed over.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use polars::prelude::{DataFrame, DataType, Expr as PolarsExpr, IntoLazy, PlSmallStr, Schema, TimeUnit};
use sqlparser::ast::{
    BinaryOperator, CastKind, CeilFloorKind, DataType as SqlType, DateTimeField, Expr, ExtractSyntax, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart, Spanned, TimezoneInfo, UnaryOperator, Value as Literal, ValueWithSpan, Visit,
    Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, Tokenizer};

use super::diagnostics::Diagnostics;
use super::node::{Node, Place, Value};
use crate::calls::calendar;
use crate::calls::columns::{AnsweredBy, Column, Direction, Field, HangupBy, Kind, Outcome, Response};
use crate::error::nearest;

/// The Boolean column that says whether the direction of a call is known at all. It stands for [`Column::Direction`] in [`Expression::fields`].
pub const DIRECTION_KNOWN: &str = "direction_known";

/// Parentheses, CASE and NOT within each other.
const DEEPEST: usize = 40;

/// Operators and keywords in one expression: a chain of them is as deep as it is long, and the stack is not endless.
const LONGEST: usize = 400;

/// Levels of the tree that polars-sql gets, which it walks without watching the stack.
const DEEPEST_TREE: usize = 60;

const TIMESTAMP_HELP: &str = "write TIMESTAMP '2026-10-01 08:00:00'";

/// The functions, how polars-sql knows them, and how many arguments they take. Those without a polars name are rewritten to EXTRACT.
const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("lower", 1, 1),
    ("upper", 1, 1),
    ("length", 1, 1),
    ("trim", 1, 1),
    ("ltrim", 1, 2),
    ("rtrim", 1, 2),
    ("left", 2, 2),
    ("right", 2, 2),
    ("substr", 2, 3),
    ("substring", 2, 3),
    ("starts_with", 2, 2),
    ("ends_with", 2, 2),
    ("replace", 3, 3),
    ("concat", 1, 64),
    ("coalesce", 1, 64),
    ("nullif", 2, 2),
    ("if", 3, 3),
    ("abs", 1, 1),
    ("round", 1, 2),
    ("floor", 1, 1),
    ("ceil", 1, 1),
    ("year", 1, 1),
    ("month", 1, 1),
    ("day", 1, 1),
    ("hour", 1, 1),
    ("minute", 1, 1),
    ("dayofweek", 1, 1),
];

/// A checked expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The SQL for polars: canonical columns are plain identifiers, `raw."任务名称"` is the identifier `"raw.任务名称"`.
    pub sql: String,
    /// The columns it reads.
    pub fields: BTreeSet<Field>,
    /// As the ruleset has it.
    pub text: String,
}

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// Which bytes of the SQL.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Checks an expression and gives its form for polars, or everything that is wrong with it.
pub fn check(sql: &str) -> Result<Expression, Vec<SqlError>> {
    let mut walker = Walker { sql, fields: BTreeSet::new(), errors: Vec::new() };
    let Some(mut tree) = walker.parse() else { return Err(walker.errors) };
    walker.walk(&mut tree);
    balance(&mut tree);
    if depth(&tree) > DEEPEST_TREE {
        walker.refuse(0..sql.len(), "too deeply nested", "use fewer operators in a row, or a list");
        return Err(walker.errors);
    }
    let text = tree.to_string();
    // What polars will read must be what was checked; sqlparser does not print every text (two quotes in a row) as it was.
    if walker.errors.is_empty() && reparse(&text).as_ref() != Some(&tree) {
        walker.error(0..sql.len(), "this expression cannot be handed on faithfully").help = Some("avoid two quotes in a row inside a text".into());
    }
    if walker.errors.is_empty() {
        Ok(Expression { sql: text, fields: walker.fields, text: sql.to_owned() })
    } else {
        walker.errors.sort_by_key(|e| (e.span.start, e.span.end));
        walker.errors.dedup();
        Err(walker.errors)
    }
}

fn reparse(sql: &str) -> Option<Expr> {
    Parser::new(&GenericDialect).with_recursion_limit(4 * DEEPEST).try_with_sql(sql).ok()?.parse_expr().ok()
}

/// The place in the TOML file of a range of bytes of a text value: exact where the text is written without escapes, else the whole value.
pub fn place_in_text(node: &Node, files: &Diagnostics, span: Range<usize>) -> Place {
    let whole = node.place.clone();
    let (Value::Text(text), Some(source)) = (&node.value, files.file(whole.file).1.get(whole.span.clone())) else { return whole };
    let quotes = if source.starts_with("'''") || source.starts_with("\"\"\"") { 3 } else { 1 };
    let mut start = quotes;
    if quotes == 3 {
        // The line end right after the opening quotes is not part of the text.
        start += ["\r\n", "\n"].iter().find(|end| source[quotes..].starts_with(**end)).map_or(0, |end| end.len());
    }
    match source.get(start..source.len().saturating_sub(quotes)) {
        Some(inner) if inner == text => {
            let base = whole.span.start + start;
            Place { file: whole.file, span: base + span.start.min(text.len())..base + span.end.min(text.len()) }
        }
        _ => whole,
    }
}

/// The expression as polars evaluates it.
pub fn to_polars(e: &Expression) -> Result<PolarsExpr, String> {
    polars::sql::sql_expr(&e.sql).map_err(|error| plain(&error))
}

/// Does it yield yes or no? Tried on an empty frame with the types of the columns.
pub fn type_check(e: &Expression) -> Result<(), String> {
    let columns = match e.fields.len() {
        0 => String::new(),
        _ => format!(" ({})", e.fields.iter().map(|f| format!("`{}` is {}", f.name(), type_words(&frame_type(f)))).collect::<Vec<_>>().join(", ")),
    };
    let schema = schema(&e.fields);
    // What polars would let pass, or would complain about on standard error, is found first, from the inside out.
    let mut operands = Operands { schema: &schema };
    if let Some(tree) = reparse(&e.sql)
        && let ControlFlow::Break(error) = tree.visit(&mut operands)
    {
        return Err(format!("{error}{columns}"));
    }
    match type_of(&e.sql, &schema) {
        Ok(DataType::Boolean) => Ok(()),
        Ok(other) => Err(format!("this yields {}, not true or false{columns}", type_words(&other))),
        Err(error) => Err(format!("{error}{columns}")),
    }
}

/// Looks for operands of a type that polars-sql casts silently, or combines bit by bit.
struct Operands<'s> {
    schema: &'s Schema,
}

impl Visitor for Operands<'_> {
    type Break = String;

    fn post_visit_expr(&mut self, e: &Expr) -> ControlFlow<String> {
        let operands = match e {
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => vec![expr],
            Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, left, right } => vec![left, right],
            Expr::Cast { expr, data_type: SqlType::Date | SqlType::Timestamp(..) | SqlType::Boolean, .. } => {
                return match type_of(&expr.to_string(), self.schema) {
                    Ok(DataType::String) => ControlFlow::Break(format!("`{expr}` is a text, which CAST does not read as a date, time or truth value")),
                    _ => ControlFlow::Continue(()),
                };
            }
            _ => Vec::new(),
        };
        for operand in operands {
            match type_of(&operand.to_string(), self.schema) {
                Ok(DataType::Boolean | DataType::Null) => {}
                Ok(other) => return ControlFlow::Break(format!("`{operand}` yields {}, where true or false is needed", type_words(&other))),
                Err(error) => return ControlFlow::Break(error),
            }
        }
        ControlFlow::Continue(())
    }
}

/// The columns of the frame that an expression with these fields is evaluated on.
fn schema(fields: &BTreeSet<Field>) -> Schema {
    let mut schema = Schema::default();
    for field in fields {
        schema.insert(PlSmallStr::from(field.name()), frame_type(field));
        if *field == Field::Canonical(Column::Direction) {
            schema.insert(PlSmallStr::from(DIRECTION_KNOWN), DataType::Boolean);
        }
    }
    schema
}

fn type_of(sql: &str, schema: &Schema) -> Result<DataType, String> {
    let expr = polars::sql::sql_expr(sql).map_err(|error| plain(&error))?.alias("result");
    let frame = DataFrame::empty_with_schema(schema).lazy().select([expr]).collect().map_err(|error| plain(&error))?;
    frame.column("result").map(|column| column.dtype().clone()).map_err(|error| plain(&error))
}

/// The polars type of a column in the frames that expressions are evaluated on.
pub fn frame_type(field: &Field) -> DataType {
    match field {
        Field::Raw(_) => DataType::String,
        Field::Canonical(column) => match column.kind() {
            Kind::Text | Kind::Word | Kind::Number => DataType::String,
            Kind::Instant => DataType::Datetime(TimeUnit::Milliseconds, None),
            Kind::Seconds => DataType::Float64,
        },
    }
}

fn type_words(dtype: &DataType) -> String {
    match dtype {
        DataType::String => "a text".into(),
        DataType::Boolean => "true or false".into(),
        DataType::Datetime(..) => "a point in time".into(),
        DataType::Date => "a date".into(),
        DataType::Duration(_) => "a length of time".into(),
        DataType::Null => "NULL".into(),
        other if other.is_numeric() => "a number".into(),
        other => other.to_string(),
    }
}

/// The first line of a polars error in the words of a ruleset's author; what follows it is the query plan.
fn plain(error: &polars::error::PolarsError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let mut words = line.split_once(": ").filter(|(kind, _)| !kind.contains('`')).map_or(line, |(_, rest)| rest).to_owned();
    for (polars, ours) in [
        ("datetime[μs]", "point in time"),
        ("datetime[ms]", "point in time"),
        ("string", "text"),
        ("`str`", "text"),
        ("`String`", "a text"),
        ("`f64`", "a number"),
        (" for series with name", " in"),
        ("numeric type", "a number"),
        ("operation not supported for dtype", "is not possible for a"),
        ("(f64)", ""),
        ("(i32)", ""),
        ("(i64)", ""),
    ] {
        words = words.replace(polars, ours);
    }
    words.trim().to_owned()
}

struct Walker<'t> {
    sql: &'t str,
    fields: BTreeSet<Field>,
    errors: Vec<SqlError>,
}

impl Walker<'_> {
    fn error(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut SqlError {
        self.errors.push(SqlError { span, message: message.into(), help: None });
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    fn refuse(&mut self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.error(span, message).help = Some(help.to_owned());
    }

    /// The whole text as one expression; syntax errors are noted.
    fn parse(&mut self) -> Option<Expr> {
        let sql = self.sql;
        if sql.trim().is_empty() {
            self.error(0..sql.len(), "the expression is empty");
            return None;
        }
        let tokens = match Tokenizer::new(&GenericDialect, sql).tokenize_with_location() {
            Ok(tokens) => tokens,
            Err(error) => {
                let start = self.offset(error.location);
                self.error(start..sql.len(), error.message);
                return None;
            }
        };
        let operators = tokens.iter().filter(|t| match &t.token {
            Token::Word(word) => word.keyword != Keyword::NoKeyword,
            Token::Whitespace(_) | Token::Comma | Token::LParen | Token::RParen | Token::Number(..) | Token::SingleQuotedString(_) => false,
            _ => true,
        });
        if operators.count() > LONGEST {
            self.refuse(0..sql.len(), format!("more than {LONGEST} operators in one expression"), "use IN (…) or a list");
            return None;
        }
        let mut parser = Parser::new(&GenericDialect).with_recursion_limit(DEEPEST).with_tokens_with_locations(tokens);
        match parser.parse_expr() {
            Ok(tree) => {
                let rest = parser.peek_token();
                if rest.token == Token::EOF {
                    return Some(tree);
                }
                let span = self.range(rest.span);
                self.refuse(span, format!("unexpected `{}` after the expression", rest.token), "one expression, without `;`, AS or other clauses");
            }
            Err(ParserError::RecursionLimitExceeded) => {
                self.error(0..sql.len(), "too deeply nested");
            }
            Err(ParserError::ParserError(message) | ParserError::TokenizerError(message)) => {
                let (text, start) = self.located(&message);
                let span = start..sql[start..].find(char::is_whitespace).map_or(sql.len(), |n| start + n);
                self.error(span, text.replace("Expected: ", "expected ").replace(", found: EOF", ", but the expression ends").replace("found: ", "found "));
            }
        }
        None
    }

    /// Takes the place out of a parser's message.
    fn located<'m>(&self, message: &'m str) -> (&'m str, usize) {
        let place = message.rsplit_once(" at Line: ").and_then(|(text, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some((text, self.offset(Location::new(line.trim().parse().ok()?, column.trim().parse().ok()?))))
        });
        place.unwrap_or((message, self.sql.len()))
    }

    /// sqlparser counts lines and characters; carets need bytes.
    fn offset(&self, at: Location) -> usize {
        let line = usize::try_from(at.line).unwrap_or(1).max(1);
        let start = self.sql.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let column = usize::try_from(at.column).unwrap_or(1).max(1);
        self.sql[start..].char_indices().nth(column - 1).map_or(self.sql.len(), |(i, _)| start + i)
    }

    fn range(&self, span: Span) -> Range<usize> {
        if span == Span::empty() {
            return 0..self.sql.len();
        }
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }

    fn span(&self, e: &Expr) -> Range<usize> {
        self.range(e.span())
    }

    /// Checks a node and all below it, and rewrites what polars would read differently.
    fn walk(&mut self, e: &mut Expr) {
        let span = self.span(e);
        match e {
            Expr::Identifier(ident) => {
                if let Some(name) = self.column(ident) {
                    // Quotes would only hide a wrong case from polars.
                    *ident = Ident { value: name, quote_style: None, span: ident.span };
                }
            }
            Expr::CompoundIdentifier(parts) => {
                if let Some(ident) = self.raw(parts, span) {
                    *e = Expr::Identifier(ident);
                }
            }
            Expr::Value(value) => self.literal(value),
            Expr::TypedString(typed) => {
                let text = if let Literal::SingleQuotedString(text) = &typed.value.value { text.clone() } else { String::new() };
                match typed.data_type {
                    // polars-sql would cast the text to a date, which polars is about to give up and says so on standard error.
                    SqlType::Date if calendar::parse_iso(&text).is_some() => {
                        typed.data_type = SqlType::Timestamp(None, TimezoneInfo::None);
                        typed.value.value = Literal::SingleQuotedString(format!("{text}T00:00:00"));
                        *e = cast(e, SqlType::Date);
                    }
                    SqlType::Date => self.refuse(span, format!("`{text}` is not a date"), "write DATE '2026-10-01'"),
                    SqlType::Timestamp(None, TimezoneInfo::None) => match timestamp(&text) {
                        Some(normal) => typed.value.value = Literal::SingleQuotedString(normal),
                        None => self.refuse(span, format!("`{text}` is not a point in time"), TIMESTAMP_HELP),
                    },
                    _ => self.refuse(span, format!("{} literals are not supported", typed.data_type), TIMESTAMP_HELP),
                }
            }
            Expr::Nested(inner) | Expr::IsNull(inner) | Expr::IsNotNull(inner) => self.walk(inner),
            Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus, expr } => self.walk(expr),
            Expr::BinaryOp { left, op, right } => {
                self.operator(op, span);
                if comparison(op) {
                    self.compare(left, right);
                    self.compare(right, left);
                }
                self.walk(left);
                self.walk(right);
            }
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.compare(left, right);
                self.compare(right, left);
                self.walk(left);
                self.walk(right);
            }
            Expr::IsTrue(inner) | Expr::IsNotTrue(inner) | Expr::IsFalse(inner) | Expr::IsNotFalse(inner) => {
                self.walk(inner);
                *e = truth(e);
            }
            Expr::Between { expr, low, high, .. } => {
                for part in [&mut *low, high] {
                    self.compare(expr, part);
                    self.walk(part);
                }
                self.walk(expr);
            }
            Expr::InList { expr, list, .. } => {
                for item in list.iter_mut() {
                    self.compare(expr, item);
                    self.walk(item);
                }
                self.walk(expr);
                let texts = list.iter().filter(|item| matches!(item, Expr::Value(v) if matches!(v.value, Literal::SingleQuotedString(_)))).count();
                let nulls = list.iter().filter(|item| matches!(item, Expr::Value(v) if v.value == Literal::Null)).count();
                if list.is_empty() {
                    self.error(span, "the list after IN is empty");
                } else if list.iter().all(plain_literal) && texts > 0 && texts + nulls < list.len() {
                    self.refuse(span, "the list after IN mixes texts and other values", "put all of them in quotes, or none");
                } else if list.iter().all(plain_literal) {
                    same_numbers(list);
                } else {
                    *e = alternatives(e);
                }
            }
            Expr::Like { any, expr, pattern, escape_char, .. } | Expr::ILike { any, expr, pattern, escape_char, .. } => {
                if *any || escape_char.is_some() {
                    self.error(span, "LIKE with ANY or ESCAPE is not supported");
                }
                if !matches!(&**pattern, Expr::Value(v) if matches!(v.value, Literal::SingleQuotedString(_))) {
                    let span = self.span(pattern);
                    self.refuse(span, "the pattern of LIKE must be a text in single quotes", "for the text of another column use starts_with(a, b)");
                }
                self.walk(expr);
                self.walk(pattern);
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                if let Some(operand) = operand {
                    for when in conditions.iter() {
                        self.compare(operand, &when.condition);
                    }
                    self.walk(operand);
                }
                for when in conditions {
                    self.walk(&mut when.condition);
                    self.walk(&mut when.result);
                }
                if let Some(otherwise) = else_result {
                    self.walk(otherwise);
                }
            }
            Expr::Cast { kind, expr, data_type, array, format } => {
                self.walk(expr);
                match cast_type(data_type) {
                    Some(wide) if !*array && format.is_none() => *data_type = wide,
                    _ => {
                        let help = "cast to TEXT, BIGINT, DOUBLE, BOOLEAN, DATE or TIMESTAMP";
                        self.refuse(span, format!("CAST to {data_type} is not supported"), help);
                    }
                }
                // One cell that is no number must not end the whole audit: it is NULL.
                *kind = CastKind::TryCast;
            }
            Expr::Extract { field, expr, .. } => {
                let known = matches!(
                    field,
                    DateTimeField::Year | DateTimeField::Month | DateTimeField::Day | DateTimeField::Hour | DateTimeField::Minute | DateTimeField::Dow
                );
                if !known {
                    self.refuse(span, format!("EXTRACT of {field} is not supported"), "YEAR, MONTH, DAY, HOUR, MINUTE and DOW are");
                }
                self.walk(expr);
                *e = widened(e);
            }
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                if !matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime)) {
                    self.error(span, "CEIL and FLOOR take one number here");
                }
                self.walk(expr);
            }
            Expr::Trim { expr, trim_what, trim_characters, .. } => {
                if trim_characters.is_some() || trim_what.as_deref().is_some_and(|what| !plain_literal(what)) {
                    self.refuse(span, "this form of TRIM is not supported", "trim(column), or TRIM(LEADING '0' FROM column)");
                }
                self.walk(expr);
                if let Some(what) = trim_what {
                    self.walk(what);
                }
            }
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                if substring_from.is_none() {
                    self.error(span, "SUBSTRING needs a start");
                }
                self.walk(expr);
                for part in [substring_from, substring_for].into_iter().flatten() {
                    self.walk(part);
                }
            }
            Expr::Function(_) => self.function(e, span),
            Expr::InSubquery { .. } | Expr::Subquery(_) | Expr::Exists { .. } => {
                self.refuse(span, "a subquery is not allowed here", "write the values: IN ('a', 'b')");
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => {
                self.error(span, "`*` is not a column");
            }
            Expr::CompoundFieldAccess { .. } | Expr::JsonAccess { .. } => {
                self.refuse(span, "only columns can be named, not parts of them", "a column of the export is written raw.\"its name\"");
            }
            other => {
                let text = other.to_string();
                self.error(span, format!("`{text}` is not supported in a rule"));
            }
        }
    }

    fn column(&mut self, ident: &Ident) -> Option<String> {
        let lower = ident.value.to_ascii_lowercase();
        if lower == DIRECTION_KNOWN {
            self.fields.insert(Field::Canonical(Column::Direction));
            return Some(lower);
        }
        if let Some(column) = Column::by_name(&lower) {
            self.fields.insert(Field::Canonical(column));
            return Some(lower);
        }
        let span = self.range(ident.span);
        let names = Column::ALL.iter().map(|c| c.name()).chain([DIRECTION_KNOWN]);
        let help = match (nearest(&ident.value, names), ident.quote_style) {
            (Some(name), _) => format!("did you mean `{name}`?"),
            (None, Some('"')) => format!("a text is written in single quotes: '{}'; a column of the export: raw.\"{}\"", ident.value, ident.value),
            (None, _) => format!("a column of the export is written raw.\"{}\"", ident.value),
        };
        self.error(span, format!("unknown column `{}`", ident.value)).help = Some(help);
        None
    }

    /// `raw."任务名称"` as the one column that the frame has.
    fn raw(&mut self, parts: &[Ident], span: Range<usize>) -> Option<Ident> {
        match parts {
            [table, name] if table.quote_style.is_none() && table.value.eq_ignore_ascii_case("raw") && !name.value.is_empty() => {
                self.fields.insert(Field::Raw(name.value.clone()));
                Some(Ident { value: format!("raw.{}", name.value), quote_style: Some('"'), span: table.span.union(&name.span) })
            }
            _ => {
                let text = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
                self.refuse(span, format!("unknown column `{text}`"), "a column of the export is written raw.\"its name\"");
                None
            }
        }
    }

    fn literal(&mut self, value: &ValueWithSpan) {
        let span = self.range(value.span);
        match &value.value {
            Literal::SingleQuotedString(_) | Literal::Boolean(_) | Literal::Null => {}
            Literal::Number(text, false) => {
                let good = if text.contains('.') { text.parse::<f64>().is_ok_and(f64::is_finite) } else { text.parse::<i64>().is_ok() };
                if !good {
                    self.refuse(span, format!("`{text}` is not a number that fits"), "numbers are written 12 or 1.5; long digits in quotes");
                }
            }
            Literal::Placeholder(text) => {
                self.error(span, format!("there is nothing to fill `{text}` with"));
            }
            other => self.refuse(span, format!("`{other}` is not supported in a rule"), "a text is written in single quotes"),
        }
    }

    fn operator(&mut self, op: &BinaryOperator, span: Range<usize>) {
        use BinaryOperator::{And, Divide, Minus, Modulo, Multiply, Or, Plus};
        if comparison(op) || matches!(op, And | Or | Plus | Minus | Multiply | Divide | Modulo) {
            return;
        }
        let error = self.error(span, format!("the operator `{op}` is not supported in a rule"));
        error.help = if *op == BinaryOperator::StringConcat { Some("use concat(a, b)".into()) } else { None };
    }

    /// A column compared with a literal of a type, or with a word, that it can never equal.
    fn compare(&mut self, left: &Expr, right: &Expr) {
        let (Expr::Identifier(ident), Expr::Value(value)) = (left, right) else { return };
        let Some(column) = Column::by_name(&ident.value.to_ascii_lowercase()) else { return };
        let (name, span) = (column.name(), self.range(value.span));
        match (&value.value, column.kind()) {
            (Literal::SingleQuotedString(text), Kind::Instant) => {
                let help = timestamp(text).map_or_else(|| TIMESTAMP_HELP.to_owned(), |t| format!("write TIMESTAMP '{}'", t.replace('T', " ")));
                self.refuse(span, format!("`{name}` is a point in time and cannot be compared with a text"), &help);
            }
            (Literal::SingleQuotedString(_), Kind::Seconds) => {
                self.refuse(span, format!("`{name}` is a number of seconds and cannot be compared with a text"), "leave the quotes out");
            }
            (Literal::SingleQuotedString(text), Kind::Word) => {
                let words = words(column);
                if !words.contains(&text.as_str()) {
                    let help =
                        nearest(text, words.iter().copied()).map_or_else(|| format!("its words: {}", words.join(", ")), |w| format!("did you mean '{w}'?"));
                    self.refuse(span, format!("`{name}` is never '{text}'"), &help);
                }
            }
            (Literal::Number(text, _), Kind::Text | Kind::Word | Kind::Number) => {
                self.refuse(span, format!("`{name}` is a text and cannot be compared with a number"), &format!("write '{text}'"));
            }
            _ => {}
        }
    }

    fn function(&mut self, e: &mut Expr, span: Range<usize>) {
        let Expr::Function(function) = e else { return };
        let name = match function.name.0.as_slice() {
            [ObjectNamePart::Identifier(ident)] => ident.value.to_ascii_lowercase(),
            _ => function.name.to_string(),
        };
        let name_span = self.range(function.name.span());
        let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            let help = match name.as_str() {
                "count" | "sum" | "avg" | "min" | "max" | "median" | "first" | "last" => {
                    "an expression looks at one call; counting calls is what the keys of a rule are for".to_owned()
                }
                _ => match nearest(&name, FUNCTIONS.iter().map(|(known, ..)| *known)) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("functions: {}", FUNCTIONS.iter().map(|(known, ..)| *known).collect::<Vec<_>>().join(", ")),
                },
            };
            self.refuse(name_span, format!("the function `{name}` is not supported in a rule"), &help);
            return;
        };
        if function.over.is_some() {
            self.error(span, "a window (OVER) is not allowed here");
            return;
        }
        let FunctionArguments::List(arguments) = &mut function.args else {
            self.error(span, format!("`{name}` needs its arguments in parentheses"));
            return;
        };
        let plain = arguments.duplicate_treatment.is_none() && arguments.clauses.is_empty();
        if !plain
            || function.filter.is_some()
            || function.null_treatment.is_some()
            || !function.within_group.is_empty()
            || function.uses_odbc_syntax
            || !matches!(function.parameters, FunctionArguments::None)
        {
            self.error(span.clone(), format!("`{name}` takes plain arguments only"));
        }
        let n = arguments.args.len();
        if n < *least || n > *most {
            let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
            self.error(name_span, format!("`{name}` takes {wanted} argument{}, found {n}", if wanted == "1" { "" } else { "s" }));
        }
        for argument in &mut arguments.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => self.walk(inner),
                other => {
                    let text = other.to_string();
                    self.error(span.clone(), format!("`{text}` is not an argument of `{name}`"));
                }
            }
        }
        function.name = ObjectName::from(vec![Ident::new(name.clone())]);
        if name == "length" {
            *e = widened(e);
        } else if let (Some(field), [FunctionArg::Unnamed(FunctionArgExpr::Expr(of))]) = (date_part(&name), arguments.args.as_slice()) {
            // polars-sql knows these by EXTRACT only.
            *e = widened(&Expr::Extract { field, syntax: ExtractSyntax::From, expr: Box::new(of.clone()) });
        }
    }
}

fn comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

fn date_part(function: &str) -> Option<DateTimeField> {
    Some(match function {
        "year" => DateTimeField::Year,
        "month" => DateTimeField::Month,
        "day" => DateTimeField::Day,
        "hour" => DateTimeField::Hour,
        "minute" => DateTimeField::Minute,
        "dayofweek" => DateTimeField::Dow,
        _ => return None,
    })
}

/// The words of a column of words.
fn words(column: Column) -> Vec<&'static str> {
    match column {
        Column::Direction => Direction::ALL.iter().map(|w| w.word()).collect(),
        Column::Outcome => Outcome::ALL.iter().map(|w| w.word()).collect(),
        Column::AnsweredBy => AnsweredBy::ALL.iter().map(|w| w.word()).collect(),
        Column::Response => Response::ALL.iter().map(|w| w.word()).collect(),
        Column::HangupBy => HangupBy::ALL.iter().map(|w| w.word()).collect(),
        _ => Vec::new(),
    }
}

/// `2026-10-01 08:00[:00[.000]]` with T and seconds, the one form that polars reads under all circumstances.
fn timestamp(text: &str) -> Option<String> {
    let (date, time) = text.split_at_checked(10)?;
    calendar::parse_iso(date)?;
    let time = time.strip_prefix([' ', 'T'])?;
    let (clock, fraction) = time.split_once('.').map_or((time, None), |(clock, fraction)| (clock, Some(fraction)));
    let parts: Vec<&str> = clock.split(':').collect();
    let below = |part: &str, limit: u8| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok_and(|n| n < limit);
    let good = match parts.as_slice() {
        [h, m] => below(h, 24) && below(m, 60) && fraction.is_none(),
        [h, m, s] => below(h, 24) && below(m, 60) && below(s, 60),
        _ => false,
    };
    let digits = fraction.is_none_or(|f| (1..=6).contains(&f.len()) && f.bytes().all(|b| b.is_ascii_digit()));
    let seconds = if parts.len() == 2 { ":00" } else { "" };
    let fraction = fraction.map(|f| format!(".{f}")).unwrap_or_default();
    (good && digits).then(|| format!("{date}T{clock}{seconds}{fraction}"))
}

/// The widest type of its kind: a cast to 32 bits would make NULL of a telephone number.
fn cast_type(sql: &SqlType) -> Option<SqlType> {
    Some(match sql {
        SqlType::Text | SqlType::String(None) | SqlType::Varchar(None) => SqlType::Text,
        SqlType::Int(None) | SqlType::Integer(None) | SqlType::BigInt(None) => SqlType::BigInt(None),
        SqlType::Double(_) | SqlType::DoublePrecision => SqlType::DoublePrecision,
        SqlType::Boolean | SqlType::Bool => SqlType::Boolean,
        SqlType::Date => SqlType::Date,
        SqlType::Timestamp(None, TimezoneInfo::None) => SqlType::Timestamp(None, TimezoneInfo::None),
        _ => return None,
    })
}

/// May it stand in a list that polars turns into a set?
fn plain_literal(e: &Expr) -> bool {
    match e {
        Expr::Value(_) => true,
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => matches!(&**expr, Expr::Value(v) if matches!(v.value, Literal::Number(..))),
        _ => false,
    }
}

/// `(0, 61.5)` as `(0.0, 61.5)`: polars makes a set of one type only.
fn same_numbers(list: &mut [Expr]) {
    fn number(e: &mut Expr) -> Option<&mut String> {
        match e {
            Expr::Value(ValueWithSpan { value: Literal::Number(text, _), .. }) => Some(text),
            Expr::UnaryOp { expr, .. } => number(expr),
            _ => None,
        }
    }
    if list.iter_mut().filter_map(number).any(|text| text.contains('.')) {
        list.iter_mut().filter_map(number).filter(|text| !text.contains('.')).for_each(|text| text.push_str(".0"));
    }
}

/// Makes a long chain of AND or OR as shallow as it can be: `a OR b OR c OR d` is four levels deep as it is parsed.
fn balance(e: &mut Expr) {
    fn gather(e: Expr, op: &BinaryOperator, into: &mut Vec<Expr>) {
        match e {
            Expr::BinaryOp { left, op: same, right } if same == *op => {
                gather(*left, op, into);
                gather(*right, op, into);
            }
            other => into.push(other),
        }
    }
    fn join(mut parts: Vec<Expr>, op: &BinaryOperator) -> Option<Expr> {
        if parts.len() < 2 {
            return parts.pop();
        }
        let rest = parts.split_off(parts.len() / 2);
        let side = |e: Expr| Box::new(Expr::Nested(Box::new(e)));
        Some(Expr::BinaryOp { left: side(join(parts, op)?), op: op.clone(), right: side(join(rest, op)?) })
    }
    for_each_child(e, &mut balance);
    let chain = matches!(e, Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. });
    if chain && depth(e) > DEEPEST_TREE / 3 {
        let Expr::BinaryOp { op, .. } = &*e else { return };
        let (op, mut parts) = (op.clone(), Vec::new());
        gather(e.clone(), &op, &mut parts);
        if let Some(joined) = join(parts, &op) {
            *e = joined;
        }
    }
}

/// The operands of the operators that a long expression consists of.
fn for_each_child(e: &mut Expr, f: &mut impl FnMut(&mut Expr)) {
    match e {
        // The inner parts of a chain are balanced together with its top.
        Expr::BinaryOp { left, op, right } => {
            for side in [left, right] {
                match &mut **side {
                    Expr::BinaryOp { op: inner, .. } if inner == op => for_each_child(side, f),
                    _ => f(side),
                }
            }
        }
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::Cast { expr: inner, .. } => f(inner),
        Expr::Case { conditions, .. } => conditions.iter_mut().for_each(|when| f(&mut when.condition)),
        Expr::Function(Function { args: FunctionArguments::List(list), .. }) => {
            for argument in &mut list.args {
                if let FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) = argument {
                    f(inner);
                }
            }
        }
        _ => {}
    }
}

/// How many levels of expressions there are.
fn depth(e: &Expr) -> usize {
    struct Depth {
        now: usize,
        most: usize,
    }
    impl Visitor for Depth {
        type Break = ();
        fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.now += 1;
            self.most = self.most.max(self.now);
            ControlFlow::Continue(())
        }
        fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.now -= 1;
            ControlFlow::Continue(())
        }
    }
    let mut depth = Depth { now: 0, most: 0 };
    let _ = e.visit(&mut depth);
    depth.most
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn not(e: Expr) -> Expr {
    Expr::Nested(Box::new(Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(e) }))
}

/// `x IS TRUE` and its kin are never NULL in SQL; in polars-sql they are where x is.
fn truth(e: &Expr) -> Expr {
    let known = |x: &Expr, or: bool| call("coalesce", vec![x.clone(), Expr::Value(Literal::Boolean(or).into())]);
    match e {
        Expr::IsTrue(x) => known(x, false),
        Expr::IsNotTrue(x) => not(known(x, false)),
        Expr::IsFalse(x) => not(known(x, true)),
        Expr::IsNotFalse(x) => known(x, true),
        other => other.clone(),
    }
}

/// `a IN (b, DATE '…')` as `(a = b OR a = DATE '…')`: polars makes sets of literals of one type only.
fn alternatives(e: &Expr) -> Expr {
    let Expr::InList { expr, list, negated } = e else { return e.clone() };
    let nested = |e: &Expr| Box::new(Expr::Nested(Box::new(e.clone())));
    let equal = |item: &Expr| Expr::BinaryOp { left: nested(expr), op: BinaryOperator::Eq, right: nested(item) };
    let any = list.iter().map(equal).reduce(|a, b| Expr::BinaryOp { left: Box::new(a), op: BinaryOperator::Or, right: Box::new(b) });
    let any = Expr::Nested(Box::new(any.unwrap_or_else(|| e.clone())));
    if *negated { not(any) } else { any }
}

/// polars counts hours in 8 bits and lengths without sign: `hour(x) * 60` and `length(x) - 9` would wrap around.
fn widened(e: &Expr) -> Expr {
    cast(e, SqlType::BigInt(None))
}

fn cast(e: &Expr, data_type: SqlType) -> Expr {
    Expr::Cast { kind: CastKind::TryCast, expr: Box::new(e.clone()), data_type, array: false, format: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{col, df};

    fn one(sql: &str) -> SqlError {
        let errors = check(sql).unwrap_err();
        assert_eq!(errors.len(), 1, "{sql}: {errors:?}");
        errors[0].clone()
    }

    fn frame() -> DataFrame {
        df!(
            "agent" => [Some("Ann"), Some("bob"), None],
            "talk_s" => [Some(61.5), None, Some(0.0)],
            "outcome" => [Some("answered"), Some("busy"), None],
            "direction" => [Some("outbound"), None, None],
            "direction_known" => [true, false, false],
            "caller" => [Some("+8613800138000"), Some("10086"), None],
            "raw.时 长" => [Some("12"), Some("x"), None],
            "ms" => [Some(1_790_841_600_000_i64), Some(1_790_841_600_000 + 23 * 3_600_000 + 59 * 60_000), None], // 2026-10-01 08:00
        )
        .unwrap()
        .lazy()
        .with_column(col("ms").cast(DataType::Datetime(TimeUnit::Milliseconds, None)).alias("started_at"))
        .collect()
        .unwrap()
    }

    fn eval(sql: &str) -> Vec<Option<bool>> {
        let e = check(sql).unwrap_or_else(|errors| panic!("{sql}: {errors:?}"));
        type_check(&e).unwrap_or_else(|error| panic!("{sql} -> {}: {error}", e.sql));
        let out = frame().lazy().with_column(to_polars(&e).unwrap().alias("result")).collect().unwrap_or_else(|error| panic!("{}: {error}", e.sql));
        out.column("result").unwrap().bool().unwrap().iter().collect()
    }

    const T: Option<bool> = Some(true);
    const F: Option<bool> = Some(false);
    const N: Option<bool> = None;

    #[test]
    fn every_column_can_be_named_in_any_case() {
        for column in Column::ALL {
            for sql in [format!("{} IS NOT NULL", column.name()), format!("({}) IS NULL", column.name().to_uppercase())] {
                let e = check(&sql).unwrap_or_else(|errors| panic!("{sql}: {errors:?}"));
                assert_eq!(e.fields, BTreeSet::from([Field::Canonical(*column)]));
                type_check(&e).unwrap();
            }
        }
        assert_eq!(check("direction_known").unwrap().fields, BTreeSet::from([Field::Canonical(Column::Direction)]));
        assert_eq!(check("Agent = 'x' AND \"AGENT\" <> 'y'").unwrap().sql, "agent = 'x' AND agent <> 'y'");
    }

    #[test]
    fn raw_columns_become_one_identifier() {
        let e = check("raw.\"任务名称\" = 'a' OR RAW.x = 'b'").unwrap();
        assert_eq!(e.sql, "\"raw.任务名称\" = 'a' OR \"raw.x\" = 'b'");
        assert_eq!(e.fields, BTreeSet::from([Field::Raw("任务名称".into()), Field::Raw("x".into())]));
        assert!(one("other.x = 1").help.unwrap().contains("raw."));
        assert!(one("raw.a.b = 'x'").message.contains("raw.a.b"));
    }

    #[test]
    fn null_is_neither_true_nor_false() {
        assert_eq!(eval("agent = 'Ann'"), [T, F, N]);
        assert_eq!(eval("agent <> 'Ann'"), [F, T, N]);
        assert_eq!(eval("NOT agent = 'Ann'"), [F, T, N]);
        assert_eq!(eval("agent = 'Ann' OR talk_s >= 0"), [T, N, T]);
        assert_eq!(eval("agent = 'Ann' AND talk_s > 0"), [T, F, F]);
        assert_eq!(eval("agent IN ('Ann', 'Eve')"), [T, F, N]);
        assert_eq!(eval("agent NOT IN ('Ann', NULL)"), [F, N, N]);
        assert_eq!(eval("agent LIKE 'A%'"), [T, F, N]);
        assert_eq!(eval("agent NOT ILIKE 'B_b'"), [T, F, N]);
        assert_eq!(eval("(talk_s > 1) IS TRUE"), [T, F, F]);
        assert_eq!(eval("(talk_s > 1) IS NOT TRUE"), [F, T, T]);
        assert_eq!(eval("(talk_s > 1) IS FALSE"), [F, F, T]);
        assert_eq!(eval("(talk_s > 1) IS NOT FALSE"), [T, T, F]);
        assert_eq!(eval("agent IS DISTINCT FROM 'Ann'"), [F, T, T]);
        assert_eq!(eval("agent IS NOT DISTINCT FROM NULL"), [F, F, T]);
        assert_eq!(eval("direction_known AND direction = 'outbound'"), [T, F, F]);
        assert_eq!(eval("NOT direction_known"), [F, T, T]);
    }

    #[test]
    fn numbers_times_and_casts_work() {
        assert_eq!(eval("talk_s BETWEEN 1 AND 100"), [T, N, F]);
        assert_eq!(eval("talk_s IN (0, 61.5)"), [T, N, T]);
        assert_eq!(eval("talk_s IN (0, 1)"), [F, N, T]);
        assert_eq!(eval("talk_s NOT IN (-1)"), [T, N, T]);
        assert_eq!(eval("-talk_s * 2 + 1 - 3 < 0 AND talk_s % 2 >= 0 AND talk_s / 2 > 1"), [T, N, F]);
        assert_eq!(eval("started_at < TIMESTAMP '2026-10-01 09:00'"), [T, F, N]);
        assert_eq!(eval("started_at = TIMESTAMP '2026-10-01T08:00:00.000'"), [T, F, N]);
        assert_eq!(eval("started_at BETWEEN TIMESTAMP '2026-10-01 08:00:00' AND TIMESTAMP '2026-10-01 10:00:00'"), [T, F, N]);
        assert_eq!(eval("started_at IN (TIMESTAMP '2026-10-01 08:00:00')"), [T, F, N]);
        assert_eq!(eval("started_at >= DATE '2026-10-02'"), [F, T, N]);
        assert_eq!(eval("CAST(started_at AS DATE) = DATE '2026-10-01'"), [T, F, N]);
        assert_eq!(eval("CAST(raw.\"时 长\" AS INT) > 10"), [T, N, N]);
        assert_eq!(eval("CAST(raw.\"时 长\" AS DOUBLE) > 10"), [T, N, N]);
        assert_eq!(eval("CAST(talk_s AS VARCHAR) = '61.5'"), [T, N, F]);
        assert_eq!(eval("CAST(CAST(started_at AS DATE) AS TIMESTAMP) < started_at"), [T, T, N]);
        assert_eq!(eval("started_at NOT IN (DATE '2026-10-01', NULL)"), [N, N, N]);
        assert_eq!(eval("DATE '2026-10-01' = CAST(started_at AS DATE)"), [T, F, N]);
        assert_eq!(eval("CAST(talk_s AS BOOLEAN)"), [T, N, F]);
        assert_eq!(eval("CASE WHEN agent = 'Ann' THEN TRUE ELSE FALSE END"), [T, F, F]);
        assert_eq!(eval("CASE outcome WHEN 'answered' THEN 1 WHEN 'busy' THEN 2 END = 2"), [F, T, N]);
        assert_eq!(eval("agent IN (caller, 'Ann')"), [T, F, N]);
    }

    #[test]
    fn every_function_of_the_list_runs() {
        for (sql, expected) in [
            ("lower(agent) = 'ann'", [T, F, N]),
            ("UPPER(agent) = 'BOB'", [F, T, N]),
            ("length(agent) - 9 < 0", [T, T, N]),
            ("trim(concat(' ', agent, ' ')) = 'Ann'", [T, F, F]),
            ("TRIM(LEADING '+' FROM caller) = '8613800138000'", [T, F, N]),
            ("ltrim(agent) = 'Ann' AND rtrim(agent) = 'Ann'", [T, F, N]),
            ("ltrim(caller, '+') = '8613800138000'", [T, F, N]),
            ("left(caller, 3) = '+86'", [T, F, N]),
            ("right(caller, 2) = '86'", [F, T, N]),
            ("substr(caller, 2, 2) = '86'", [T, F, N]),
            ("substring(caller, 2, 2) = '86'", [T, F, N]),
            ("SUBSTRING(caller FROM 2 FOR 2) = '86'", [T, F, N]),
            ("substr(caller, 4) = '86'", [F, T, N]),
            ("starts_with(caller, '+86')", [T, F, N]),
            ("ends_with(caller, '86')", [F, T, N]),
            ("replace(agent, 'A', 'a') = 'ann'", [T, F, N]),
            ("concat(agent, '-', outcome) = 'Ann-answered'", [T, F, F]),
            ("coalesce(agent, 'x') = 'x'", [F, F, T]),
            ("nullif(agent, 'bob') IS NULL", [F, T, T]),
            ("if(talk_s > 1, TRUE, FALSE)", [T, F, F]),
            ("abs(-talk_s) > 61", [T, N, F]),
            ("round(talk_s / 7, 1) = 8.8", [T, N, F]),
            ("floor(talk_s) = 61 AND ceil(talk_s) = 62", [T, N, F]),
            ("year(started_at) = 2026 AND month(started_at) = 10", [T, T, N]),
            ("day(started_at) = 1", [T, F, N]),
            ("hour(started_at) * 60 + minute(started_at) >= 480", [T, F, N]),
            ("hour(started_at) * 600 = 4800", [T, F, N]),
            ("dayofweek(started_at) = 4", [T, F, N]),
            ("EXTRACT(HOUR FROM started_at) = 8", [T, F, N]),
        ] {
            assert_eq!(eval(sql), expected, "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for sql in [
            "agent IN (SELECT agent FROM calls)",
            "EXISTS (SELECT 1)",
            "(SELECT 1) = 1",
            "count(*) > 1",
            "sum(talk_s) > 1",
            "row_number() OVER (ORDER BY agent) = 1",
            "lower(agent) OVER () = 'x'",
            "read_csv('/etc/passwd') = 1",
            "unnest(agent) = 'x'",
            "agent = ?",
            "agent = $1",
            "agent = :x",
            "*",
            "raw.*",
            "agent[1] = 'x'",
            "agent -> 'x' = 'y'",
            "agent ~ '('",
            "agent || 'x' = 'y'",
            "agent RLIKE 'x'",
            "agent SIMILAR TO 'x'",
            "agent = ANY(ARRAY['x'])",
            "started_at + INTERVAL '1 day' > started_at",
            "CAST(agent AS JSON) = 'x'",
            "agent::bytea = 'x'",
            "x'00' = agent",
            "agent = 'x'; DROP TABLE y",
            "agent AS a",
            "agent = 'x' LIMIT 1",
            "(agent, caller) = ('a', 'b')",
            "agent LIKE caller",
            "lower(agent) IN ('a', 1)",
            "agent LIKE 'x' ESCAPE '!'",
            "lower(DISTINCT agent) = 'x'",
            "lower() = 'x'",
            "agent COLLATE \"C\" = 'x'",
            "DATE '2026-02-30' = started_at",
            "TIMESTAMP '2026-10-01 25:00' = started_at",
            "agent = 'a''''b'",
            "talk_s > 99999999999999999999",
            "agent =",
            "agent = 'x",
            "",
            "  ",
            "-- nothing",
        ] {
            assert!(check(sql).is_err(), "{sql}");
        }
        assert!(one("agent IN (SELECT agent FROM calls)").message.contains("subquery"));
        assert_eq!(check("agent = 'it''s'").unwrap().sql, "agent = 'it''s'");
    }

    #[test]
    fn depth_and_length_are_limited() {
        for sql in [
            format!("{}agent{} = 'x'", "(".repeat(5000), ")".repeat(5000)),
            format!("{} agent = 'x'", "NOT ".repeat(5000)),
            format!("agent = 'x'{}", " OR agent = 'x'".repeat(5000)),
            format!("{}1{}", "CASE WHEN ".repeat(300), " THEN 1 END".repeat(300)),
            format!("{}agent{} = 'x'", "lower(".repeat(300), ")".repeat(300)),
        ] {
            assert!(check(&sql).is_err());
        }
        let long = format!("agent = 'x'{}", " OR agent = 'x'".repeat(190));
        let long = check(&long).unwrap();
        type_check(&long).unwrap();
        let long = format!("{} > 1", vec!["talk_s"; 45].join(" + "));
        type_check(&check(&long).unwrap()).unwrap();
        assert!(check(&format!("{} > 1", vec!["talk_s"; 150].join(" + "))).is_err());
        let mixed = vec!["(agent = 'x' AND caller = 'y')"; 60].join(" OR ");
        type_check(&check(&mixed).unwrap()).unwrap();
        assert_eq!(eval(&format!("{} OR agent = 'Ann'", vec!["talk_s < 0"; 90].join(" OR "))), [T, N, N]);
        let list = (0..5000).map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
        type_check(&check(&format!("agent IN ({list})")).unwrap()).unwrap();
        check(&format!("{}agent{} = 'x'", "(".repeat(12), ")".repeat(12))).unwrap();
    }

    #[test]
    fn all_errors_have_their_place_and_help() {
        let sql = "'中文' = agnt AND\n  lowr(caller) = 'x' OR outcome = 'anwsered'";
        let errors = check(sql).unwrap_err();
        let shown: Vec<_> = errors.iter().map(|e| (&sql[e.span.clone()], e.help.as_deref().unwrap())).collect();
        assert_eq!(shown, [("agnt", "did you mean `agent`?"), ("lowr", "did you mean `lower`?"), ("'anwsered'", "did you mean 'answered'?")]);
        let error = one("agent = \"bob\"");
        assert!(error.help.unwrap().contains("single quotes: 'bob'"));
        assert_eq!(one("direction_knwn").help.unwrap(), "did you mean `direction_known`?");
        let error = one("agent = = 'x'");
        assert_eq!(error.span, 8..9, "{}", error.message);
        assert_eq!(one("agent = 'x' 'y'").span, 12..15);
    }

    #[test]
    fn types_that_do_not_fit_are_explained() {
        assert_eq!(one("started_at > '2026-10-01 08:00'").help.unwrap(), "write TIMESTAMP '2026-10-01 08:00:00'");
        assert_eq!(one("started_at IN ('x')").help.unwrap(), TIMESTAMP_HELP);
        assert_eq!(one("caller = 10086").help.unwrap(), "write '10086'");
        assert_eq!(one("'60' < talk_s").help.unwrap(), "leave the quotes out");
        for (sql, part) in [
            ("talk_s", "yields a number, not true or false (`talk_s` is a number)"),
            ("agent", "yields a text"),
            ("NULL", "yields NULL"),
            ("lower(agent) = 5", "text"),
            ("lower(talk_s) = 'x'", "`talk_s` is a number"),
            ("agent = talk_s", "`agent` is a text"),
            ("NOT agent", "`agent` is a text"),
            ("agent AND TRUE", "`agent` is a text"),
            ("talk_s AND TRUE", "`talk_s` is a number"),
            ("NOT (talk_s + 1)", "`talk_s` is a number"),
            ("hour(agent) = 1", "`agent` is a text"),
            ("CAST(raw.\"时\" AS DATE) = DATE '2026-10-01'", "is a text"),
            ("CAST(agent AS BOOLEAN)", "is a text"),
            ("lower(raw.\"时\") > started_at", "`raw.时` is a text"),
        ] {
            let error = type_check(&check(sql).unwrap()).expect_err(sql);
            assert!(error.contains(part), "{sql}: {error}");
            assert!(!error.contains('\n'), "{sql}: {error}");
        }
    }

    #[test]
    fn a_caret_finds_its_place_in_the_ruleset() {
        let texts = [
            "where = \"raw.名 = '夜' AND agnt = 'x'\"",
            "# 注\nwhere = '''\nraw.名 = '夜'\n AND agnt = 'x' '''",
            "where = \"raw.\\\"名\\\" = 'x' AND agnt = 'x'\"",
        ];
        for (text, expected) in texts.iter().zip(["f:1:26", "f:4:6", "f:1:9"]) {
            let mut out = Diagnostics::default();
            let file = out.add_file("f".into(), (*text).into());
            let table = crate::ruleset::node::parse(file, text, &mut out);
            assert!(!out.has_errors(), "{}", out.render(false));
            let node = table.get("where").unwrap();
            let Value::Text(sql) = &node.value else { panic!() };
            let error = one(sql);
            let place = place_in_text(node, &out, error.span.clone());
            assert_eq!(out.at(&place), expected);
            out.error(&place, error.message).help = error.help;
            assert!(out.render(false).contains("did you mean `agent`?"));
        }
    }
}
