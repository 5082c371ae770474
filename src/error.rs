//! Errors: what, where, why, and what to do about it. Each knows the exit status it leads to.

/// Why a run stopped before there was a report.
#[derive(Debug)]
pub enum Error {
    /// The command line asks for something that cannot be done.
    Usage(String),
    /// The ruleset or profile has mistakes; the text shows all of them.
    Ruleset(String),
    /// An input cannot be judged at all until the user says more (day or month first).
    Input(String),
    /// A file could not be written, or a temporary file failed.
    Io(String),
}

impl Error {
    /// An I/O error while doing something to a path.
    pub fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
        Error::Io(format!("{doing} {}: {error}", path.display()))
    }

    /// The exit status: 2 for what the user wrote, 3 for an audit that could not be finished.
    pub fn status(&self) -> u8 {
        match self {
            Error::Usage(_) | Error::Ruleset(_) | Error::Input(_) => 2,
            Error::Io(_) => 3,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Usage(text) | Error::Ruleset(text) | Error::Input(text) | Error::Io(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Io(format!("temporary file: {error}"))
    }
}

/// The result of a step that can stop a run.
pub type Result<T> = std::result::Result<T, Error>;

/// The known word nearest to a misspelt one, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&lower, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(3) / 3).max(1) && *distance < word.chars().count())
        .min_by_key(|(distance, k)| (*distance, *k))
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_nearest_word_is_found_and_strangers_are_not() {
        assert_eq!(super::nearest("windw", ["window", "where"]), Some("window"));
        assert_eq!(super::nearest("purpos", ["purpose", "person"]), Some("purpose"));
        assert_eq!(super::nearest("zzz", ["window", "where"]), None);
    }
}
