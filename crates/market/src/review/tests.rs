use aspis_core::{
    chance::SeededChance,
    clock::ManualClock,
    event::Source,
    money::Fixed,
    scenario::denial_of_service::{breaker, queue, shedding::Rank},
    scenario::price_manipulation::plausible::Plausible,
    secret::Secret,
};
use aspis_store::memory::Memory;
use uuid::Uuid;

use super::*;
use crate::{
    forecast::{Distribution, Fhs, Forecast, ForecastError, Model},
    ingest,
    prediction::{self, Answered, Asker, Predictions, Question, tests::board},
};

const HOUR: Duration = Duration::from_secs(3600);

/// A model that says so many times the last price.
struct Bold(f64);

impl Model for Bold {
    fn name(&self) -> &'static str {
        "bold"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        Fhs.distribution(closes, horizon_days)
    }

    fn forecast(&self, closes: &[f64], horizon_days: u32) -> Result<Forecast, ForecastError> {
        let point = closes[closes.len() - 1] * self.0;
        Ok(Forecast { point, ..self.distribution(closes, horizon_days)?.forecast() })
    }
}

#[derive(Debug, Default)]
struct Events(std::sync::Mutex<Vec<Event>>);

impl Sink for Events {
    fn record(&self, event: Event) {
        self.0.lock().expect("not poisoned").push(event);
    }
}

impl Events {
    fn words(&self) -> Vec<&'static str> {
        self.0.lock().expect("not poisoned").iter().map(|event| event.kind.word()).collect()
    }
}

struct House {
    clock: Arc<ManualClock>,
    events: Arc<Events>,
    store: Durable,
    predictions: Predictions,
    desk: Desk,
}

impl House {
    async fn open(times: f64) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_000_000)));
        let events = Arc::new(Events::default());
        let store = Durable::of(Arc::new(Memory::default()));
        let board = board(&[("BTC", 700)]);
        let chance = Arc::new(SeededChance::new(1));
        let taking = ingest::Parts {
            store: store.clone(),
            board: board.clone(),
            clock: clock.clone(),
            chance,
            events: events.clone(),
        };
        let rules = ingest::Rules { watch: Arc::default(), trusted: Vec::new(), due: HOUR };
        let intake = Arc::new(Intake::open(taking, rules).await.expect("memory does not fail"));
        let asked = prediction::Parts {
            board: board.clone(),
            model: Arc::new(Bold(times)),
            clock: clock.clone(),
            events: events.clone(),
            reviews: store.reviews.clone(),
            review_key: Secret::new(*b"key"),
        };
        let rules = prediction::Rules {
            warn_below: 0.7,
            plausible: Plausible { max: Fixed::MAX, distance: 0.1 },
            trusted_sources: Vec::new(),
            queue: queue::Rules::default(),
            breaker: breaker::Rules::default(),
            timeout: HOUR,
            hold_over: 0.1,
            due: HOUR,
        };
        let parts =
            Parts { store: store.clone(), intake, board, clock: clock.clone(), events: events.clone() };
        let predictions = Predictions::new(asked, rules).expect("threads");
        Self { clock, events, store, predictions, desk: Desk::new(parts, 4 * HOUR) }
    }

    async fn asks(&self, days: u32, by: Option<AccountId>, price: Option<&str>) -> Result<Answered, Code> {
        let price = price.map(|price| price.parse().expect("a price"));
        let question = Question { horizon_days: Some(days), price, source: None };
        let asker = Asker { account: by, source: Source::SERVER, rank: Rank::Prediction };
        self.predictions.ask("BTC", &question, &asker).await.map_err(|refusal| refusal.code())
    }

    /// The review that it is held for.
    async fn held(&self, days: u32, by: Option<AccountId>) -> ReviewId {
        match self.asks(days, by, None).await {
            Ok(Answered::Held(held)) => held.review,
            other => panic!("not held: {other:?}"),
        }
    }

    async fn says(&self, id: ReviewId, by: AccountId, approved: bool) -> Result<Review, Code> {
        let word = Word { by, approved, reason: "it's so".to_owned(), source: Source::SERVER };
        self.desk.decide(id, word).await.map_err(|refusal| refusal.code())
    }
}

