//! Rows of a table: a header, and a line a row.

use std::io::BufRead;

use super::{
    Each, LeakedError, Piece,
    cell::Comma,
    column::{Cells, Column},
};

/// Bytes of the header line, at most.
const HEADER: usize = 64 * 1024;
/// What comments may say.
const SIGNATURE: &str = "_signature";

/// What stands in which column.
struct Plan {
    delimiter: u8,
    columns: Vec<Option<Column>>,
}

pub(super) fn read(mut input: impl BufRead, each: Each<'_>) -> Result<(), LeakedError> {
    let plan = plan(&mut input, each)?;
    let comma = if plan.delimiter == b';' { Comma::Decimal } else { Comma::Thousands };
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(plan.delimiter)
        .from_reader(input);
    let mut record = csv::ByteRecord::new();
    while rows.read_byte_record(&mut record)? {
        plan.piece(&record, comma).into_iter().for_each(&mut *each);
        if record.as_slice().iter().any(|byte| ends_line(*byte)) {
            plan.swallowed(&record, comma, each);
        }
    }
    Ok(())
}

const fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Reads up to the header, and says what it means.
fn plan(input: &mut impl BufRead, each: Each<'_>) -> Result<Plan, LeakedError> {
    loop {
        let Some(line) = line(input)? else { return Err(LeakedError::Header) };
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.starts_with('#') || line.starts_with("sep=") {
            if let Some(value) = signature(line.split([',', ';', '\t'])) {
                each(Piece::Signature(value));
            }
        } else if !line.is_empty() {
            return Plan::of(line).ok_or(LeakedError::Header);
        }
    }
}

/// The next line, ended as any system ends it; none at the end of the file.
fn line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, LeakedError> {
    let mut line = Vec::new();
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Some(line).filter(|line| !line.is_empty()));
        }
        let found = buffer.iter().position(|byte| ends_line(*byte));
        let taken = found.unwrap_or(buffer.len());
        line.extend_from_slice(&buffer[..taken]);
        input.consume(taken + usize::from(found.is_some()));
        if line.len() > HEADER {
            return Err(LeakedError::Long);
        }
        if found.is_some() {
            return Ok(Some(line));
        }
    }
}

/// The value beside the word, wherever the columns were put.
fn signature<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    cells.clone().find(|cell| cell.contains(SIGNATURE))?;
    let bare = |cell: &'a str| cell.trim_matches(|c: char| c.is_whitespace() || c == '"');
    cells.map(bare).find(|cell| cell.starts_with("v1.")).map(str::to_owned)
}

impl Plan {
    fn of(header: &str) -> Option<Self> {
        let count = |mark: &u8| header.bytes().filter(|byte| byte == mark).count();
        let delimiter = *[b',', b';', b'\t'].iter().rev().max_by_key(|mark| count(mark))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(header.as_bytes());
        let names = reader.records().next()?.ok()?;
        let mut columns: Vec<_> = names.iter().map(Column::named).collect();
        let holds = |columns: &[Option<Column>], column| columns.contains(&Some(column));
        // Some programs write the index first, without a name.
        if !holds(&columns, Column::Time) && names.get(0) == Some("") {
            columns[0] = Some(Column::Time);
        }
        let amount = holds(&columns, Column::Close) || holds(&columns, Column::Volume);
        (holds(&columns, Column::Time) && amount).then_some(Self { delimiter, columns })
    }

    /// What a line says; nothing where it is empty, a comment, or the header once more.
    fn piece(&self, record: &csv::ByteRecord, comma: Comma) -> Option<Piece> {
        let cells: Vec<_> = record.iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii())).collect();
        if cells.iter().any(|cell| cell.contains(SIGNATURE)) {
            let value = signature(cells.iter().map(|cell| &**cell));
            return Some(value.map_or(Piece::Unreadable, Piece::Signature));
        }
        if cells.iter().all(|cell| cell.is_empty()) || cells[0].starts_with('#') {
            return None;
        }
        let columns: Vec<_> = cells.iter().map(|cell| Column::named(cell)).collect();
        if columns.contains(&Some(Column::Time)) && columns == self.columns {
            return None;
        }
        let mut row = Cells::default();
        for (cell, column) in cells.iter().zip(&self.columns) {
            if let Some(column) = column {
                row.put(*column, cell);
            }
        }
        Some(row.row(comma).map_or(Piece::Unreadable, Piece::Row))
    }

    /// A quote without an end swallows the lines after it, and they are rows all the same.
    fn swallowed(&self, record: &csv::ByteRecord, comma: Comma, each: Each<'_>) {
        let text = record.iter().collect::<Vec<_>>().join(&self.delimiter);
        for line in text.split(|byte| ends_line(*byte)).skip(1) {
            let cells: csv::ByteRecord = line.split(|byte| *byte == self.delimiter).collect();
            self.piece(&cells, comma).into_iter().for_each(&mut *each);
        }
    }
}
