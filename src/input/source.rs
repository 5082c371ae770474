//! Where rows come from: files, folders, globs and standard input, plain or gzip, as one stream of blocks per source.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, sync_channel};

use crate::error::{Error, Result};

/// One input.
#[derive(Debug)]
pub struct Source {
    /// As named on the command line or found in a folder; `-` for standard input.
    pub path: String,
    file: PathBuf,
    gzip: bool,
    /// The decoded stream as a file, once somebody looks for a place in it.
    seekable: std::sync::OnceLock<File>,
    /// Standard input, kept for reading evidence again.
    _spool: Option<tempfile::NamedTempFile>,
}

/// What the command line's inputs turned out to be.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Sorted by path.
    pub sources: Vec<Source>,
    /// Inputs that cannot be read, and why.
    pub problems: Vec<(String, String)>,
    /// Files of folders that were passed over.
    pub notes: Vec<String>,
}

const EXPORTS: &[&str] = &["csv", "tsv", "txt", "psv", "log", "tab"];

impl Inputs {
    /// Finds the files behind files, folders, globs and `-`.
    pub fn find(arguments: &[String]) -> Result<Inputs> {
        let mut inputs = Inputs::default();
        for argument in arguments {
            if argument == "-" {
                inputs.sources.push(Source::spool()?);
                continue;
            }
            let path = Path::new(argument);
            if path.is_dir() {
                inputs.folder(path);
            } else if path.exists() {
                inputs.add(path);
            } else if argument.contains(['*', '?', '[', '{']) {
                inputs.glob(argument);
            } else {
                inputs.problems.push((argument.clone(), "no such file: check the path".to_owned()));
            }
        }
        inputs.sources.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        let mut seen = std::collections::BTreeSet::new();
        let mut twice = Vec::new();
        inputs.sources.retain(|s| {
            let canonical = s.file.canonicalize().unwrap_or_else(|_| s.file.clone());
            let new = seen.insert(canonical);
            if !new {
                twice.push(format!("{} is named twice and read once", s.path));
            }
            new
        });
        inputs.notes.extend(twice);
        Ok(inputs)
    }

    fn add(&mut self, path: &Path) {
        self.sources.push(Source::file(path));
    }

    fn folder(&mut self, folder: &Path) {
        let before = self.sources.len();
        let mut others = 0;
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    if is_export(entry.path()) {
                        self.add(entry.path());
                    } else {
                        others += 1;
                    }
                }
                Ok(_) => {}
                Err(e) => self.problems.push((folder.display().to_string(), format!("cannot be read: {e}"))),
            }
        }
        let name = folder.display();
        if self.sources.len() == before {
            self.problems.push((
                name.to_string(),
                format!("the folder holds no export (looked for .{} and the same with .gz; {others} other files)", EXPORTS.join(" .")),
            ));
        } else if others > 0 {
            self.notes.push(format!("{name}: {others} files that are no exports by their names were passed over"));
        }
    }

    fn glob(&mut self, pattern: &str) {
        let glob = match globset::GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(e) => return self.problems.push((pattern.to_owned(), format!("not a pattern: {e}"))),
        };
        let fixed: PathBuf = Path::new(pattern).components().take_while(|c| !c.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect();
        let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
        let before = self.sources.len();
        for entry in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().flatten() {
            let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
            if entry.file_type().is_file() && glob.is_match(path) {
                self.add(path);
            }
        }
        if self.sources.len() == before {
            self.problems.push((pattern.to_owned(), "no file matches the pattern".to_owned()));
        }
    }
}

fn is_export(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    !name.starts_with('.') && EXPORTS.iter().any(|e| name.ends_with(&format!(".{e}")))
}

/// BLAKE3 of a file from its pieces, which several cores read in any order.
#[derive(Debug)]
pub struct HashTree {
    piece: u64,
    length: u64,
    /// None: a piece is missing, the file must be read for its hash.
    leaves: Option<Vec<Leaf>>,
}

