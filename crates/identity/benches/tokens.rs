//! The time that a token takes: the first time, and every time after it, with and without its fingerprint.

use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use aspis_core::{
    chance::SeededChance,
    client::Client,
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
    scenario::token_theft::signing::Schedule,
};
use aspis_identity::token::{KeyRing, Lifetimes, Presenter, Presenters, Remembered, VerifiedTokens};
use aspis_store::memory::Memory;
use criterion::Criterion;

const NOW: Timestamp = Timestamp::from_seconds(1_760_000_000);
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

async fn ring(chance: &SeededChance) -> KeyRing {
    let lifetimes = Lifetimes {
        issuer: "https://api.example.org".to_owned(),
        audience: "aspis".to_owned(),
        access: Duration::from_secs(900),
    };
    let schedule = Schedule {
        period: Duration::from_secs(2_592_000),
        overlap: Duration::from_secs(86_400),
        after: Duration::from_secs(4500),
    };
    KeyRing::open(lifetimes, schedule, &Memory::default(), NOW, chance).await.expect("keys")
}

fn main() {
    let chance = SeededChance::new(1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let tokens = runtime.block_on(ring(&chance)).load();
    let (account, family) = (AccountId::new(NOW, &chance), FamilyId::new(NOW, &chance));
    let who = SignedIn { account, family, role: Role::User, strong: false };
    let client = Client::from_ip(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));
    let by = Presenter { client, agent: AGENT.as_bytes() };
    let print = by.print();
    let token = tokens.issue(who, Some(print), None, NOW, &chance);
    let (memory, presenters) = (VerifiedTokens::new(16 << 20), Presenters::new());
    let presented = presenters.recognise(&print, by);
    let verified = tokens.verify(&token, NOW).expect("our own token");
    memory.put(&token, Remembered { verified, presented }, NOW);

    let mut bench = Criterion::default().configure_from_args();
    let mut group = bench.benchmark_group("tokens");
    group.bench_function("issue", |timed| {
        timed.iter(|| tokens.issue(black_box(who), Some(print), None, NOW, &chance));
    });
    group.bench_function("verify by signature", |timed| timed.iter(|| tokens.verify(black_box(&token), NOW)));
    group.bench_function("find in memory", |timed| timed.iter(|| memory.get(black_box(&token), NOW)));
    group.bench_function("fingerprint by its hash", |timed| timed.iter(|| black_box(by).print() == print));
    group.bench_function("fingerprint from memory", |timed| {
        timed.iter(|| presenters.presented_alike(&print, black_box(by), presented));
    });
    group.finish();
    bench.final_summary();
}
