//! What becomes of findings: suppressed, known from a baseline, new; and which of an earlier report are no more.

pub mod baseline;
pub mod suppressions;

use baseline::Baseline;
use suppressions::Suppressions;

/// What an audit holds its findings against.
#[derive(Debug, Default)]
pub struct Settlement {
    /// Accepted exceptions.
    pub suppressions: Option<Suppressions>,
    /// An earlier report.
    pub baseline: Option<Baseline>,
    /// Do only new and grown findings fail?
    pub fail_on_new: bool,
    /// The key with which fingerprints are shown.
    pub key: Option<[u8; 32]>,
}

impl Settlement {
    /// A fingerprint as reports show it: through the key, where there is one.
    pub fn fingerprint(&self, plain: &str) -> String {
        self.key.as_ref().map_or_else(|| plain.to_owned(), |key| keyed(key, plain))
    }
}

/// A fingerprint through a key: the same for everybody who has it, and a riddle for others.
pub fn keyed(key: &[u8; 32], fingerprint: &str) -> String {
    let hash = blake3::keyed_hash(key, format!("fingerprint {fingerprint}").as_bytes());
    hash.to_hex()[..16].to_owned()
}