/// The hash of one piece of a file: of a part, or of all of it.
#[derive(Clone, Copy, Debug)]
enum Leaf {
    Part(blake3::hazmat::ChainingValue),
    Whole(blake3::Hash),
}

/// The hash of a piece, as [`HashTree::leaf`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct PieceHash(Option<Leaf>);

impl HashTree {
    /// For pieces of this many bytes of a file of this length: where that is no power of two of at least 1,024, there is no hash of pieces.
    pub fn new(piece: u64, length: u64) -> HashTree {
        HashTree { piece, length, leaves: (piece.is_power_of_two() && piece >= 1024).then(Vec::new) }
    }
    /// The hash of the piece at `offset`.
    pub fn leaf(&self, offset: u64, bytes: &[u8]) -> PieceHash {
        use blake3::hazmat::HasherExt;
        let whole = self.piece.min(self.length.saturating_sub(offset)) == bytes.len() as u64;
        if self.leaves.is_none() || bytes.is_empty() || !whole {
            return PieceHash(None);
        }
        PieceHash(Some(if self.length <= self.piece {
            Leaf::Whole(blake3::hash(bytes))
        } else {
            Leaf::Part(blake3::Hasher::new().set_input_offset(offset).update(bytes).finalize_non_root())
        }))
    }
    /// The next piece's hash.
    pub fn push(&mut self, leaf: PieceHash) {
        match (&mut self.leaves, leaf.0) {
            (Some(leaves), Some(leaf)) => leaves.push(leaf),
            (leaves, _) => *leaves = None,
        }
    }
    /// The hash of the file, if all pieces have theirs.
    pub fn root(&self) -> Option<blake3::Hash> {
        use blake3::hazmat::{Mode, merge_subtrees_root};
        match self.leaves.as_deref()? {
            [] => None,
            [Leaf::Whole(hash)] => Some(*hash),
            leaves => {
                let middle = leaves.len().next_power_of_two() / 2;
                Some(merge_subtrees_root(&HashTree::merge(&leaves[..middle])?, &HashTree::merge(&leaves[middle..])?, Mode::Hash))
            }
        }
    }
    fn merge(leaves: &[Leaf]) -> Option<blake3::hazmat::ChainingValue> {
        use blake3::hazmat::{Mode, merge_subtrees_non_root};
        match leaves {
            [] | [Leaf::Whole(_)] => None,
            [Leaf::Part(value)] => Some(*value),
            _ => {
                let middle = leaves.len().next_power_of_two() / 2;
                Some(merge_subtrees_non_root(&HashTree::merge(&leaves[..middle])?, &HashTree::merge(&leaves[middle..])?, Mode::Hash))
            }
        }
    }
}

/// A block of the decoded stream.
pub type Block = io::Result<Vec<u8>>;

/// Blocks of a stream, in order; used ones go back to be filled again.
#[derive(Debug)]
pub struct Blocks {
    /// The next block.
    pub receive: Receiver<Block>,
    /// Used ones.
    pub empty: Sender<Vec<u8>>,
}

/// What is known once a stream has been read to its end.
#[derive(Debug, Default)]
pub struct StreamFacts {
    /// BLAKE3 of the bytes as received.
    pub hash: String,
    /// Their number.
    pub bytes: u64,
}

impl Source {
    fn spool() -> Result<Source> {
        let mut spool = tempfile::NamedTempFile::new()?;
        io::copy(&mut io::stdin().lock(), &mut spool).map_err(|e| Error::Io(format!("standard input: {e}")))?;
        let mut magic = [0; 2];
        let mut file = spool.reopen()?;
        let gzip = file.read_exact(&mut magic).is_ok() && magic == [0x1f, 0x8b];
        Ok(Source { path: "-".to_owned(), file: spool.path().to_owned(), gzip, seekable: Default::default(), _spool: Some(spool) })
    }

    /// A file of its own, such as a list.
    pub fn file(path: &Path) -> Source {
        let gzip = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        Source { path: path.to_string_lossy().into_owned(), file: path.to_owned(), gzip, seekable: Default::default(), _spool: None }
    }

