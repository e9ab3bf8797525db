//! What keeping refusals and decisions costs the request that causes them. `just bench` runs it; at most 2 microseconds are
//! allowed for each.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::SystemChance,
    client::Client,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::RequestId,
    refusal::{Bound, Code, Rule},
};
use aspis_watch::{
    decisions::{Answered, DecisionLog, Keep, Line, Start, Who},
    recent::Recent,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn refusal(at: Timestamp) -> Event {
    let bound = Some(Bound { limit: 5, window_s: Some(60) });
    Event {
        client: Some(Client::from_ip([203, 0, 113, 7].into())),
        request: Some(RequestId::new(at, &SystemChance)),
        route: "POST /api/v1/auth/login".into(),
        rule: Some(Rule { count: Some(5), bound, ..Rule::named("rate.login") }),
        ..Event::of_server(Kind::Refused(Code::RateLimited), at)
    }
}

fn answered(at: Timestamp) -> Line {
    Line::Request(Box::new(Answered {
        at,
        up: 1,
        request: RequestId::new(at, &SystemChance),
        client: Client::from_ip([203, 0, 113, 7].into()).to_string(),
        who: Who::Nobody,
        route: "GET /api/v1/price/{asset}".to_owned().into(),
        class: "prices".into(),
        status: 200,
        refused: None,
        rule: None,
        door: None,
        passed: None,
        exempt: false,
        lured: false,
        judged: true,
        own: None,
        late: None,
        device: None,
        family: None,
        attacked: false,
        step: None,
        score: None,
        suspected: false,
        bytes: None,
    }))
}

fn bench(criterion: &mut Criterion) {
    let now = Timestamp::from_seconds(1_700_000_000);
    let mut group = criterion.benchmark_group("decisions");
    let recent = Arc::new(Recent::new(65_536, now));
    group.bench_function("ring of refusals", |b| {
        b.iter_batched(|| refusal(now), |event| recent.record(event), BatchSize::SmallInput);
    });
    group.bench_function("ring of refusals, beside three that refuse", |b| {
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        recent.record(refusal(now));
                    }
                });
            }
            b.iter_batched(|| refusal(now), |event| recent.record(event), BatchSize::SmallInput);
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    });
    let folder = tempfile::tempdir().expect("a folder");
    let keep = Keep { time: Duration::from_secs(86_400), bytes: 1 << 30 };
    let log = DecisionLog::open(folder.path(), keep, Start { at: now, up: 0 }).expect("opened");
    group.bench_function("log of decisions", |b| {
        b.iter(|| log.record(answered(now)));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
