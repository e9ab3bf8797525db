//! A database that fails is left alone, tried by a few, and trusted again.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::{
    clock::{Clock, ManualClock, Timestamp},
    event::{Event, Sink},
    ids::AccountId,
    scenario::denial_of_service::{
        breaker::{Rules, Stance},
        votes::{Change, Part},
    },
};
use aspis_store::{Factors, Ledger, LeftAlone, StoreError, Stored, Vault};
use futures_util::{FutureExt, future::join_all};
use uuid::Uuid;

use super::{Home, fixed, purchase};
use crate::{Guard, Sql, db::Tx};

const OPEN: Duration = Duration::from_secs(10);
/// For a lock that is not given up.
const BRIEF: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Events(Mutex<Vec<String>>);

impl Sink for Events {
    fn record(&self, event: Event) {
        let rule = event.rule.unwrap();
        let told = format!("{} {} {}", event.kind.word(), rule.name, rule.place.unwrap());
        self.0.lock().unwrap().push(told);
    }
}

/// A guarded database, and the unguarded one beside it that makes its life hard.
struct Guarded {
    home: Home,
    sql: Sql,
    clock: Arc<ManualClock>,
    events: Arc<Events>,
    ada: AccountId,
}

impl Guarded {
    async fn new() -> Self {
        let home = Home::new().await;
        let ada = home.account(1, "1000").await;
        let (clock, events) = (Arc::new(ManualClock::at(Timestamp(1))), Arc::new(Events::default()));
        let guard = Guard { rules: Rules::default(), clock: clock.clone(), events: events.clone() };
        let sql = Sql::open_within(&home.file(), BRIEF).await.unwrap().guarded(&guard);
        Self { home, sql, clock, events, ada }
    }

    /// Holds the lock for as long as the transaction lives.
    async fn lock(&self) -> Tx {
        self.home.sql.db.begin().await.unwrap()
    }

    async fn write(&self) -> Stored<bool> {
        self.sql.remove("no such key").await
    }

    async fn read(&self) -> Stored<Option<Vec<u8>>> {
        self.sql.get("no such key").await
    }

    /// So many writes that the database refuses by itself.
    async fn faults(&self, count: usize) {
        for _ in 0..count {
            assert_eq!(left_alone(&self.write().await.unwrap_err()), None);
        }
    }

    fn writing(&self) -> Stance {
        self.sql.stances()[1].1
    }

    fn told(&self) -> Vec<String> {
        self.events.0.lock().unwrap().clone()
    }
}

/// For how long it is left alone, where that is why nothing was done.
fn left_alone(error: &StoreError) -> Option<Duration> {
    error.0.downcast_ref::<LeftAlone>().map(|alone| alone.left)
}

const OPENED: &str = "breaker_opened breaker.database writing";
const CLOSED: &str = "breaker_closed breaker.database writing";

#[tokio::test]
async fn twenty_faults_open_it_and_three_good_answers_close_it() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    db.faults(19).await;
    assert_eq!((db.writing(), db.told().len()), (Stance::Closed, 0));
    db.faults(1).await;
    assert_eq!(db.told(), [OPENED]);
    lock.commit().await.unwrap();
    db.clock.advance(OPEN / 4);
    let refused = db.write().await.unwrap_err();
    assert_eq!(left_alone(&refused), Some(OPEN * 3 / 4), "though it would do its work again");
    db.clock.advance(OPEN * 3 / 4);
    for _ in 0..3 {
        assert_eq!(db.writing(), Stance::HalfOpen);
        assert!(db.write().await.is_ok());
    }
    assert_eq!((db.writing(), db.told()), (Stance::Closed, vec![OPENED.to_owned(), CLOSED.to_owned()]));
}

#[tokio::test]
async fn whatever_writes_is_refused_whole_and_reads_go_on() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    db.faults(20).await;
    lock.commit().await.unwrap();
    let order = db.sql.place(purchase(1, db.ada, "1")).await;
    assert_eq!(left_alone(&order.unwrap_err()), Some(OPEN), "a transaction");
    assert_eq!(left_alone(&db.sql.put_totp(db.ada, b"s").await.unwrap_err()), Some(OPEN), "a statement");
    assert_eq!(db.sql.balances(db.ada).await.unwrap().cash, fixed("1000"));
    assert_eq!(db.sql.transactions(db.ada, None, 9).await.unwrap(), []);
    assert!(db.sql.healthy().await.is_ok(), "health is asked for past the breaker");
    db.clock.advance(OPEN);
    for n in 1..=3 {
        assert!(db.sql.place(purchase(n, db.ada, "1")).await.unwrap().unwrap().answer.is_ok());
    }
    assert_eq!(db.told(), [OPENED, CLOSED]);
    assert!(db.sql.audit().await.unwrap().is_clean());
}