fn person(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

#[tokio::test]
async fn what_goes_far_is_held_once_and_answered_when_it_is_approved() {
    let house = House::open(1.11).await;
    let id = house.held(7, Some(person(1))).await;
    assert_eq!(house.held(7, Some(person(2))).await, id, "equal questions share one review");
    assert_ne!(house.held(8, None).await, id);
    assert_eq!(house.events.words(), ["prediction_held"; 2]);
    let Ok(Polled::Held(held)) = house.desk.poll(id, None, false).await else { panic!("it waits") };
    assert_eq!((&*held.asset_id, held.horizon_days, held.review), ("BTC", 7, id));
    let review = house.says(id, person(9), true).await.expect("decided");
    assert_eq!((review.by, &*review.why), (Some(person(1)), "far_prediction"));
    let Ok(Answered::Given(given)) = house.asks(7, None, None).await else { panic!("it is approved") };
    assert_eq!(given.review, Some(id));
    let Ok(Polled::Given(polled)) = house.desk.poll(id, None, false).await else { panic!("it is approved") };
    assert_eq!(polled, given);
    assert!((polled.change_pct - 11.0).abs() < 1e-9);
    assert_eq!(house.events.words().last(), Some(&"review_approved"));
}

#[tokio::test]
async fn ten_per_cent_to_the_last_decimal_go_unheld() {
    for (times, held) in
        [(1.1, false), (0.9, false), (1.100_000_1, true), (0.899_999_9, true), (f64::MAX, true)]
    {
        let answer = House::open(times).await.asks(1, None, None).await;
        let is_held = !matches!(answer, Ok(Answered::Given(_)));
        assert_eq!(is_held, held, "{times}: {answer:?}");
    }
}

#[tokio::test]
async fn who_asked_cannot_approve_and_a_decision_stands() {
    let house = House::open(0.5).await;
    let id = house.held(1, Some(person(1))).await;
    assert_eq!(house.says(id, person(1), true).await, Err(Code::OwnReview));
    assert!(house.says(id, person(2), false).await.is_ok());
    assert_eq!(house.says(id, person(3), true).await, Err(Code::AlreadyDecided));
    assert_eq!(house.says(ReviewId(Uuid::nil()), person(3), true).await, Err(Code::NotFound));
    assert_eq!(house.asks(1, None, None).await, Err(Code::PredictionRejected));
    let polled = house.desk.poll(id, None, false).await.expect_err("rejected");
    assert_eq!(polled.code(), Code::PredictionRejected);
}

#[tokio::test]
async fn a_price_of_ones_own_makes_no_hold_and_gets_round_none() {
    let house = House::open(1.09).await;
    for price in ["100", "109.9", "90.1"] {
        assert!(matches!(house.asks(1, None, Some(price)).await, Ok(Answered::Given(_))), "{price}");
    }
    assert!(house.events.words().is_empty());
    let house = House::open(1.2).await;
    for price in ["91", "100"] {
        assert!(matches!(house.asks(1, None, Some(price)).await, Ok(Answered::Held(_))), "{price}");
    }
    let review = &house.store.reviews.list(None, None, 9).await.expect("read")[0];
    assert!(
        !review.facts.contains("\"91\""),
        "what a caller sends is not what is reviewed: {}",
        review.facts
    );
}

#[tokio::test]
async fn operators_are_reminded_and_a_prediction_ends_with_its_bar() {
    let house = House::open(2.0).await;
    let id = house.held(1, None).await;
    assert_eq!(house.desk.keep().await.expect("kept"), 0);
    house.clock.advance(HOUR + Duration::from_micros(1));
    assert_eq!(house.desk.keep().await.expect("kept"), 1);
    assert_eq!(house.desk.keep().await.expect("kept"), 0, "they were reminded just now");
    house.clock.advance(4 * HOUR);
    assert_eq!(house.desk.keep().await.expect("kept"), 1);
    house.desk.parts.board.close_another(&["BTC"]);
    assert_eq!(house.desk.keep().await.expect("kept"), 0);
    let polled = house.desk.poll(id, None, false).await.expect_err("over");
    assert_eq!(polled.code(), Code::PredictionExpired);
    assert_ne!(house.held(1, None).await, id, "another bar, another review");
    let expected =
        ["prediction_held", "review_overdue", "review_overdue", "review_expired", "prediction_held"];
    assert_eq!(house.events.words(), expected);
}

#[tokio::test]
async fn a_review_of_prices_is_there_for_who_brought_them() {
    let house = House::open(1.0).await;
    let review = Review {
        id: ReviewId(Uuid::from_u128(5)),
        subject: ReviewSubject::Price,
        asset: "BTC".to_owned(),
        why: "step".to_owned(),
        by: Some(person(1)),
        source: Some("internal_db".to_owned()),
        facts: "{}".to_owned(),
        opened: Timestamp(0),
        due: Timestamp(1),
        reminded: None,
        decided: None,
    };
    house.store.reviews.open(&review).await.expect("stored");
    for (account, operator, seen) in
        [(Some(1), false, true), (Some(2), false, false), (None, false, false), (Some(2), true, true)]
    {
        let polled = house.desk.poll(review.id, account.map(person), operator).await;
        assert_eq!(polled.is_ok(), seen, "{account:?}");
    }
    let unowned = Review { id: ReviewId(Uuid::from_u128(6)), by: None, ..review };
    house.store.reviews.open(&unowned).await.expect("stored");
    assert!(house.desk.poll(unowned.id, None, false).await.is_err(), "nobody is not nobody's");
}
