use std::time::Duration;

use aspis_core::{
    alert::{Bars, Severity, Subject, Totals},
    chance::SeededChance,
    client::Client,
    clock::{ManualClock, Timestamp},
    refusal::Code,
};
use aspis_store::{alerts::AlertRow, memory::Memory};

use super::*;

mod together;

/// What was told, and what was recorded.
#[derive(Default)]
struct Ears {
    alerts: Mutex<Vec<Alert>>,
    events: Mutex<Vec<Event>>,
}

impl Hears for Ears {
    fn alert(&self, alert: &Alert) {
        self.alerts.lock().expect("whole").push(alert.clone());
    }
}

impl Sink for Ears {
    fn record(&self, event: Event) {
        self.events.lock().expect("whole").push(event);
    }
}

impl Ears {
    fn told(&self) -> Vec<(&'static str, Severity, Turn)> {
        let alerts = self.alerts.lock().expect("whole");
        alerts.iter().map(|alert| (alert.rule, alert.severity, alert.turn)).collect()
    }
}

struct House {
    store: Arc<Memory>,
    clock: Arc<ManualClock>,
    ears: Arc<Ears>,
    inbox: Arc<Inbox>,
    engine: Arc<Engine>,
}

impl House {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000_000)));
        Self::over(Arc::new(Memory::default()), clock).await
    }

    async fn over(store: Arc<Memory>, clock: Arc<ManualClock>) -> Self {
        Self::among(store, clock, None, 3).await
    }

    /// One of several nodes.
    async fn among(
        store: Arc<Memory>,
        clock: Arc<ManualClock>,
        sums: Option<Arc<dyn Sums>>,
        seed: u64,
    ) -> Self {
        let ears = Arc::new(Ears::default());
        let (inbox, line) = line(clock.clone(), vec!["POST /api/v1/auth/login".to_owned()]);
        let parts = Parts {
            store: store.clone(),
            sums,
            clock: clock.clone(),
            chance: Arc::new(SeededChance::new(seed)),
            events: ears.clone(),
            settings: settings(),
            keep: Duration::from_secs(86_400),
        };
        let engine = Engine::open(line, parts).await.expect("open");
        engine.tell(ears.clone());
        Self { store, clock, ears, inbox, engine }
    }

    /// The same house after a restart.
    async fn again(self) -> Self {
        Self::over(self.store, self.clock).await
    }

    fn refused(&self, code: Code, times: usize) {
        let client = Some(Client::V4([192, 0, 2, 1].into()));
        for _ in 0..times {
            let event = Event::of_server(Kind::Refused(code), self.clock.now());
            self.inbox.record(Event { client, ..event });
        }
    }

    async fn rows(&self) -> Vec<AlertRow> {
        self.engine.keep().await.expect("kept");
        self.store.alerts(&AlertQuery { limit: 100, ..AlertQuery::default() }).await.expect("read")
    }
}

fn settings() -> Settings {
    let bars = |warning: &str, critical: &str| Bars {
        warning: Some(warning.parse().expect("a bar")),
        critical: Some(critical.parse().expect("a bar")),
    };
    let hour = Duration::from_secs(3600);
    Settings {
        guesses: bars("10 in 1h", "21 in 1h"),
        guesses_account: bars("10 in 1h", "1000 in 1h"),
        rate_limited: bars("100 in 1h", "101 in 1h"),
        hostile: bars("3 in 10m", "20 in 10m"),
        account_bytes: bars("50000001 in 1h", "500000000000 in 1h"),
        client_bytes: bars("100000001 in 1h", "500000000000 in 1h"),
        server_errors: 0.1,
        predictions_failing: 0.5,
        ratio_from: 50,
        norm_times: 10,
        breaker_open: Duration::from_secs(60),
        queue_full: Duration::from_secs(10),
        unreachable: Duration::from_secs(5),
        backup_age: hour * 25,
        remind: hour * 4,
        quiet: hour,
        table: 1000,
        off: std::collections::BTreeSet::new(),
    }
}