#[tokio::test]
async fn of_many_at_once_three_try_it_and_one_fault_is_enough() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    db.faults(20).await;
    db.clock.advance(OPEN);
    let refused = join_all((0..50).map(|_| db.write())).await.into_iter().map(Result::unwrap_err);
    let turned_away: Vec<_> = refused.filter_map(|error| left_alone(&error)).collect();
    assert_eq!(turned_away, [Duration::from_secs(1); 47]);
    lock.commit().await.unwrap();
    assert_eq!(left_alone(&db.write().await.unwrap_err()), Some(OPEN));
    assert_eq!(db.told(), [OPENED], "that it is open once more is no news");
}

#[tokio::test]
async fn a_side_whose_connections_do_not_come_back_is_left_alone() {
    let db = Guarded::new().await;
    let kept = db.sql.db.begin().await.unwrap();
    db.faults(20).await;
    assert_eq!(db.told(), [OPENED]);
    assert!(kept.commit().await.is_ok(), "what was begun is finished");
    assert_eq!(db.writing(), Stance::Open, "and says nothing about now");
}

#[tokio::test]
async fn what_a_statement_does_wrong_is_no_fault() {
    let db = Guarded::new().await;
    let nobody = AccountId(Uuid::from_u128(404));
    for _ in 0..100 {
        let error = db.sql.put_totp(nobody, b"secret").await.unwrap_err();
        assert!(format!("{error:?}").contains("FOREIGN KEY"), "{error:?}");
        assert!(db.sql.put_recovery(nobody, &["code".to_owned()]).await.is_err());
        assert_eq!(db.read().await.unwrap(), None);
    }
    assert_eq!((db.sql.stances().map(|side| side.1), db.told()), ([Stance::Closed; 2], vec![]));
}

#[tokio::test]
async fn callers_that_go_away_neither_open_nor_wedge_it() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    for _ in 0..100 {
        assert!(db.write().now_or_never().is_none());
        assert!(db.sql.place(purchase(1, db.ada, "1")).now_or_never().is_none());
    }
    assert_eq!(db.writing(), Stance::Closed);
    db.faults(20).await;
    db.clock.advance(OPEN);
    for _ in 0..100 {
        assert!(db.write().now_or_never().is_none());
    }
    lock.commit().await.unwrap();
    // What they had begun comes to its end first.
    while db.sql.healthy().await.is_err() {}
    for n in 1..=3 {
        assert!(db.sql.place(purchase(n, db.ada, "1")).await.unwrap().unwrap().answer.is_ok());
    }
    assert_eq!(db.told(), [OPENED, CLOSED]);
}

#[tokio::test]
async fn a_full_disk_counts_wherever_in_a_transaction_it_shows() {
    let db = Guarded::new().await;
    let tamper = |statement: &'static str| sqlx::raw_sql(statement).execute(db.sql.db.writer().bare().lite());
    tamper("PRAGMA max_page_count = 1").await.unwrap();
    let mut bought = 0;
    while db.writing() == Stance::Closed {
        bought += 1;
        match db.sql.place(purchase(bought, db.ada, "1")).await {
            Ok(placed) => assert!(placed.unwrap().answer.is_ok()),
            Err(error) => assert!(format!("{error:?}").contains("disk is full"), "{error:?}"),
        }
    }
    assert_eq!(db.told(), [OPENED]);
    tamper("PRAGMA max_page_count = 4000").await.unwrap();
    db.clock.advance(OPEN);
    for n in 1..=3 {
        assert!(db.sql.place(purchase(bought + n, db.ada, "1")).await.unwrap().unwrap().answer.is_ok());
    }
    assert_eq!(db.told(), [OPENED, CLOSED]);
    assert!(db.sql.audit().await.unwrap().is_clean());
}

