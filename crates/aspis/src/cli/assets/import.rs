//! `aspis assets import`

use std::{io, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context;
use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock},
};
use aspis_market::{
    import::{self, ImportError, News, Plan, Report, Target},
    ingest::{Intake, Parts},
    prices::Board,
};
use aspis_store::{Durable, prices::Interval};
use aspis_store_sql::Sql;
use aspis_watch::security_log::SecurityLog;
use clap::Args;

use super::{
    super::{Cli, place, say, say_json},
    FAILED,
    input::Input,
    progress::Progress,
    server::Server,
};
use crate::{control::Imported, home::Home, serve::folder::Share, settings::Settings};

mod words;

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The file: CSV, plain or gzip; - reads standard input
    file: PathBuf,
    /// The asset of its rows, 1 to 12 letters and digits; it is added where it is not known
    #[arg(long, value_name = "NAME", value_parser = words::asset)]
    asset: String,
    /// Where its rows come from, such as `my_broker`
    #[arg(long, value_name = "NAME", value_parser = words::source)]
    source: String,
    /// How long its bars last: 1h or 1d
    #[arg(long, value_name = "LENGTH", default_value = "1d", value_parser = words::interval)]
    interval: Interval,
    /// What the prices are in (ISO 4217); USD for a new asset
    #[arg(long, value_name = "CODE", value_parser = words::currency)]
    currency: Option<String>,
    /// What a new asset is called for people
    #[arg(long, value_name = "TEXT", value_parser = words::title)]
    name: Option<String>,
    /// Judge the rows as a trusted source's: what looks wrong is held for a person
    #[arg(long)]
    hold: bool,
    /// Bring nothing in where a row is bad
    #[arg(long)]
    strict: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Some rows were refused.
const REFUSED: u8 = 1;

impl Import {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        self.judge(&settings)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (report, is_in) = runtime.block_on(self.work(&settings))?;
        if cli.json {
            say_json(&report)?;
        } else {
            say(&report)?;
        }
        if !is_in {
            eprintln!("aspis: {} is not brought in: a row is bad, and --strict is set", self.file.display());
            return Ok(ExitCode::from(FAILED));
        }
        Ok(if report.refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
    }

    /// What the flags say together with the settings.
    fn judge(&self, settings: &Settings) -> anyhow::Result<()> {
        let honey = settings.scraping.honey_assets.as_slice();
        anyhow::ensure!(
            !honey.iter().any(|name| name.eq_ignore_ascii_case(&self.asset)),
            "{} is one of scraping.honey_assets: take it off that list first",
            self.asset
        );
        let trusted = settings.market.trusted_sources.as_slice();
        anyhow::ensure!(
            !self.hold || trusted.contains(&self.source),
            "--hold judges a trusted source's rows, and {} is none of market.trusted_sources",
            self.source
        );
        Ok(())
    }

    /// Does it: what became of the file, and whether it was let in.
    async fn work(&self, settings: &Settings) -> anyhow::Result<(Report, bool)> {
        let clock = Arc::new(SystemClock::start());
        let input = Input::new(&self.file);
        let mut plan = self.plan(&input, clock.as_ref())?;
        let sql = self.database(settings).await?;
        let outcome = self.bring(settings, &clock, &input, &mut plan, sql.clone().map(Durable::of)).await;
        if let Some(sql) = sql {
            sql.close().await?;
        }
        outcome
    }

