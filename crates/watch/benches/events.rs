//! What recording one event costs the request that causes it: while the log keeps up, when the writer is asleep, and from
//! several threads at once. `just bench` runs it; at most 2 microseconds are allowed.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::SystemChance,
    client::Client,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::RequestId,
    refusal::{Code, Rule},
};
use aspis_watch::{
    Fan,
    metrics::{Metrics, RefusalCount},
    security_log::{Options, SecurityLog},
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

/// A refusal with everything that one has.
fn refusal(at: i64) -> Event {
    let at = Timestamp::from_seconds(at);
    let bytes = u32::try_from(at.seconds().rem_euclid(1 << 30)).unwrap_or(0);
    Event {
        client: Some(Client::from_ip(std::net::Ipv4Addr::from_bits(bytes).into())),
        request: Some(RequestId::new(at, &SystemChance)),
        route: "POST /api/v1/auth/login".into(),
        rule: Some(Rule { place: Some("note at 3, 12 bytes".to_owned()), ..Rule::named("sqli.tokens") }),
        ..Event::of_server(Kind::Refused(Code::SqliAttempt), at)
    }
}

fn bench(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = SecurityLog::open(
        folder.path(),
        Options::new(Arc::new(SystemChance), Timestamp::from_seconds(1_700_000_000)),
    )
    .expect("opened");
    let log: Arc<dyn Sink> = Arc::new(log);
    let counted: Arc<dyn Sink> = Arc::new(RefusalCount(Arc::new(Metrics::new(&[]))));
    let fan = Fan(vec![Arc::clone(&counted), Arc::clone(&log)]);
    let mut at = 1_700_000_000;
    let mut next = || {
        at += 1;
        refusal(1_700_000_000 + at % 50_000)
    };
    let mut group = criterion.benchmark_group("events");
    group.bench_function("log", |b| {
        b.iter_batched(&mut next, |event| log.record(event), BatchSize::SmallInput);
    });
    group.bench_function("fan", |b| {
        b.iter_batched(&mut next, |event| fan.record(event), BatchSize::SmallInput);
    });
    group.sample_size(50).measurement_time(Duration::from_secs(10));
    // A processor that has slept is slow at anything: what it takes to put the same event into a bare line of the
    // standard library says how slow.
    let (bare, waiting) = std::sync::mpsc::sync_channel(1 << 20);
    for (name, rest) in [("5 ms", 5), ("300 ms", 300)] {
        let rested = |next: &mut dyn FnMut() -> Event| {
            std::thread::sleep(Duration::from_millis(rest));
            next()
        };
        for (whole, sink) in
            [("", &fan as &dyn Sink), (", counted", counted.as_ref()), (", logged", log.as_ref())]
        {
            group.bench_function(format!("one after {name}{whole}"), |b| {
                b.iter_batched(|| rested(&mut next), |event| sink.record(event), BatchSize::PerIteration);
            });
        }
        group.bench_function(format!("one after {name}, into a bare line"), |b| {
            b.iter_batched(
                || rested(&mut next),
                |event| bare.try_send(event).is_ok(),
                BatchSize::PerIteration,
            );
        });
    }
    drop(waiting);
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
