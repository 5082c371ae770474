//! What the user types.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::calls::timestamps::DateOrder;

/// Audits call detail records against a TOML ruleset.
#[derive(Debug, Parser)]
#[command(name = "callaudit", version, about, max_term_width = 110, after_help = EXIT)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Language of reports: en or zh [default: from LANG]
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
    /// No progress and no warnings
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Tell what was read, how, and how much memory and time it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

const EXIT: &str = "Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage, ruleset or profile error; 3 the audit is incomplete.";

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge calls by a ruleset: violations, evidence, checklist
    Audit(Box<Audit>),
    /// The normalised calls, each with its place in the export
    Calls(Calls),
    /// A complaint and the logs become a case: matching calls, a verdict for each claim, what to do by when, drafts, evidence
    Case(Box<Case>),
    /// What an export is and why: layout, columns, clock, rows, gaps; writes a profile to edit
    Inspect(Inspect),
    /// Other forms of a stored report (audit -o json), without the log
    Render(Render),
    /// Two stored reports: what is new, grown, unchanged, fixed or not covered, and what changed around them
    Diff(Diff),
    /// How often each rule is broken, over several stored reports
    Trend(Trend),
    /// The remediation plan: steps from stored reports, who did them, what later audits say of them
    Plan(PlanOptions),
    /// A log of complaints held against the calls: what matches, how many a call, where they gather, what rules would have prevented, what is due
    Complaints(Box<Complaints>),
    /// The refusals in the calls: when each was listed, and the calls since
    Optouts(Box<OptOuts>),
    /// Completions for a shell, to standard output
    Completions(Completions),
    /// The manual pages, into a folder; that of callaudit itself to standard output
    Man(Man),
    /// Rulesets and packs by themselves: check them, show them, write them
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        command: super::rules::RulesCommand,
    },
}

/// Inputs, and how they are read.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Exports: files, folders, patterns, - for standard input; CSV, Excel, JSON, Parquet, SQL, HTML; plain, .gz, .zst or .zip
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Ruleset: a pack (cn-law, NAME@VERSION) or a file; may be repeated, later ones change earlier ones. `inspect` and `calls` take its [[source]] tables, zone and region, if there is one [default: callaudit.toml here]
    #[arg(short, long = "rules", value_name = "PACK|FILE")]
    pub rules: Vec<PathBuf>,
    /// Layout of the export: a name (generic, asterisk-master) or a profile file [default: recognised]
    #[arg(short, long, value_name = "NAME|FILE")]
    pub profile: Option<PathBuf>,
    /// Companion table (leads, accounts, agents), joined by a key column that the log has too; may be repeated
    #[arg(long, value_name = "TABLE")]
    pub with: Vec<PathBuf>,
    /// Clock of times without an offset, such as Asia/Shanghai or +08:00
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// Region of numbers without a country code, such as CN
    #[arg(long, value_name = "CC")]
    pub region: Option<String>,
    /// Dates such as 03/05/26: dmy, mdy or ymd [default: told by the rows]
    #[arg(long, value_name = "ORDER", value_parser = date_order)]
    pub date_order: Option<DateOrder>,
    /// Memory for sorting, such as 512MB; more goes to temporary files [default: a quarter of what is free]
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// Most bytes that one packed input may unpack to, such as 50GB [default: 1GB or 200 times its size, whichever is more]
    #[arg(long, value_name = "SIZE")]
    pub max_decoded: Option<String>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Options of `inspect`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit inspect calls.csv\n  callaudit inspect calls.csv --tz Asia/Shanghai --write-profile acme.toml\n  callaudit inspect exports/ -o json=inspection.json --lang zh"
)]
pub struct Inspect {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    /// table or json, to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
    /// Writes a profile that reads this export as it is read now, to be edited and given with -p
    #[arg(long, value_name = "FILE")]
    pub write_profile: Option<PathBuf>,
}

