//! One JSON object: a row, something around rows, or neither.

use super::{
    Found, Piece,
    cell::Comma,
    column::{Cells, Column},
};

/// What is known of an object that has begun.
#[derive(Debug, Default)]
pub(super) struct Object {
    name: String,
    own: Cells,
    signature: Option<String>,
    /// What the objects within it said.
    pub(super) inner: Vec<Piece>,
}

impl Object {
    /// The name of the value that comes next.
    pub(super) fn named(&mut self, name: String) {
        self.name = name;
    }

    /// A string or a number under the last name.
    pub(super) fn value(&mut self, text: &str) {
        if self.name == "_signature" {
            self.signature = Some(text.to_owned());
        } else if let Some(column) = Column::named(&self.name) {
            let moment = (column == Column::Time).then(|| counted(text)).flatten();
            self.own.put(column, moment.as_deref().unwrap_or(text));
        }
    }

    /// What it says, once it has ended.
    pub(super) fn whole(mut self) -> Vec<Piece> {
        let row = self.own.row(Comma::Thousands).map(Piece::Row);
        if !self.inner.iter().any(|piece| matches!(piece, Piece::Row(_))) {
            // It holds no rows: it is one, or there is nothing to it but a signature.
            self.inner = row.into_iter().collect();
        } else if row.is_some() {
            // A row around rows cannot be told from words about them.
            self.inner.push(Piece::Unreadable);
        }
        if self.inner.is_empty() && self.signature.is_none() {
            self.inner.push(Piece::Unreadable);
        }
        self.torn()
    }

    /// What stood whole in it. The rows that a signature covers come first, wherever it stood.
    pub(super) fn torn(self) -> Vec<Piece> {
        let rows = self.inner.into_iter().map(|piece| completed(piece, &self.own));
        rows.chain(self.signature.map(Piece::Signature)).collect()
    }
}

/// A number with an exponent as it is written without: the shortest that reads back as the same float.
fn counted(text: &str) -> Option<String> {
    if !text.contains(['e', 'E']) || !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then(|| format!("{value:?}"))
}

/// A row knows what the object around it says.
fn completed(piece: Piece, around: &Cells) -> Piece {
    let Piece::Row(row) = piece else { return piece };
    Piece::Row(Found {
        asset: row.asset.or_else(|| around.asset()),
        interval: row.interval.or_else(|| around.interval()),
        source: row.source.or_else(|| around.source()),
        ..row
    })
}
