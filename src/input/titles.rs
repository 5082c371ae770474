//! Rows of a sheet or page on their way into a spool: what stands above the header is told and left out.

use super::spool::{SpoolWriter, Stop};

/// Rows that are looked at for the header.
const HEAD: usize = 20;

/// Writes the rows of a table, from its header on.
#[derive(Debug)]
pub struct Titled {
    /// Where they go.
    pub spool: SpoolWriter,
    held: Option<Vec<(u64, Vec<String>)>>,
    /// Rows that hold anything.
    pub rows: u64,
    /// Most cells of a row that hold anything.
    pub widest: usize,
}

impl Titled {
    /// For one table.
    pub fn new(spool: SpoolWriter) -> Titled {
        Titled { spool, held: Some(Vec::new()), rows: 0, widest: 0 }
    }

    /// Is it a table: two rows, and two cells in one of them?
    pub fn holds(&self) -> bool {
        self.rows >= 2 && self.widest >= 2
    }

    /// The next row.
    ///
    /// Errors: those of the spool.
    pub fn row(&mut self, line: u64, cells: Vec<String>) -> Result<(), Stop> {
        let filled = filled(&cells);
        if filled == 0 {
            return Ok(());
        }
        self.rows += 1;
        self.widest = self.widest.max(filled);
        match &mut self.held {
            Some(held) => {
                held.push((line, cells));
                if held.len() >= HEAD { self.flush() } else { Ok(()) }
            }
            None => self.spool.row(line, &cells),
        }
    }

    /// Writes what is held back, at the end of the table at the latest.
    ///
    /// Errors: those of the spool.
    pub fn flush(&mut self) -> Result<(), Stop> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let widest = held.iter().map(|r| filled(&r.1)).max().unwrap_or(0);
        let header = held.iter().position(|r| filled(&r.1) * 2 >= widest && filled(&r.1) >= widest.min(2)).unwrap_or(0);
        if header > 0 {
            let title = |cells: &[String]| cells.iter().filter(|c| !c.is_empty()).cloned().collect::<Vec<_>>().join(" ");
            let titles: Vec<String> = held[..header].iter().map(|r| title(&r.1)).collect();
            self.spool.note(format!("above the header, left out: {}", titles.join(" / ")));
        }
        held[header..].iter().try_for_each(|(line, cells)| self.spool.row(*line, cells))
    }
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|c| !c.trim().is_empty()).count()
}
