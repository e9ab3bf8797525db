//! Statements and rows, in the words that both databases share.
//!
//! A statement is one constant text with the values that go with it; which database it is for is known only to whoever
//! runs it ([`crate::db`]). Deliberately not here: building statements at run time, and types of one database alone.

use std::{future::Future, pin::Pin};

mod row;
mod value;

pub(crate) use row::{Column, FromRow, Row};
pub(crate) use value::Value;

/// A statement with its values.
#[derive(Debug, Clone)]
pub(crate) struct Statement<'q> {
    pub(crate) text: &'static str,
    /// Where a server has other words for it.
    pub(crate) there: Option<&'static str>,
    pub(crate) values: Vec<Value<'q>>,
}

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// How many rows were touched.
    Count,
    /// The first row.
    First,
    /// All rows.
    All,
}

/// What a statement came to.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    pub(crate) touched: u64,
}

impl Answer {
    /// How many rows were written or deleted.
    pub(crate) const fn rows_affected(&self) -> u64 {
        self.touched
    }
}

/// An answer that is on its way.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = sqlx::Result<Answer>> + Send + 'a>>;

/// Who runs statements: a pool of connections, or a transaction.
pub(crate) trait Executor<'c>: Send {
    /// Runs one.
    fn run<'a>(self, statement: Statement<'a>, want: Want) -> Answering<'a>
    where
        'c: 'a;
}

/// A statement, whose rows are read as they are.
pub(crate) fn query<'q>(text: &'static str) -> Statement<'q> {
    Statement { text, there: None, values: Vec::new() }
}

/// A statement each row of which is a `T`.
pub(crate) fn query_as<'q, T: FromRow>(text: &'static str) -> Typed<'q, T> {
    Typed { statement: query(text), read: T::from_row }
}

/// A statement the first column of which is a `T`.
pub(crate) fn query_scalar<'q, T: for<'r> Column<'r>>(text: &'static str) -> Typed<'q, T> {
    Typed { statement: query(text), read: |row| row.at(0) }
}

impl<'q> Statement<'q> {
    /// What a server has to be told instead.
    pub(crate) fn on_a_server(mut self, text: &'static str) -> Self {
        self.there = Some(text);
        self
    }

    /// The next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it for what it does.
    pub(crate) async fn execute<'c>(self, on: impl Executor<'c>) -> sqlx::Result<Answer> {
        on.run(self, Want::Count).await
    }

    pub(crate) async fn fetch_all<'c>(self, on: impl Executor<'c>) -> sqlx::Result<Vec<Row>> {
        Ok(on.run(self, Want::All).await?.rows)
    }

    pub(crate) async fn fetch_optional<'c>(self, on: impl Executor<'c>) -> sqlx::Result<Option<Row>> {
        Ok(on.run(self, Want::First).await?.rows.pop())
    }
}

/// A statement whose rows are read as something.
#[derive(Debug)]
pub(crate) struct Typed<'q, T> {
    statement: Statement<'q>,
    read: fn(&Row) -> sqlx::Result<T>,
}

impl<'q, T> Typed<'q, T> {
    /// The words of a server, for the few things that no words of both say.
    pub(crate) fn on_a_server(mut self, text: &'static str) -> Self {
        self.statement = self.statement.on_a_server(text);
        self
    }

    /// The next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.statement.values.push(value.into());
        self
    }

    pub(crate) async fn fetch_all<'c>(self, on: impl Executor<'c>) -> sqlx::Result<Vec<T>> {
        self.statement.fetch_all(on).await?.iter().map(self.read).collect()
    }

    pub(crate) async fn fetch_optional<'c>(self, on: impl Executor<'c>) -> sqlx::Result<Option<T>> {
        self.statement.fetch_optional(on).await?.as_ref().map(self.read).transpose()
    }

    /// The one row that there always is.
    pub(crate) async fn fetch_one<'c>(self, on: impl Executor<'c>) -> sqlx::Result<T> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}