/// Options of `calls`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit calls calls.csv -o csv=normalised.csv\n  callaudit calls exports/ -o parquet=calls.parquet --columns '+raw.\"任务名称\"'"
)]
pub struct Calls {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    /// csv, to standard output or to a file, or parquet=PATH; may be repeated [default: csv]
    #[arg(short = 'o', long = "output", alias = "report", value_name = "FORMAT[=PATH]")]
    pub output: Vec<String>,
    /// Columns, separated by commas: of a call, source, line, caller_raw, callee_raw, raw."NAME"; a list after + is added to all of them [default: all]
    #[arg(long, value_name = "A,B,…")]
    pub columns: Option<String>,
}

/// What is done with stored cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Closes stored cases: a summary report and the complaint ledger; says what is still open
    Close(Close),
}

/// Options of `case close`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit case close pack/case.json --plan plan.toml --answered 2026-12-01 -o docx=summary.docx -o xlsx=ledger.xlsx\n  callaudit case close cases/*.json --answered 2026-12-01 --lang zh\n\nExit status: 0 nothing is open; 1 something is; 2 usage."
)]
pub struct Close {
    /// Stored cases (case -o json)
    #[arg(required = true, value_name = "CASE")]
    pub cases: Vec<PathBuf>,
    /// The remediation plan whose steps belong to them
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// The date on which the complainants were answered
    #[arg(long, value_name = "DATE")]
    pub answered: Option<String>,
    /// "Today" [default: the date in UTC]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// table, markdown, html, the summary as docx=PATH, or the ledger as csv or xlsx=PATH; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `case`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  callaudit case exports/ -r rules.toml --number 13800138000 --at \"2026-11-18 20:15\" --claim \"called five times\" --claim \"I had said no\"\n  callaudit case exports/ -r rules.toml --shown 4008880100 --at \"2026-11-18 20:15\" --channel 12321 --received 2026-11-20\n  callaudit case exports/ -r rules.toml --complaint complaint.toml -o html=case.html -o docx=rectification.docx --pack pack/ --lang zh\n  callaudit case close pack/case.json --plan plan.toml --answered 2026-12-01 -o docx=summary.docx -o xlsx=ledger.xlsx\n\nExit status: 0 nothing is substantiated; 1 something is; 2 usage; 3 the logs cannot tell."
)]
pub struct Case {
    #[allow(missing_docs)]
    #[command(subcommand)]
    pub command: Option<CaseCommand>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    /// A TOML file with a [complaint]: number or numbers, shown, at, claims, channel, received, due, logs_cover, id
    #[arg(long, value_name = "FILE")]
    pub complaint: Option<PathBuf>,
    /// Number of the complainant as told, hidden digits as *; may be repeated
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub number: Vec<String>,
    /// Our own number that was displayed; alone it needs --at
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub shown: Vec<String>,
    /// When it was, on the complainant's clock: a date, a date and a time, or 2026-11-01..2026-11-20
    #[arg(long, value_name = "T")]
    pub at: Option<String>,
    /// What is claimed, in words: "called five times", "at night", "I had said no"; may be repeated [default: that the company called]
    #[arg(long, value_name = "TEXT")]
    pub claim: Vec<String>,
    /// Through whom it came: direct, carrier, platform, 12321, 12300, 12315, regulator or lawyer
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// Its reference
    #[arg(long, value_name = "TEXT")]
    pub id: Option<String>,
    /// The date on which it was received, from which terms run [default: that of --as-of]
    #[arg(long, value_name = "DATE")]
    pub received: Option<String>,
    /// The date by which an answer is asked for
    #[arg(long, value_name = "DATE")]
    pub due: Option<String>,
    /// For which days you state that these logs are complete: a date, or 2026-11-01..2026-11-20
    #[arg(long, value_name = "DAYS")]
    pub logs_cover: Option<String>,
    /// Gives or replaces a list of the ruleset
    #[arg(long = "use-list", value_name = "NAME=PATH")]
    pub use_list: Vec<String>,
    /// "Today" for terms that have passed [default: the date in the ruleset's zone]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// table, json, html, markdown, or the rectification report as docx=PATH; to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
    /// Evidence pack: a folder that is not there yet, or a .zip: rows as received and redacted, tables, drafts, manifest with hashes
    #[arg(long, value_name = "DIR|FILE.zip")]
    pub pack: Option<PathBuf>,
    /// Whose case it is
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Who made it
    #[arg(long, value_name = "NAME")]
    pub prepared_by: Option<String>,
}

