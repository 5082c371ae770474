//! Talk on stderr: errors, warnings, progress; and what the terminal can do.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Arguments, Color, Command};
use super::outward;
use crate::error::Error;
use crate::language::Lang;
use crate::report::masking::Masking;
use crate::report::renderers::View;

/// The terminal of the user.
#[derive(Debug)]
pub struct Terminal {
    quiet: bool,
    /// Are numbers hidden?
    hides: bool,
    /// Tell more.
    pub verbose: bool,
    color: Color,
    /// Language of reports and talk.
    pub lang: Lang,
    started: Instant,
    shown: RefCell<Option<ProgressBar>>,
}

impl Terminal {
    /// As the arguments and the environment say.
    pub fn new(arguments: &Arguments) -> Terminal {
        let locale = || ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|v| std::env::var(v).ok()).find(|v| !v.is_empty()).unwrap_or_default();
        let lang = arguments.lang.as_deref().and_then(Lang::parse).unwrap_or_else(|| Lang::from_locale(&locale()));
        crate::language::speak(lang);
        let hides = match &arguments.command {
            Command::Audit(options) => outward::hides(&options.outward),
            Command::Render(options) => outward::hides(&options.outward),
            _ => false,
        };
        Terminal { quiet: arguments.quiet, hides, verbose: arguments.verbose, color: arguments.color, lang, started: Instant::now(), shown: RefCell::new(None) }
    }

    fn colour(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::env::var("TERM").map_or(true, |t| t != "dumb"),
        }
    }

    /// May diagnostics on stderr be coloured?
    pub fn stderr_colour(&self) -> bool {
        self.colour(std::io::stderr().is_terminal())
    }

    /// How a report to standard output (or to a file) looks.
    pub fn view(&self, to_stdout: bool) -> View {
        let terminal = to_stdout && std::io::stdout().is_terminal();
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let own = || if terminal { terminal_size::terminal_size().map(|s| usize::from(s.0.0)) } else { None };
        View { lang: self.lang, width: columns.or_else(own).unwrap_or(100), colour: self.colour(terminal), ..View::default() }
    }

    fn write(&self, text: &str) {
        if let Some(bar) = self.shown.borrow_mut().take() {
            bar.finish_and_clear();
        }
        let hidden = if self.hides { Masking::message(text) } else { text.to_owned() };
        let _ = writeln!(std::io::stderr().lock(), "{hidden}");
    }

    /// An error, also when quiet.
    pub fn error(&self, error: &Error) {
        let text = error.to_string();
        // The diagnostics of a ruleset bring their own heads.
        if text.starts_with("error") || text.starts_with('\u{1b}') {
            self.write(text.trim_end());
        } else {
            let lines: Vec<_> = text.lines().map(|line| crate::language::sentence(self.lang, line)).collect();
            self.write(&format!("error: {}", lines.join("\n")));
        }
    }

    /// A warning.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            let lines: Vec<_> = text.lines().map(|line| crate::language::sentence(self.lang, line)).collect();
            self.write(&format!("warning: {}", crate::report::renderers::table::show(&lines.join("\n"))));
        }
    }

    /// What was done, in the language of the run.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.write(&crate::report::renderers::table::show(text));
        }
    }

    /// Something for those who asked to be told more.
    pub fn tell(&self, text: &str) {
        if self.verbose && !self.quiet {
            self.write(text);
        }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Progress of reading `total` bytes: rows, MB/s and time left, only on a terminal.
    pub fn progress(&self, total: u64) -> Progress {
        if self.quiet || !std::io::stderr().is_terminal() {
            return Progress { bar: Mutex::new(None) };
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(8));
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}  {binary_bytes_per_sec}  {msg}  {eta} left") {
            bar.set_style(style);
        }
        *self.shown.borrow_mut() = Some(bar.clone());
        Progress { bar: Mutex::new(Some(bar)) }
    }
}

/// A progress bar, or none.
#[derive(Debug)]
pub struct Progress {
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// So many bytes and rows are read.
    pub fn at(&self, bytes: u64, rows: u64) {
        if let Ok(Some(bar)) = self.bar.lock().as_deref() {
            bar.set_position(bytes);
            bar.set_message(format!("{rows} rows"));
        }
    }
    /// All is read.
    pub fn done(&self) {
        if let Ok(Some(bar)) = self.bar.lock().as_deref() {
            bar.finish_and_clear();
        }
    }
}
