//! Compound files, in which old workbooks lie: what reading one would cost, before its reader, which believes all that the file says, asks for the memory.

const FREE_SECTORS: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;

/// Cells of a full sheet in an `.xls`.
const FULL_SHEET: u64 = 65_536 * 256;

/// Bytes of a cell in memory, at least.
const CELL: u64 = 24;

/// Why a workbook is not to be read, if so: chains of sectors in circles, or sheets that need more than `most` bytes of memory.
pub fn refuse(file: &[u8], most: u64) -> Option<String> {
    match streams(file) {
        Ok(streams) => streams.iter().find_map(|stream| cells(stream, most)),
        Err(Unusable::Circle) => Some("its sectors follow each other in circles".to_owned()),
        Err(Unusable::Damaged) => None, // the reader says it better
    }
}

#[derive(Debug)]
enum Unusable {
    Circle,
    Damaged,
}

struct Sectors<'a> {
    file: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl Sectors<'_> {
    fn get(&self, id: u32) -> Result<&[u8], Unusable> {
        let from = (id as usize + 1).checked_mul(self.size).filter(|f| *f < self.file.len()).ok_or(Unusable::Damaged)?;
        Ok(&self.file[from..self.file.len().min(from + self.size)])
    }

    fn count(&self) -> usize {
        self.file.len() / self.size
    }

    /// At most `length` bytes of a chain.
    fn chain(&self, mut id: u32, length: u64) -> Result<Vec<u8>, Unusable> {
        let mut bytes = Vec::new();
        let mut steps = 0;
        while id != END_OF_CHAIN {
            steps += 1;
            if steps > self.count() {
                return Err(Unusable::Circle);
            }
            bytes.extend_from_slice(self.get(id)?);
            if bytes.len() as u64 >= length {
                bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
                break;
            }
            id = *self.next.get(id as usize).ok_or(Unusable::Damaged)?;
        }
        Ok(bytes)
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b))
}

/// The streams that may be the workbook.
fn streams(file: &[u8]) -> Result<Vec<Vec<u8>>, Unusable> {
    let header = |at: usize| long(file, at).ok_or(Unusable::Damaged);
    let size = match short(file, 30) {
        Some(9) => 512,
        Some(12) => 4096,
        _ => return Err(Unusable::Damaged),
    };
    let mut sectors = Sectors { file, size, next: Vec::new() };
    let mut tables: Vec<u32> = longs(file.get(76..512).ok_or(Unusable::Damaged)?).collect();
    let mut more = header(68)?;
    while more < FREE_SECTORS {
        if tables.len() > sectors.count() + 2 * size {
            return Err(Unusable::Circle);
        }
        tables.extend(longs(sectors.get(more)?));
        more = tables.pop().ok_or(Unusable::Damaged)?;
    }
    for id in tables.into_iter().filter(|id| *id < FREE_SECTORS) {
        if sectors.next.len() > sectors.count() + size {
            return Err(Unusable::Circle);
        }
        let table: Vec<u32> = longs(sectors.get(id)?).collect();
        sectors.next.extend(table);
    }
    let folder = sectors.chain(header(48)?, u64::MAX)?;
    let entries = || folder.as_chunks::<128>().0.iter();
    let place = |entry: &[u8; 128]| {
        let high = if size == 512 { 0 } else { long(entry, 124).unwrap_or(0) };
        (long(entry, 116).unwrap_or(END_OF_CHAIN), u64::from(high) << 32 | u64::from(long(entry, 120).unwrap_or(0)))
    };
    let (mut small, mut small_next) = (Vec::new(), Vec::new());
    let small_tables = header(64)?;
    if small_tables > 0 {
        let (start, length) = entries().next().map(place).ok_or(Unusable::Damaged)?;
        small = sectors.chain(start, length)?;
        small_next = longs(&sectors.chain(header(60)?, u64::from(small_tables) * size as u64)?).collect();
    }
    let mut streams = Vec::new();
    for entry in entries() {
        let units: Vec<u16> = entry[..64].as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b)).take_while(|u| *u != 0).collect();
        let name = String::from_utf16_lossy(&units);
        if !name.eq_ignore_ascii_case("Workbook") && !name.eq_ignore_ascii_case("Book") {
            continue;
        }
        let (start, length) = place(entry);
        if length >= 4096 {
            streams.push(sectors.chain(start, length)?);
        } else {
            let mut stream = Vec::new();
            let mut id = start;
            while id != END_OF_CHAIN && (stream.len() as u64) < length {
                let from = id as usize * 64;
                let Some(piece) = small.get(from..small.len().min(from + 64)).filter(|p| !p.is_empty()) else { break };
                stream.extend_from_slice(piece);
                id = small_next.get(id as usize).copied().unwrap_or(END_OF_CHAIN);
            }
            stream.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            streams.push(stream);
        }
    }
    Ok(streams)
}

/// The records of a stream: their kind and body, without those that only go on.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (short(stream, 0)?, usize::from(short(stream, 2)?));
        let body = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some((kind, body))
    })
}

const END: u16 = 0x000A;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00BD;
const CELLS: [u16; 8] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, SEVERAL_NUMBERS];