    async fn bring(
        &self,
        settings: &Settings,
        clock: &Arc<SystemClock>,
        input: &Input,
        plan: &mut Plan,
        store: Option<Durable>,
    ) -> anyhow::Result<(Report, bool)> {
        if self.strict || self.dry_run {
            let sight = Target::Sight(store.as_ref());
            let report = read(plan, sight, input, &mut |_| ()).await.with_context(|| input.name())?;
            let is_good = !self.strict || report.refused == 0;
            if self.dry_run || !is_good {
                return Ok((report, is_good));
            }
        }
        let store = store.context("there is no database")?;
        let mut server = Server::of(settings, &self.asset, clock);
        let mut told = |_| server.rows_came();
        let intake = if self.hold { Some(desk(settings, &store, clock).await?) } else { None };
        let target = intake.as_ref().map_or(Target::Store(&store), |intake| Target::Desk(&store, intake));
        let mut outcome = read(plan, target, input, &mut told).await;
        if matches!(outcome, Err(ImportError::Changed)) {
            plan.anew = true;
            outcome = read(plan, target, input, &mut told).await;
        }
        let report = outcome.with_context(|| input.name())?;
        server.import_is_done(self.imported(&report))?;
        Ok((report, true))
    }

    fn plan(&self, input: &Input, clock: &dyn Clock) -> anyhow::Result<Plan> {
        let goes = [self.asset.as_str(), &self.source, self.interval.word()];
        let name = input.hash(&goes).with_context(|| input.name())?;
        anyhow::ensure!(
            !self.strict || name.is_some(),
            "--strict reads the file twice, which {} does not allow",
            input.name()
        );
        Ok(Plan {
            asset: self.asset.clone(),
            currency: self.currency.clone(),
            title: self.name.clone(),
            interval: self.interval,
            source: self.source.clone(),
            name,
            anew: false,
            now: clock.now(),
        })
    }

    /// The database, with the shipped history under what is brought; none where nothing may be made yet.
    async fn database(&self, settings: &Settings) -> anyhow::Result<Option<Arc<Sql>>> {
        let data = settings.server.data.as_path();
        let database = Home::of(settings);
        if self.dry_run && !database.is_there() {
            return Ok(None);
        }
        if !data.exists() {
            crate::serve::folder::make(data)?;
        }
        let sql = if database.is_there() {
            place::database(&database).await?
        } else {
            let sql = Arc::new(database.open().await?);
            if let Some(file) = database.file() {
                Share::take(file)?.for_good();
            }
            sql
        };
        if !self.dry_run {
            crate::serve::prices::load(&Durable::of(Arc::clone(&sql))).await?;
        }
        Ok(Some(sql))
    }

    fn imported(&self, report: &Report) -> Imported {
        Imported {
            asset: self.asset.clone(),
            interval: self.interval.word().to_owned(),
            source: self.source.clone(),
            written: report.added + report.changed,
        }
    }
}

/// Reads the file, and says what there is to say meanwhile; `told` hears how many rows are done.
async fn read(
    plan: &Plan,
    target: Target<'_>,
    input: &Input,
    told: &mut dyn FnMut(u64),
) -> Result<Report, ImportError> {
    let mut progress = Progress::over(input, input.length()?);
    let mut from = input.open()?;
    let mut tell = |news: &News<'_>| {
        progress.tell(news);
        if let News::Done(rows) = news {
            told(*rows);
        }
    };
    let outcome = import::run(plan, target, &mut from, &mut tell).await;
    progress.end();
    outcome
}

/// The log that a server beside us writes, too.
pub(super) fn security_log(settings: &Settings, clock: &SystemClock) -> io::Result<SecurityLog> {
    let data = settings.server.data.as_path();
    crate::serve::folder::make(data)?;
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    SecurityLog::open(data, crate::serve::log::options(settings, &chance, clock.now()))
}

/// The desk at which live rows are judged, in this process.
async fn desk(settings: &Settings, store: &Durable, clock: &Arc<SystemClock>) -> anyhow::Result<Intake> {
    let board = Board::open(store, settings.market.memory_rows.get(), clock.now()).await?;
    let parts = Parts {
        store: store.clone(),
        board: Arc::new(board),
        clock: clock.clone(),
        chance: Arc::new(SystemChance),
        events: Arc::new(security_log(settings, clock)?),
    };
    Ok(Intake::open(parts, crate::app::intake::rules(settings)).await?)
}