/// Nobody comes to a server that says that it is not ready: it has to find out by itself when it is.
#[tokio::test]
async fn whether_it_writes_is_known_and_tried_again_by_who_asks() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    assert!(db.sql.writes().await, "nothing was tried, and nothing is known");
    db.faults(20).await;
    assert!(!db.sql.writes().await);
    db.clock.advance(OPEN);
    assert!(!db.sql.writes().await, "it was tried");
    assert_eq!(db.writing(), Stance::Open, "and once was enough");
    lock.commit().await.unwrap();
    assert!(!db.sql.writes().await);
    db.clock.advance(OPEN);
    for _ in 0..3 {
        assert!(db.sql.writes().await);
    }
    assert_eq!((db.writing(), db.told()), (Stance::Closed, vec![OPENED.to_owned(), CLOSED.to_owned()]));
    assert!(db.sql.healthy().await.is_ok());
}

#[tokio::test]
async fn a_damaged_file_is_left_alone_until_it_is_whole_again() {
    let db = Guarded::new().await;
    db.home.sql.close().await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(db.sql.db.writer().bare().lite()).await.unwrap();
    let whole = fs::read(db.home.file()).unwrap();
    // Every connection is open, and has read only what is not asked for below.
    join_all((0..9).map(|_| db.sql.healthy())).await;
    let mut damaged = whole.clone();
    damaged[4096..].fill(0xa5);
    fs::write(db.home.file(), &damaged).unwrap();
    let mut refused = db.read().await.unwrap_err();
    for _ in 0..20 {
        assert!(
            left_alone(&refused).is_none() && format!("{refused:?}").contains("malformed"),
            "{refused:?}"
        );
        refused = db.read().await.unwrap_err();
    }
    assert_eq!(left_alone(&refused), Some(OPEN));
    assert_eq!(db.told(), ["breaker_opened breaker.database reading"]);
    fs::write(db.home.file(), &whole).unwrap();
    db.clock.advance(OPEN);
    for _ in 0..20 {
        assert_eq!(db.read().await.unwrap(), None, "no connection remembers the damage");
    }
    assert_eq!(db.told().len(), 2);
    assert_eq!(db.sql.balances(db.ada).await.unwrap().cash, fixed("1000"));
}

#[tokio::test]
async fn what_nobody_guards_is_asked_however_often_it_fails() {
    let db = Guarded::new().await;
    let sql = Sql::open_within(&db.home.file(), BRIEF).await.unwrap();
    let _lock = db.lock().await;
    for _ in 0..50 {
        assert_eq!(left_alone(&sql.remove("no such key").await.unwrap_err()), None);
    }
    assert_eq!(sql.stances().map(|side| side.1), [Stance::Closed; 2]);
    assert!(db.clock.uptime().is_zero());
}

#[tokio::test]
async fn what_most_nodes_find_is_followed_and_not_told_as_ones_own() {
    let db = Guarded::new().await;
    db.sql.follow(Part::Writing, Change::Rose);
    assert_eq!(left_alone(&db.write().await.unwrap_err()), Some(OPEN), "nobody here has waited for it");
    assert!(db.read().await.is_ok(), "the other side is another part");
    assert_eq!(db.sql.broken(), []);
    db.clock.advance(OPEN);
    for _ in 0..3 {
        assert!(db.write().await.is_ok());
    }
    let by_vote = "breaker_opened breaker.database writing, by vote";
    assert_eq!(db.told(), [by_vote, CLOSED], "by tries of its own");
    db.sql.follow(Part::Writing, Change::Fell);
    db.sql.follow(Part::Predictions, Change::Rose);
    assert_eq!((db.writing(), db.told().len()), (Stance::Closed, 2));
    db.sql.follow(Part::Writing, Change::Rose);
    db.sql.follow(Part::Writing, Change::Fell);
    assert_eq!(db.told()[2..], [by_vote, "breaker_closed breaker.database writing, by vote"]);
}

#[tokio::test]
async fn what_it_found_itself_is_told_to_others_and_not_talked_away() {
    let db = Guarded::new().await;
    let lock = db.lock().await;
    db.faults(20).await;
    assert_eq!(db.sql.broken(), [Part::Writing]);
    db.sql.follow(Part::Writing, Change::Rose);
    db.sql.follow(Part::Writing, Change::Fell);
    assert_eq!((db.writing(), db.told()), (Stance::Open, vec![OPENED.to_owned()]));
    db.clock.advance(OPEN * 2);
    assert_eq!(db.sql.broken(), [], "nobody has tried since");
    lock.commit().await.unwrap();
}