/// For whom a report is written, and what of its numbers is shown.
#[derive(Debug, Args)]
pub struct Outward {
    /// For whom: only internal shows exposure, leaks, house rules, suppressions and baseline [default: internal]
    #[arg(long, value_name = "AUDIENCE", value_parser = clap::builder::PossibleValuesParser::new(crate::report::audience::AUDIENCES))]
    pub audience: Option<String>,
    /// Whose report it is
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Who made it
    #[arg(long, value_name = "NAME")]
    pub prepared_by: Option<String>,
    /// What stands on it, such as who may read it
    #[arg(long, value_name = "TEXT")]
    pub notice: Option<String>,
    /// Numbers as 138****1234, in every output; fingerprints only with --pseudonyms
    #[arg(long)]
    pub mask: bool,
    /// Numbers as pseudonyms made with the key in this file, which only its owner may read; with --mask only fingerprints are
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonyms: Option<PathBuf>,
}

/// Options of `audit`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit audit calls.csv -r rules.toml\n  callaudit audit exports/ -r rules.toml -o table -o json=report.json -o csv=violations.csv\n  callaudit audit exports/ -r rules.toml -o html=report.html\n  callaudit audit exports/ -r rules.toml --baseline last.json --fail-on-new --suppressions accepted.toml\n  callaudit audit exports/ -r rules.toml -o html=report.html --split account\n  zcat calls.csv.gz | callaudit audit - -r rules.toml --lang zh"
)]
pub struct Audit {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub outward: Outward,
    /// Gives or replaces a list of the ruleset
    #[arg(long = "use-list", value_name = "NAME=PATH")]
    pub use_list: Vec<String>,
    /// Judge calls from here on: a date, an instant, yesterday, -7d
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Judge calls before this instant; a bare date includes its day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// "Today" for due dates [default: the date in the ruleset's zone]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// A format, to standard output or to a file; may be repeated: table, json, csv, csv-excel, ndjson, parquet, xlsx, html, markdown, sarif, junit, github [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
    /// One report for each account, seller or campaign, without anything of the others: report.html becomes report-ACME.html
    #[arg(long, value_name = "COLUMN", value_parser = clap::builder::PossibleValuesParser::new(crate::engine::part::COLUMNS))]
    pub split: Option<String>,
    /// Lowest severity that fails: critical, high, medium, low or info
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub fail_on: String,
    /// Possible findings fail, and any rule that cannot be evaluated makes the audit incomplete
    #[arg(long)]
    pub strict: bool,
    /// Accepted exceptions: a TOML file of [[suppression]], each with rule, subject, calls or fingerprint, reason, approver, until
    #[arg(long, value_name = "FILE")]
    pub suppressions: Option<PathBuf>,
    /// An earlier report (-o json): findings are new, grown, unchanged, fixed or not covered
    #[arg(long, value_name = "REPORT")]
    pub baseline: Option<PathBuf>,
    /// Only findings that are new or grown since the baseline fail
    #[arg(long, requires = "baseline")]
    pub fail_on_new: bool,
    /// Appends one JSON line: inputs with hashes, ruleset, versions, duration, counts, exit status
    #[arg(long, value_name = "FILE")]
    pub run_record: Option<PathBuf>,
    /// Writes rejected rows, as they are, with source, line and reason
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Calls shown as evidence of a finding
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub evidence: usize,
    /// Findings that the report keeps, the worst first
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub findings: usize,
    /// Findings shown by table, markdown, sarif, junit, github and xlsx, instead of the number that suits each
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// More rejected rows make the audit incomplete [default: 1%, one row below 100]
    #[arg(long, value_name = "N|P%")]
    pub max_rejects: Option<String>,
    /// Columns of csv, csv-excel, ndjson, parquet and the violations of xlsx, separated by commas [default: all]
    #[arg(long, value_name = "A,B,…")]
    pub columns: Option<String>,
}

