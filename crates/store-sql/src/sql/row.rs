//! Rows of an answer, and what they are read as.

use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};

/// A row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    Lite(SqliteRow),
    Post(PgRow),
}

/// What a column can be read as, whichever database it comes from.
pub(crate) trait Column<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Column<'r> for T where T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{}

impl Row {
    /// A column, by its name.
    pub(crate) fn try_get<'r, T: Column<'r>>(&'r self, name: &str) -> sqlx::Result<T> {
        match self {
            Self::Lite(row) => row.try_get(name),
            Self::Post(row) => row.try_get(name),
        }
    }

    /// A column, by its place.
    pub(crate) fn at<'r, T: Column<'r>>(&'r self, place: usize) -> sqlx::Result<T> {
        match self {
            Self::Lite(row) => row.try_get(place),
            Self::Post(row) => row.try_get(place),
        }
    }
}

/// What a row can be read as.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> sqlx::Result<Self>;
}

macro_rules! tuples {
    ($(($($name:ident $place:literal)*))*) => {$(
        impl<$($name: for<'r> Column<'r>),*> FromRow for ($($name,)*) {
            fn from_row(row: &Row) -> sqlx::Result<Self> {
                Ok(($(row.at::<$name>($place)?,)*))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
}
