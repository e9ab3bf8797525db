//! A file on its way into the store.

use std::io::BufRead;

use aspis_core::hex;
use aspis_store::{
    Durable, Stored,
    imports::Import,
    prices::{Asset, Bar, Interval, Series, SeriesRole},
};

use super::{
    Fault, ImportError, News, Plan, Target,
    batch::{Batch, Outcome, ROWS},
    eye::Eye,
    made,
    report::Report,
    table::{Expected, Row, Table},
};
use crate::{
    ingest::{Intake, Sender},
    offered::{Offered, Taken},
};

/// The currency of an asset of which nothing else is said.
const CURRENCY: &str = "USD";

pub(super) struct Work<'a, 't> {
    plan: &'a Plan,
    into: Target<'a>,
    told: &'t mut dyn FnMut(&News<'_>),
    series: Series,
    eye: Eye,
    batch: Batch,
    report: Report,
    /// How far the file had come.
    came: Import,
    /// False while rows are read that are in already.
    is_new: bool,
}

impl<'a, 't> Work<'a, 't> {
    pub(super) async fn begin(
        plan: &'a Plan,
        into: Target<'a>,
        told: &'t mut dyn FnMut(&News<'_>),
    ) -> Result<Self, ImportError> {
        let dry_run = matches!(into, Target::Sight(_));
        agree(plan, into).await?;
        let came = came(plan, into).await?;
        let series = settle(plan, into).await?;
        Ok(Self {
            plan,
            into,
            told,
            series,
            eye: Eye::new(plan.interval),
            batch: Batch::default(),
            report: Report::new(plan, dry_run),
            is_new: came.line == 0,
            came,
        })
    }

    /// Takes every row.
    pub(super) async fn all(&mut self, input: &mut dyn BufRead) -> Result<(), ImportError> {
        let Plan { asset, interval, now, .. } = self.plan;
        let expected = Expected { asset: asset.clone(), interval: *interval, now: *now };
        let mut table = Table::open(input, expected)?;
        while let Some(row) = table.row()? {
            self.take(row)?;
            if self.batch.rows >= ROWS {
                self.write().await?;
            }
        }
        if !self.is_new {
            return Err(ImportError::Changed);
        }
        self.write().await
    }

    fn take(&mut self, row: Row) -> Result<(), ImportError> {
        let Row { line, chain, bar } = row;
        self.report.rows += 1;
        self.batch.rows += usize::from(self.is_new);
        self.batch.last = (line, chain);
        match bar {
            Ok(bar) => {
                let flags = self.eye.look(&bar);
                let bar = Bar { flags, ..bar };
                self.report.good(&bar, self.plan);
                if self.is_new {
                    self.batch.bars.push((line, bar));
                }
            }
            Err(fault) => self.refuse(&fault),
        }
        self.catch_up()
    }

    fn refuse(&mut self, fault: &Fault) {
        self.report.bad(fault);
        (self.told)(&News::Fault(fault));
    }

    /// Where the file had come so far, everything up to here has to be as it was.
    fn catch_up(&mut self) -> Result<(), ImportError> {
        let (line, chain) = self.batch.last;
        if self.is_new || line < self.came.line {
            return Ok(());
        }
        if line > self.came.line || hex::encode(&chain) != self.came.digest {
            return Err(ImportError::Changed);
        }
        self.is_new = true;
        self.report.resumed_at = Some(line);
        (self.report.added, self.report.changed) = (self.came.added, self.came.changed);
        (self.told)(&News::Resumed(line));
        Ok(())
    }

    async fn write(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        self.batch.last = batch.last;
        if batch.rows > 0 {
            match self.into {
                Target::Sight(store) => drop(self.compare(batch, store).await?),
                Target::Store(store) => self.keep(batch, store).await?,
                Target::Desk(_, intake) => self.offer(batch, intake).await?,
            }
        }
        (self.told)(&News::Done(self.report.rows));
        Ok(())
    }

    async fn compare(&mut self, batch: Batch, store: Option<&Durable>) -> Stored<Vec<Bar>> {
        let Outcome { news, added, changed } = batch.compare(store, &self.series).await?;
        self.report.added += added;
        self.report.differ(changed);
        Ok(news)
    }

    async fn keep(&mut self, batch: Batch, store: &Durable) -> Result<(), ImportError> {
        let (line, chain) = batch.last;
        let mut news = self.compare(batch, Some(store)).await?;
        let own = (*self.series.source != *self.plan.source).then(|| self.plan.source.as_str().into());
        for bar in &mut news {
            bar.source.clone_from(&own);
        }
        self.came = Import { line, digest: hex::encode(&chain), ..self.far() };
        store.imports.carry_on(&self.series, &news, self.remembered()).await?;
        Ok(())
    }

    /// How far it has come, where it can be gone on with.
    fn remembered(&self) -> Option<&Import> {
        self.plan.name.as_ref().map(|_| &self.came)
    }

    fn far(&self) -> Import {
        let Report { rows, added, changed, .. } = self.report;
        Import { rows, added, changed, ..self.came.clone() }
    }

    async fn offer(&mut self, batch: Batch, intake: &Intake) -> Result<(), ImportError> {
        let (asset, interval) = (&self.plan.asset, self.plan.interval);
        let offered = |(_, bar): &(u64, Bar)| {
            let bar = Bar { flags: 0, ..bar.clone() };
            Offered { asset: asset.clone(), interval, bar }
        };
        let rows = batch.bars.iter().map(offered).collect();
        let taken = intake.take(Sender { source: &self.plan.source, by: None }, rows).await?;
        for ((line, _), taken) in batch.bars.iter().zip(taken) {
            match taken {
                Taken::Accepted { .. } => self.report.added += 1,
                Taken::Known => {}
                Taken::Quarantined { .. } => self.report.held += 1,
                Taken::Refused { why, field } => {
                    self.refuse(&Fault { line: *line, column: field, why, cell: None });
                }
            }
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> Result<Report, ImportError> {
        if let (Target::Store(store), Some(_)) = (self.into, &self.plan.name) {
            let done = Import { finished: Some(self.plan.now), ..self.far() };
            store.imports.carry_on(&self.series, &[], Some(&done)).await?;
        }
        let Report { rows, added, changed, held, refused, .. } = self.report;
        self.report.unchanged = rows.saturating_sub(added + changed + held + refused);
        Ok(self.report)
    }
}

/// How far the file had come before, where it had not come to its end.
async fn came(plan: &Plan, into: Target<'_>) -> Stored<Import> {
    let name = plan.name.clone().unwrap_or_default();
    let fresh = Import {
        name: name.clone(),
        line: 0,
        digest: String::new(),
        rows: 0,
        added: 0,
        changed: 0,
        begun: plan.now,
        finished: None,
    };
    match (into, &plan.name) {
        (Target::Store(store), Some(name)) if !plan.anew => {
            let known = store.imports.import(name).await?;
            Ok(known.filter(|known| known.finished.is_none()).unwrap_or(fresh))
        }
        _ => Ok(fresh),
    }
}

/// The asset is priced in one currency; it is added where it is not known.
async fn agree(plan: &Plan, into: Target<'_>) -> Result<(), ImportError> {
    let given = plan.currency.clone();
    let new = Asset {
        id: plan.asset.clone(),
        currency: given.clone().unwrap_or_else(|| CURRENCY.to_owned()),
        name: plan.title.clone().unwrap_or_else(|| plan.asset.clone()),
        description: None,
    };
    let stored = match into {
        Target::Sight(None) => None,
        Target::Sight(Some(store)) => {
            store.prices.assets().await?.into_iter().find(|known| known.id == plan.asset)
        }
        Target::Store(store) | Target::Desk(store, _) => Some(store.imports.add_asset(&new).await?),
    };
    match (given, stored) {
        (Some(given), Some(stored)) if given != stored.currency => {
            Err(ImportError::Currency { asset: plan.asset.clone(), stored: stored.currency, given })
        }
        _ => Ok(()),
    }
}

/// The series that the rows go to: the asset's history as it is, or a new one over the days that were made of hours.
async fn settle(plan: &Plan, into: Target<'_>) -> Stored<Series> {
    let (asset, interval, source) = (plan.asset.clone(), plan.interval, plan.source.as_str().into());
    let fresh = Series { asset, interval, source, role: SeriesRole::History };
    let (Target::Sight(Some(store)) | Target::Store(store)) = into else { return Ok(fresh) };
    if let Some(known) = made::history(store, &plan.asset, interval).await? {
        return Ok(known);
    }
    if interval == Interval::Day
        && let Some((series, days)) = made::days(store, &plan.asset, plan.now).await?
    {
        if let Target::Store(store) = into {
            store.imports.carry_on(&series, &days, None).await?;
        }
        return Ok(series);
    }
    Ok(fresh)
}