/// Options of `render`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit render report.json -o markdown\n  callaudit render report.json -o sarif=report.sarif -o junit=report.xml --lang zh\n  callaudit render --schema > report.schema.json"
)]
pub struct Render {
    /// The stored report, - for standard input
    #[arg(value_name = "REPORT", required_unless_present = "schema", conflicts_with = "schema")]
    pub stored: Option<PathBuf>,
    /// A format, to standard output or to a file; may be repeated: table, html, json, markdown, sarif, junit, github, xlsx [default: table]. csv, csv-excel, ndjson, parquet and the violations of xlsx come from audit only
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]", conflicts_with = "schema")]
    pub report: Vec<String>,
    /// Findings shown, instead of the number that suits each format
    #[arg(long, value_name = "N", conflicts_with = "schema")]
    pub max_findings: Option<usize>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub outward: Outward,
    /// Only audit splits: the calls of one account cannot be told apart in a stored report
    #[arg(long, value_name = "COLUMN", hide = true)]
    pub split: Option<String>,
    /// The JSON Schema of stored reports, or of another form: diff, trend, run (of --run-record)
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "report", value_parser = clap::builder::PossibleValuesParser::new(crate::report::schemas::FORMS))]
    pub schema: Option<String>,
}

/// Options of `diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit diff monday.json tuesday.json\n  callaudit diff old.json new.json -o markdown=diff.md -o json=diff.json\n\nExit status: 0 nothing is new or grown; 1 something is; 2 a report that cannot be read."
)]
pub struct Diff {
    /// The earlier report (audit -o json)
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The later one
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// table, json or markdown, to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `trend`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit trend reports/*.json\n  callaudit trend 2026-1*.json -o markdown=trend.md\n\nExit status: 0, whatever the reports say; 2 a report that cannot be read."
)]
pub struct Trend {
    /// Stored reports (audit -o json), in any order
    #[arg(required = true, value_name = "REPORT")]
    pub stored: Vec<PathBuf>,
    /// table, json or markdown, to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `plan`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit plan report.json --plan plan.toml\n  callaudit plan --plan plan.toml --done quiet_hours/1 --by 'Li Wei' --proof 'pause log of 11-25' --on 2026-11-25\n  callaudit plan --plan plan.toml --owner it -o ics=it.ics -o html=it.html\n  callaudit plan report.json --training -o html=training.html\n\nExit status: 0; 2 a plan or report that cannot be read."
)]
pub struct PlanOptions {
    /// Stored reports (audit -o json) to take in, in any order: new steps are added, steps that were done are verified or reopened
    #[arg(value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// The plan, a TOML file; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Says that this step is done
    #[arg(long, value_name = "ID", requires_all = ["by", "proof", "plan"], conflicts_with = "training")]
    pub done: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME", requires = "done")]
    pub by: Option<String>,
    /// What proves it
    #[arg(long, value_name = "TEXT", requires = "done")]
    pub proof: Option<String>,
    /// The day on which it was done [default: today]
    #[arg(long, value_name = "DATE", requires = "done")]
    pub on: Option<String>,
    /// Only the steps of this department: operations, legal, it, training …
    #[arg(long, value_name = "OWNER", conflicts_with = "training")]
    pub owner: Option<String>,
    /// Training sheets by agent from one report, instead of a plan: rules broken, calls to hear, where to sign
    #[arg(long, conflicts_with = "plan")]
    pub training: bool,
    /// "Today" for what is overdue, and the stamp of calendars [default: the day of the last audit]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// table, markdown, html, csv or ics (a calendar of due dates), to standard output or to a file; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `complaints`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit complaints exports/ --complaints tickets.xlsx -r callaudit.toml\n  callaudit complaints exports/ --complaints 12321.csv --complaints carrier.csv -r cn-law -o table -o json=complaints.json -o csv=joined.csv\n  callaudit complaints exports/ --complaints DNC_Complaint_Numbers_2026-05-14.csv --tz America/New_York --region US --mask -o html=complaints.html\n\nExit status: 0 nothing stands out; 1 complaints gather somewhere, a limit that applies is exceeded, or a deadline is missed; 2 usage; 3 the data cannot tell."
)]
pub struct Complaints {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    /// Log of complaints (12321, carrier, FTC, FCC, own tickets): a table whose columns are known by their titles; may be repeated
    #[arg(long, required = true, value_name = "FILE")]
    pub complaints: Vec<PathBuf>,
    /// Clock of times without an offset in the complaints, and of days and months [default: the ruleset's]
    #[arg(long, value_name = "ZONE")]
    pub complaints_tz: Option<String>,
    /// Which comes first in dates of the complaints such as 03/05/26: dmy or mdy [default: told by the rows]
    #[arg(long, value_name = "ORDER")]
    pub complaints_dates: Option<String>,
    /// Gives or replaces a list of the ruleset
    #[arg(long = "use-list", value_name = "NAME=PATH")]
    pub use_list: Vec<String>,
    /// A further column to compare: of a call, or raw."NAME"; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub by: Vec<String>,
    /// Limit of a contract: complaints in percent of the calls of a month, such as 0.05%
    #[arg(long, value_name = "P%")]
    pub max_rate: Option<String>,
    /// Calls from here on: a date, an instant, yesterday, -7d
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Calls before this instant; a bare date includes its day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// "Today" for what is due [default: the date in the ruleset's zone]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Numbers as 138****1234, in every output
    #[arg(long)]
    pub mask: bool,
    /// table, json, csv, markdown or html, to standard output or to a file, or xlsx=PATH; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `optouts`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit optouts exports/ -r us-federal --use-list do-not-call=lists/dnc.csv\n  callaudit optouts exports/ --list lists/dnc.csv --complaints tickets.csv -o csv=optouts.csv\n\nExit status: 0 no call after an explicit refusal or a complaint; 1 there are some; 2 usage; 3 the data cannot tell."
)]
pub struct OptOuts {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub given: Inputs,
    /// List of those who must not be called; may be repeated, besides the lists of the ruleset's dnc_list rules
    #[arg(long, value_name = "FILE")]
    pub list: Vec<PathBuf>,
    /// Gives or replaces a list of the ruleset
    #[arg(long = "use-list", value_name = "NAME=PATH")]
    pub use_list: Vec<String>,
    /// Log of complaints, each of which is a refusal from when it came; may be repeated
    #[arg(long, value_name = "FILE")]
    pub complaints: Vec<PathBuf>,
    /// Clock of times without an offset in the complaints, and of days [default: the ruleset's]
    #[arg(long, value_name = "ZONE")]
    pub complaints_tz: Option<String>,
    /// Which comes first in dates of the complaints such as 03/05/26: dmy or mdy [default: told by the rows]
    #[arg(long, value_name = "ORDER")]
    pub complaints_dates: Option<String>,
    /// Rules judge calls from here on: a date, an instant, yesterday, -7d
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Calls before this instant; a bare date includes its day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Numbers as 138****1234, in every output
    #[arg(long)]
    pub mask: bool,
    /// table, json, csv, markdown or html, to standard output or to a file, or xlsx=PATH; may be repeated [default: table]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// Options of `completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callaudit completions bash > ~/.local/share/bash-completion/completions/callaudit\n  callaudit completions zsh > \"${fpath[1]}/_callaudit\"\n  callaudit completions fish > ~/.config/fish/completions/callaudit.fish"
)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callaudit man | man -l -\n  callaudit man --folder ~/.local/share/man/man1")]
pub struct Man {
    /// Writes a page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

pub(super) fn date_order(text: &str) -> Result<DateOrder, String> {
    DateOrder::by_name(text).ok_or_else(|| "one of dmy (31/12/26), mdy (12/31/26), ymd (26/12/31)".to_owned())
}