#[tokio::test]
async fn events_become_alerts_rows_and_events() {
    let house = House::open().await;
    house.refused(Code::SqliAttempt, 3);
    house.engine.hear();
    assert_eq!(house.ears.told(), [("hostile.by_client", Severity::Warning, Turn::Began)]);
    house.refused(Code::XssAttempt, 17);
    house.engine.hear();
    assert_eq!(house.ears.told()[1..], [("hostile.by_client", Severity::Critical, Turn::Worse)]);
    let rows = house.rows().await;
    assert_eq!(
        (rows.len(), rows[0].severity, rows[0].count, rows[0].ended),
        (1, Severity::Critical, 20, None)
    );
    house.clock.advance(Duration::from_secs(601));
    house.engine.look(&Vitals::default());
    assert_eq!(house.ears.told()[2..], [("hostile.by_client", Severity::Critical, Turn::Ended)]);
    assert_eq!(house.rows().await[0].ended, Some(house.clock.now()));
    let words: Vec<_> =
        house.ears.events.lock().expect("whole").iter().map(|event| event.kind.word()).collect();
    assert_eq!(words, ["alert_raised", "alert_raised", "alert_ended"]);
}

#[tokio::test]
async fn a_restart_keeps_what_is_raised() {
    let house = House::open().await;
    house.refused(Code::InvalidCredentials, 10);
    house.engine.hear();
    let before = house.rows().await;
    let house = house.again().await;
    assert!(house.ears.told().is_empty(), "it is not told anew");
    assert_eq!(house.engine.lasting()[0].id, before[0].id);
    house.refused(Code::InvalidCredentials, 1);
    house.engine.look(&Vitals::default());
    assert_eq!(house.rows().await[0].count, 11);
    house.clock.advance(Duration::from_secs(3601));
    house.engine.look(&Vitals::default());
    assert_eq!(house.ears.told(), [("logins.failed_by_client", Severity::Warning, Turn::Ended)]);
    assert!(house.rows().await[0].ended.is_some());
    assert!(house.again().await.engine.lasting().is_empty());
}

#[tokio::test]
async fn an_alert_of_a_rule_that_is_gone_is_ended() {
    let house = House::open().await;
    house.refused(Code::InvalidCredentials, 10);
    house.engine.hear();
    let mut rows = house.rows().await;
    rows[0].rule = "of.long_ago".to_owned();
    house.store.put_alerts(&rows).await.expect("stored");
    let house = house.again().await;
    assert_eq!(house.rows().await[0].ended, Some(house.clock.now()));
}

/// A store that is away: nothing waits for it, and nothing is forgotten.
#[tokio::test]
async fn a_flood_is_bounded_and_counted() {
    let house = House::open().await;
    house.refused(Code::RateLimited, 100_000);
    assert_eq!(house.engine.lost(), 100_000 - 16_384);
    house.engine.hear();
    assert_eq!(house.engine.lasting().len(), 1);
    house.refused(Code::RateLimited, 5);
    assert_eq!(house.engine.lost(), 100_000 - 16_384, "there is room again");
}

#[tokio::test]
async fn an_account_that_calls_far_more_than_usual() {
    let house = House::open().await;
    let account = aspis_core::ids::AccountId(uuid::Uuid::from_u128(5));
    let today = Day::of(house.clock.now());
    let back = |day, calls| aspis_store::quotas::Back { account, day, bytes: 0, calls };
    let mut backs: Vec<_> = (1..=28).map(|ago| back(Day(today.0 - ago), 300)).collect();
    backs.push(back(today, 3000));
    aspis_store::Quotas::give_back(house.store.as_ref(), &backs).await.expect("stored");
    house.engine.look_at_accounts().await.expect("read");
    assert!(house.ears.told().is_empty());
    aspis_store::Quotas::give_back(house.store.as_ref(), &[back(today, 1)]).await.expect("stored");
    house.engine.look_at_accounts().await.expect("read");
    assert_eq!(house.ears.told(), [("account.above_norm", Severity::Warning, Turn::Began)]);
    assert_eq!(house.engine.lasting()[0].subject, Subject::Account(account));
    house.clock.advance(Duration::from_secs(86_400));
    house.engine.look_at_accounts().await.expect("read");
    assert_eq!(house.ears.told()[1].2, Turn::Ended);
}

#[tokio::test]
async fn old_alerts_are_forgotten() {
    let house = House::open().await;
    house.refused(Code::SqliAttempt, 3);
    house.engine.hear();
    house.clock.advance(Duration::from_secs(3600));
    house.engine.look(&Vitals { requests: Totals::default(), ..Vitals::default() });
    assert_eq!(house.rows().await.len(), 1);
    house.clock.advance(Duration::from_secs(86_401));
    assert_eq!(house.engine.sweep().await.expect("swept"), 1);
}
