//! One input as a stream of UTF-8 text or bytes: the file as received, behind its packing, its encoding, or the table made of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::spool::Spool;
use super::text::{Encoding, Transcoder};
use super::unpack::{self, Layer, Limits, Magic};
use crate::error::{Error, Result};

pub use super::paths::Inputs;

/// A file as received.
#[derive(Debug)]
pub struct Received {
    path: PathBuf,
    /// Length and time of the last change when it was found.
    stamp: Option<(u64, Option<SystemTime>)>,
    facts: OnceLock<StreamFacts>,
    /// Standard input, kept for reading evidence again.
    _spool: Option<tempfile::NamedTempFile>,
}

fn stamp(path: &Path) -> Option<(u64, Option<SystemTime>)> {
    std::fs::metadata(path).ok().map(|m| (m.len(), m.modified().ok()))
}

impl Received {
    /// A file on disk.
    ///
    /// Errors: it cannot be opened.
    pub fn file(path: &Path) -> io::Result<Received> {
        File::open(path)?;
        Ok(Received { path: path.to_owned(), stamp: stamp(path), facts: OnceLock::new(), _spool: None })
    }

    /// Standard input, written to a temporary file.
    pub fn standard_input() -> Result<Received> {
        let mut spool = crate::temporary::named()?;
        io::copy(&mut io::stdin().lock(), &mut spool).map_err(|e| Error::Io(format!("standard input: {e}")))?;
        let path = spool.path().to_owned();
        Ok(Received { stamp: stamp(&path), path, facts: OnceLock::new(), _spool: Some(spool) })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// One input.
#[derive(Debug)]
pub struct Source {
    /// As named on the command line or found in a folder; `-` for standard input; `archive.zip/member` in archives.
    pub path: String,
    received: Arc<Received>,
    layers: Vec<Layer>,
    limits: Limits,
    encoding: Option<Encoding>,
    table: Option<Spool>,
    /// The decoded stream on disk, once single records of it were asked for.
    decoded: OnceLock<File>,
    /// What is known of a member of an archive.
    member: OnceLock<StreamFacts>,
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
#[derive(Clone, Debug, Default)]
pub struct StreamFacts {
    /// BLAKE3 of the bytes as received.
    pub hash: String,
    /// Their number.
    pub bytes: u64,
}

impl StreamFacts {
    fn of(mut stream: impl Read) -> io::Result<StreamFacts> {
        let mut hasher = blake3::Hasher::new();
        let bytes = io::copy(&mut stream, &mut hasher)?;
        Ok(StreamFacts { hash: hasher.finalize().to_hex().to_string(), bytes })
    }
}

/// A file is packed at most so many times.
const MOST_LAYERS: usize = 3;

impl Source {
    /// A file of its own, such as a list.
    pub fn file(path: &Path) -> Source {
        let received = Received { path: path.to_owned(), stamp: stamp(path), facts: OnceLock::new(), _spool: None };
        let mut source = Source::new(path.to_string_lossy().into_owned(), Arc::new(received), Vec::new(), Limits::default());
        // What cannot be unpacked is no list, and the reading says so.
        let _ = source.unpack();
        source
    }

    /// A source behind these layers.
    pub fn new(path: String, received: Arc<Received>, layers: Vec<Layer>, limits: Limits) -> Source {
        Source { path, received, layers, limits, encoding: None, table: None, decoded: OnceLock::new(), member: OnceLock::new() }
    }

    /// Adds the layers that the bytes have by their first ones.
    ///
    /// Errors: a sentence, where they have one that is not read.
    pub fn unpack(&mut self) -> std::result::Result<(), String> {
        loop {
            let layer = match self.head(8).map(|head| unpack::magic(&head)) {
                Ok(Magic::Gzip) => Layer::Gzip,
                Ok(Magic::Zstd) => Layer::Zstd,
                Ok(Magic::Other(name)) => return Err(format!("packed by {name}, which is not read: unpack it first (.gz, .zst and .zip are read)")),
                // What breaks off at once will say so when it is read.
                Ok(Magic::Zip | Magic::None) | Err(_) => return Ok(()),
            };
            if self.layers.len() >= MOST_LAYERS {
                return Err(format!("packed more than {MOST_LAYERS} times: unpack it first"));
            }
            self.layers.push(layer);
        }
    }

    /// What tells it from every other source.
    pub fn identity(&self) -> (PathBuf, String) {
        let file = self.received.path.canonicalize().unwrap_or_else(|_| self.received.path.clone());
        let member = matches!(self.layers.first(), Some(Layer::Member(_)));
        (file, if member { self.path.clone() } else { String::new() })
    }

    /// How it is packed, innermost first: `gzip in zip`; empty where it is not.
    pub fn packing(&self) -> String {
        let names = self.layers.iter().rev().map(|l| match l {
            Layer::Gzip => "gzip",
            Layer::Zstd => "zstd",
            Layer::Member(_) => "zip",
        });
        names.collect::<Vec<_>>().join(" in ")
    }

    /// Limits on what it may unpack to.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// From here on the stream is turned from this encoding into UTF-8.
    pub fn transcode(&mut self, encoding: Encoding) {
        self.encoding = encoding.transcoded().then_some(encoding);
    }

    /// From here on the stream is this table.
    pub fn replace(&mut self, table: Spool) {
        self.table = Some(table);
    }

    /// The table that was made of it.
    pub fn table(&self) -> Option<&Spool> {
        self.table.as_ref()
    }

    /// Is the stream packed or transcoded, so that places in it cannot be sought?
    pub fn compressed(&self) -> bool {
        self.table.is_none() && (!self.layers.is_empty() || self.encoding.is_some())
    }

    /// Size of the file as received; of a member of an archive, that of the file in it.
    pub fn size(&self) -> u64 {
        if let Some(Layer::Member(member)) = self.layers.first() {
            return member.size;
        }
        std::fs::metadata(&self.received.path).map_or(0, |m| m.len())
    }

    /// Was the file changed since it was found?
    pub fn changed(&self) -> bool {
        stamp(&self.received.path) != self.received.stamp
    }

    /// The unpacked bytes, whatever they are.
    pub fn unpacked(&self) -> io::Result<Box<dyn Read + Send>> {
        unpack::open(&self.received.path, &self.layers, self.limits)
    }

    /// The unpacked bytes as a file in which one can seek: itself, or a temporary copy.
    pub fn original(&self) -> io::Result<File> {
        if self.layers.is_empty() {
            return File::open(&self.received.path);
        }
        let mut file = crate::temporary::unnamed()?;
        io::copy(&mut self.unpacked()?, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// The decoded stream: UTF-8 text (or ISO 8859-1), or the table that was made of it.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if let Some(table) = &self.table {
            return Ok(Box::new(table.open()?));
        }
        let bytes = self.unpacked()?;
        Ok(match self.encoding {
            Some(encoding) => Box::new(Transcoder::new(bytes, encoding, Arc::new(AtomicBool::new(false)))),
            None => bytes,
        })
    }

    /// The first unpacked bytes, at most `limit`.
    pub fn head(&self, limit: usize) -> io::Result<Vec<u8>> {
        first(self.unpacked()?, limit)
    }

    /// The first bytes of the decoded stream, at most `limit`.
    pub fn prefix(&self, limit: usize) -> io::Result<Vec<u8>> {
        first(self.open()?, limit)
    }

    /// The decoded stream as a file in which places can be sought: of a packed or transcoded source a temporary copy, made when it is first
    /// asked for.
    pub fn seekable(&self) -> io::Result<&File> {
        if let Some(file) = self.decoded.get() {
            return Ok(file);
        }
        let file = match self.plain()? {
            Some((file, _)) => file,
            None => {
                let mut copy = crate::temporary::unnamed()?;
                let mut stream = self.open()?;
                let mut block = vec![0; 1 << 18];
                loop {
                    match stream.read(&mut block) {
                        Ok(0) | Err(_) => break, // a stream that breaks off was audited up to there
                        Ok(n) => copy.write_all(&block[..n])?,
                    }
                }
                copy
            }
        };
        Ok(self.decoded.get_or_init(|| file))
    }

    /// The file whose bytes the stream is, and their number; None where the stream is packed or transcoded.
    pub fn plain(&self) -> io::Result<Option<(File, u64)>> {
        let file = match (&self.table, self.compressed()) {
            (Some(table), _) => table.open()?,
            (None, false) => File::open(&self.received.path)?,
            (None, true) => return Ok(None),
        };
        let length = file.metadata()?.len();
        Ok(Some((file, length)))
    }

    /// Hash and size of the file as received; of a member of an archive, those of the file in it, which is what one has after unpacking.
    pub fn facts(&self) -> io::Result<StreamFacts> {
        if let Some(Layer::Member(_)) = self.layers.first() {
            if let Some(known) = self.member.get() {
                return Ok(known.clone());
            }
            let facts = StreamFacts::of(unpack::open(&self.received.path, &self.layers[..1], self.limits)?)?;
            return Ok(self.member.get_or_init(|| facts).clone());
        }
        self.received()
    }

    /// Hash and size of the file as received, an archive among them.
    pub fn received(&self) -> io::Result<StreamFacts> {
        if let Some(known) = self.received.facts.get() {
            return Ok(known.clone());
        }
        let facts = StreamFacts::of(File::open(&self.received.path)?)?;
        Ok(self.received.facts.get_or_init(|| facts).clone())
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

fn first(stream: Box<dyn Read + Send>, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match stream.take(limit as u64).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) if !bytes.is_empty() => Ok(bytes), // the reading proper will say where it breaks
        Err(e) => Err(e),
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