    /// Is the stream compressed, so that places in it cannot be sought?
    pub fn compressed(&self) -> bool {
        self.gzip
    }

    /// Size of the file as received.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |m| m.len())
    }

    /// The decoded stream.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = File::open(&self.file)?;
        Ok(if self.gzip { Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::with_capacity(1 << 18, file))) } else { Box::new(file) })
    }

    /// The first bytes of the decoded stream, at most `limit`.
    pub fn prefix(&self, limit: usize) -> io::Result<Vec<u8>> {
        let mut prefix = Vec::new();
        match self.open()?.take(limit as u64).read_to_end(&mut prefix) {
            Ok(_) => Ok(prefix),
            Err(_) if !prefix.is_empty() => Ok(prefix), // the reading proper will say where it breaks
            Err(e) => Err(e),
        }
    }

    /// The decoded stream as a file in which places can be sought: of a compressed source a temporary copy, made when it is first asked for.
    pub fn seekable(&self) -> io::Result<&File> {
        if let Some(file) = self.seekable.get() {
            return Ok(file);
        }
        let file = match self.plain()? {
            Some(file) => file,
            None => {
                let mut copy = tempfile::tempfile()?;
                let mut stream = self.open()?;
                let mut block = vec![0; 1 << 18];
                loop {
                    match stream.read(&mut block) {
                        Ok(0) | Err(_) => break, // a stream that breaks off was audited up to there
                        Ok(n) => io::Write::write_all(&mut copy, &block[..n])?,
                    }
                }
                copy
            }
        };
        Ok(self.seekable.get_or_init(|| file))
    }

    /// The file, where the stream is its bytes.
    pub fn plain(&self) -> io::Result<Option<File>> {
        if self.gzip { Ok(None) } else { File::open(&self.file).map(Some) }
    }

    /// Hash and size of the file as received.
    pub fn facts(&self) -> io::Result<StreamFacts> {
        let mut hasher = blake3::Hasher::new();
        let bytes = io::copy(&mut File::open(&self.file)?, &mut hasher)?;
        Ok(StreamFacts { hash: hasher.finalize().to_hex().to_string(), bytes })
    }

    /// Reads the stream on a thread of its own, block by block, a few blocks ahead.
    pub fn blocks(&self, size: usize) -> io::Result<Blocks> {
        let mut stream = self.open()?;
        let (send, receive) = sync_channel(1);
        let (empty, used) = std::sync::mpsc::channel::<Vec<u8>>();
        std::thread::spawn(move || {
            loop {
                // Memory that was used before need not be zeroed again by the system.
                let mut block = used.try_recv().unwrap_or_else(|_| Vec::with_capacity(size));
                block.clear();
                match stream.by_ref().take(size as u64).read_to_end(&mut block) {
                    Ok(0) => return,
                    Ok(_) => {
                        if send.send(Ok(block)).is_err() {
                            return;
                        }
                    }
                    Err(e) => {
                        if !block.is_empty() && send.send(Ok(block)).is_err() {
                            return;
                        }
                        let _ = send.send(Err(e));
                        return;
                    }
                }
            }
        });
        Ok(Blocks { receive, empty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_pieces_is_the_hash_of_the_file() {
        for length in [1_usize, 1023, 1024, 1025, 2048, 3000, 4096, 5000, 7168, 9000] {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect();
            for piece in [1024_usize, 2048, 4096] {
                let mut tree = HashTree::new(piece as u64, length as u64);
                for (i, part) in bytes.chunks(piece).enumerate() {
                    tree.push(tree.leaf((i * piece) as u64, part));
                }
                assert_eq!(tree.root(), Some(blake3::hash(&bytes)), "{length} bytes in pieces of {piece}");
            }
        }
        let mut tree = HashTree::new(1024, 3000);
        tree.push(tree.leaf(0, &[0; 1000]));
        assert_eq!(tree.root(), None, "a piece that is too short gives no hash");
    }
}