/// Why the sheets of a workbook need too much memory, if they do: they are held as rectangles, however few cells there are.
fn cells(stream: &[u8], most: u64) -> Option<String> {
    let mut needed = 0_u64;
    let sheets = records(stream).take_while(|r| r.0 != END).filter(|r| r.0 == SHEET).filter_map(|r| long(r.1, 0));
    for begin in sheets {
        let (mut rows, mut columns) = ((u16::MAX, 0), (u16::MAX, 0));
        let mut depth = 0;
        for (kind, body) in records(stream.get(begin as usize..).unwrap_or_default()) {
            needed = needed.saturating_add(4 + body.len() as u64);
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                DIMENSIONS if depth <= 1 => {
                    let told = told(body);
                    if told > FULL_SHEET {
                        return Some(format!("a sheet is told to have {told} cells"));
                    }
                }
                kind if depth <= 1 && CELLS.contains(&kind) => {
                    let (Some(row), Some(column)) = (short(body, 0), short(body, 2)) else { continue };
                    let last = short(body, body.len() - 2).filter(|_| kind == SEVERAL_NUMBERS).unwrap_or(column);
                    rows = (rows.0.min(row), rows.1.max(row));
                    columns = (columns.0.min(column), columns.1.max(column).max(last));
                }
                _ => {}
            }
        }
        let side = |(first, last): (u16, u16)| u64::from(last.checked_sub(first).map_or(0, |n| u32::from(n) + 1));
        // Values, and formulas where there are some.
        needed = needed.saturating_add(2 * CELL * side(rows) * side(columns));
        if needed > most {
            return Some(format!("its sheets need more than {} of memory (--max-decoded)", super::unpack::size(most)));
        }
    }
    None
}

/// The cells of a sheet as its record of dimensions tells them, counted as the reader counts.
fn told(body: &[u8]) -> u64 {
    let shorts = |at: usize| u32::from(short(body, at).unwrap_or(0));
    let longs = |at: usize| long(body, at).unwrap_or(0);
    let ((first, end), (left, right)) = match body.len() {
        10 => ((shorts(0), shorts(2)), (shorts(4), shorts(6))),
        14 | 16 => ((longs(0), longs(4)), (shorts(8), shorts(10))),
        _ => return 0,
    };
    let left = if left > 0xFF || right < left { 0 } else { left };
    if end == 0 || right == 0 { 1 } else { u64::from(end.wrapping_sub(first)) * u64::from(right - left) }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// After the last sector.
    pub const END: u32 = END_OF_CHAIN;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &u16::try_from(body.len()).unwrap().to_le_bytes(), body].concat()
    }

    fn shorts(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
    }

    /// The stream of a workbook of one sheet: its told rows, and the places of its cells.
    pub fn stream(rows: u32, cells: &[(u16, u16)]) -> Vec<u8> {
        let begin = |kind: u16| record(BEGIN, &shorts(&[0x600, kind, 0, 0, 0, 0, 0, 0]));
        let name = |at: u32| record(SHEET, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
        let globals = |at: u32| [begin(5), name(at), record(super::END, &[])].concat();
        let mut out = globals(u32::try_from(globals(0).len()).unwrap());
        out.extend(begin(0x10));
        out.extend(record(DIMENSIONS, &[&0_u32.to_le_bytes()[..], &rows.to_le_bytes(), &shorts(&[0, 2, 0])].concat()));
        for (row, column) in cells {
            out.extend(record(0x0203, &[&shorts(&[*row, *column, 0])[..], &f64::from(*row).to_le_bytes()].concat()));
        }
        out.extend(record(super::END, &[]));
        out
    }

    /// A compound file with this workbook. `next` changes the sector after the last.
    pub fn compound(stream: &[u8], next: u32) -> Vec<u8> {
        let mut stream = stream.to_vec();
        stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
        let sectors = u32::try_from(stream.len() / 512).unwrap();
        let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        out.extend([0; 16]);
        out.extend(shorts(&[0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0]));
        for n in [0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, 0_u32] {
            out.extend(n.to_le_bytes());
        }
        out.resize(512, 0xFF);
        for n in 0..128_u32 {
            let after = match n {
                0 => 0xFFFF_FFFD,
                1 => next,
                n if n <= sectors => n + 1,
                n if n == sectors + 1 => END_OF_CHAIN,
                _ => u32::MAX,
            };
            out.extend(after.to_le_bytes());
        }
        for (name, kind, child, start, length) in [("Root Entry", 5, 1, END_OF_CHAIN, 0), ("Workbook", 2, u32::MAX, 2, sectors * 512)] {
            let begin = out.len();
            out.extend(shorts(&name.encode_utf16().collect::<Vec<_>>()));
            out.resize(begin + 64, 0);
            out.extend(shorts(&[u16::try_from(2 * name.len() + 2).unwrap()]));
            out.extend([kind, 1]);
            for n in [u32::MAX, u32::MAX, child] {
                out.extend(n.to_le_bytes());
            }
            out.resize(begin + 116, 0);
            out.extend(start.to_le_bytes());
            out.extend(u64::from(length).to_le_bytes());
        }
        out.resize(3 * 512, 0);
        out.extend(stream);
        out
    }

    #[test]
    fn workbooks_that_need_more_memory_than_is_given_are_refused() {
        let small = stream(3, &[(0, 0), (2, 1)]);
        assert_eq!(refuse(&compound(&small, END_OF_CHAIN), 1 << 20), None);
        let corners = stream(3, &[(0, 0), (65_535, 65_535)]);
        assert!(refuse(&compound(&corners, END_OF_CHAIN), 1 << 30).unwrap().contains("need more than 1GB"));
        let many = stream(u32::MAX, &[(0, 0)]);
        assert!(refuse(&compound(&many, END_OF_CHAIN), 1 << 30).unwrap().contains("8589934590 cells"));
    }

    #[test]
    fn sectors_in_circles_are_refused() {
        assert_eq!(refuse(&compound(&[], 1), 1 << 20).unwrap(), "its sectors follow each other in circles");
        for length in [0, 8, 76, 511, 512, 600, 1024, 1600] {
            assert_eq!(refuse(&compound(&[], END_OF_CHAIN)[..length], 1 << 20), None, "{length}");
        }
    }
}
