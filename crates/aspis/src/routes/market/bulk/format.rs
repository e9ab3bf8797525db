//! The three forms of an export.

use std::fmt::Write;

use serde::Serialize;
use utoipa::ToSchema;

use super::cell::cell;
use crate::{openapi::words, routes::market::Row};

/// How the rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180, one row a line.
    Csv,
    /// One JSON document.
    Json,
}

/// The words of `format`; the first is the default.
pub(super) const WORDS: &[(&str, Format)] =
    &[("ndjson", Format::Ndjson), ("csv", Format::Csv), ("json", Format::Json)];

/// One bar of an export.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportRow<'a> {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: &'a str,
    /// The length of a bar.
    #[schema(schema_with = words::interval)]
    interval: &'static str,
    #[serde(flatten)]
    row: &'a Row<'a>,
}

impl Format {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// A fixed name: nothing a caller sends is in it.
    pub(super) const fn disposition(self) -> &'static str {
        match self {
            Self::Ndjson => "attachment; filename=\"prices.ndjson\"",
            Self::Csv => "attachment; filename=\"prices.csv\"",
            Self::Json => "attachment; filename=\"prices.json\"",
        }
    }

    pub(super) const fn head(self) -> &'static [u8] {
        match self {
            Self::Ndjson => b"",
            Self::Csv => b"asset_id,interval,timestamp,open,high,low,close,volume,source\r\n",
            Self::Json => b"{\"rows\":[",
        }
    }

    /// What ends a file: without it, one was cut on its way.
    pub(super) fn tail(self, signature: &str) -> String {
        match self {
            Self::Json => format!("],\"_signature\":\"{signature}\"}}"),
            Self::Ndjson => format!("{{\"_signature\":\"{signature}\"}}\n"),
            Self::Csv => format!("# _signature,{signature}\r\n"),
        }
    }

    pub(super) fn row(self, out: &mut String, asset_id: &str, row: &Row<'_>, first: bool) {
        if self == Self::Csv {
            return csv(out, asset_id, row);
        }
        if self == Self::Json && !first {
            out.push(',');
        }
        let line = serde_json::to_string(&ExportRow { asset_id, interval: "1d", row }).unwrap_or_default();
        out.push_str(&line);
        if self == Self::Ndjson {
            out.push('\n');
        }
    }
}

/// Names are written as cells, the rest are numbers and moments.
fn csv(out: &mut String, asset_id: &str, row: &Row<'_>) {
    let price = |price: &Option<crate::routes::words::Decimal>| {
        price.as_ref().map(|price| price.0.to_string()).unwrap_or_default()
    };
    let (timestamp, close) = (row.timestamp.0, row.close.0);
    let (open, high, low) = (price(&row.open), price(&row.high), price(&row.low));
    let volume = row.volume.map(|volume| volume.0.to_string()).unwrap_or_default();
    let (asset_id, source) = (cell(asset_id), cell(row.source));
    // Writing to a string cannot fail.
    let _ = write!(out, "{asset_id},1d,{timestamp},{open},{high},{low},{close},{volume},{source}\r\n");
}
