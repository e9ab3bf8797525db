//! `GET /api/v1/bulk/prices`

use std::{collections::VecDeque, sync::Arc};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind, Source},
    principal::Principal,
    refusal::{Code, Refusal, Rule},
};
use aspis_market::prices::{Listed, Recent};
use aspis_store::prices::{Bar, Interval, Span};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http::{
    HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

use super::Row;
use crate::{
    app::{App, exports, marks},
    extract::{Answer, Ctx, ReadPrices, Scoped},
    openapi::{Doc, json},
};

mod cell;
mod format;
mod weight;

use format::Format;

pub(crate) const DOC: Doc = Doc::new("bulk_prices", "market", "The daily history of all assets, streamed")
    .streams(&["application/x-ndjson", "text/csv", "application/json"], json::<format::ExportRow<'_>>)
    .refuses(&[Code::InvalidAsset, Code::UnknownAsset, Code::InvalidQuery, Code::ServerBusy]);

/// The words of `format`; the first is the default.
pub(crate) fn format_words() -> Vec<&'static str> {
    format::WORDS.iter().map(|(word, _)| *word).collect()
}

/// Bars of one piece of the stream.
const PIECE: u64 = 1000;

/// What is still to be sent.
struct Export {
    /// Given back with the last byte, or with the connection.
    running: exports::Export,
    app: Arc<App>,
    /// Who asked for it, and in which request.
    principal: Principal,
    source: Source,
    /// What the account has been given so far.
    copy: marks::Copy,
    format: Format,
    assets: VecDeque<Arc<Listed>>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    /// The start of the last bar sent of the asset in front.
    before: Option<Timestamp>,
    stage: Stage,
    first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Rows,
    Done,
}

pub(crate) async fn bulk(acting: Scoped<ReadPrices>, ctx: Ctx) -> Answer {
    let format = ctx.query.word("format", format::WORDS)?;
    let (from, to) = (ctx.query.moment("from")?, ctx.query.moment("to")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Refusal::field(Code::InvalidQuery, "from", "after_to", "must not be after `to`").into());
    }
    let assets = match ctx.query.text("asset") {
        Some(name) => VecDeque::from([ctx.app.board.find(name)?]),
        None => ctx.app.board.all().values().cloned().collect(),
    };
    let running = ctx.app.exports.begin(acting.account, ctx.app.clock.uptime())?;
    let stage = Stage::Head;
    let export = Export {
        running,
        copy: ctx.app.marks.copy_for(acting.account),
        principal: ctx.passage.principal,
        source: ctx.source(),
        app: ctx.app,
        format,
        assets,
        from,
        to,
        before: None,
        stage,
        first: true,
    };
    Ok(answer(export))
}

fn answer(export: Export) -> Response {
    let (format, weight) = (export.format, export.weight());
    let mut response = Body::from_stream(pieces(export)).into_response();
    response.extensions_mut().insert(weight);
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    fields.insert(CONTENT_DISPOSITION, HeaderValue::from_static(format.disposition()));
    response
}

/// One piece after the other, each read when the one before it has gone out: memory holds one at a time.
fn pieces(export: Export) -> impl Stream<Item = Result<Bytes, ExportError>> {
    stream::try_unfold(export, |mut export| async move {
        match export.stage {
            Stage::Done => Ok(None),
            Stage::Head => {
                export.stage = Stage::Rows;
                export.running.start(export.app.clock.uptime());
                let head = Bytes::from_static(export.format.head());
                Ok(Some((head, export)))
            }
            Stage::Rows => {
                let asked = export.app.clock.uptime();
                let piece = export.next_piece().await?;
                export.running.took(piece.len(), export.app.clock.uptime().saturating_sub(asked));
                Ok(Some((piece, export)))
            }
        }
    })
}

/// The store failed in the middle, another export needed the place, or what it was asked for with has ended: the stream is
/// cut, so that half a file is never taken for a whole one.
#[derive(Debug, thiserror::Error)]
#[error("the export was cut short")]
struct ExportError;

impl Export {
    /// The next bars of the asset in front, or the end.
    async fn next_piece(&mut self) -> Result<Bytes, ExportError> {
        if self.running.is_over() {
            let rule = Rule::named("admission.exports");
            return Err(self.cut(Some(rule)));
        }
        if self.has_lost_its_right() {
            return Err(self.cut(None));
        }
        while let Some(listed) = self.assets.front().cloned() {
            let mut bars = self.read(&listed).await?;
            let last = bars.last().map(|bar| bar.start);
            if (bars.len() as u64) < PIECE {
                self.assets.pop_front();
                self.before = None;
            } else {
                self.before = last;
            }
            if !bars.is_empty() {
                return Ok(self.write(&listed, &mut bars));
            }
        }
        self.stage = Stage::Done;
        let signature = self.copy.sign(&self.app.marks, self.app.clock.now());
        Ok(Bytes::from(self.format.tail(&signature)))
    }

    /// Its caller sees no more than that it ends too early: the operator can say why.
    fn cut(&self, rule: Option<Rule>) -> ExportError {
        let key = match self.principal {
            Principal::Key(keyed) => Some(keyed.key),
            Principal::Nobody | Principal::Account(_) => None,
        };
        self.app.events.record(Event {
            client: self.source.client,
            request: self.source.request,
            account: self.principal.account(),
            key,
            route: "GET /api/v1/bulk/prices".into(),
            rule,
            ..Event::of_server(Kind::ExportCut, self.app.clock.now())
        });
        ExportError
    }

    /// True where the sign-in or the key was ended meanwhile: whoever stole it gets no more of it.
    fn has_lost_its_right(&self) -> bool {
        match self.principal {
            Principal::Nobody => true,
            Principal::Account(who) => self.app.people.has_ended(who.family),
            Principal::Key(keyed) => self.app.keys.has_ended(keyed.key, self.app.clock.now()),
        }
    }

    async fn read(&self, listed: &Listed) -> Result<Vec<Bar>, ExportError> {
        let Some(recent) = listed.of(Interval::Day) else { return Ok(Vec::new()) };
        let before = [self.before, self.to].into_iter().flatten().min();
        let span = Span { from: self.from, before, offset: 0, limit: PIECE };
        self.app.history.read(recent, span).await.map_err(|_| ExportError)
    }

    fn write(&mut self, listed: &Listed, bars: &mut [Bar]) -> Bytes {
        let Some(Recent { series, .. }) = listed.of(Interval::Day) else { return Bytes::new() };
        self.copy.take(&self.app.marks, series, bars);
        let mut text = String::with_capacity(bars.len() * 180);
        for bar in bars {
            self.format.row(&mut text, &listed.asset.id, &Row::of(bar, &series.source), self.first);
            self.first = false;
        }
        Bytes::from(text)
    }
}
