use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{
    site::{LAST, Site, limits},
    streams::stream,
};

/// Two thousand streams, the same in every run: half of it noise, half of it requests with something in between.
fn streams() -> Vec<Vec<u8>> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let noise = prop::collection::vec(any::<u8>(), 0..300);
    let strategy = prop_oneof![noise, stream()];
    (0..2000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_streams_of_anything_end_in_answers_and_never_in_a_panic() {
    let site = Site::open(limits()).await;
    for bytes in streams() {
        let mut client = site.client().await;
        client.send(&bytes).await;
        // Closing our half is the end of it for the server, whatever it was waiting for.
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut client.0).await;
        let answer = client.rest_or_reset().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{answer}");
    }
    assert!(site.ask(LAST).await.ends_with("/:."));
    let calls = site.calls();
    let report = site.stop().await;
    assert_eq!((report.connections, report.cut), (2001, 0));
    assert_eq!(report.turned_away, 0);
    assert!(u64::from(calls) <= report.requests && report.requests > 1000 && report.refused > 500);
}
