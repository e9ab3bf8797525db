//! Who a source is, is shown by its certificate, or nothing is asked.

use std::sync::{Arc, Mutex};

use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use super::{Act, Replay, Stage, binance, replay::serve};
use crate::sources::{Status, Symbol, wire::Wire};
use aspis_store::prices::Interval;

/// A server for `localhost` with a certificate of its own making; its port, and whom to trust for it.
async fn secured(tasks: &mut JoinSet<()>, asked: Arc<Mutex<Vec<String>>>) -> (u16, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                let script =
                    |path: &str, _| Act::json(binance::hours(path, binance::MIDNIGHT + 11 * 3_600_000));
                serve(stream, Arc::clone(&asked), Arc::new(script)).await;
            }
        }
    });
    (port, roots)
}

fn at(address: &str) -> Stage {
    let btc = Symbol { asset: "BTC".into(), symbol: "BTCUSDT".into(), interval: Interval::Hour };
    Stage::of(address, "ws://127.0.0.1:1", &[btc], &[])
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_no_certificate() {
    let (mut tasks, asked) = (JoinSet::new(), Arc::default());
    let (port, roots) = secured(&mut tasks, Arc::clone(&asked)).await;
    let stranger = at(&format!("https://localhost:{port}"));
    stranger.feed().turn().await;
    assert_eq!(stranger.state().last_error.unwrap().0, "untrusted");
    assert!(asked.lock().unwrap().is_empty(), "nothing was asked");

    let known = at(&format!("https://localhost:{port}"));
    known.feed_over(&Wire::trusting(roots.clone())).turn().await;
    assert_eq!((known.brought().len(), known.state().status), (3, Status::Running));

    let other_name = at(&format!("https://127.0.0.1:{port}"));
    other_name.feed_over(&Wire::trusting(roots)).turn().await;
    assert_eq!(other_name.state().last_error.unwrap().0, "untrusted");
}

#[tokio::test]
async fn nothing_is_asked_in_the_clear_where_tls_was_meant() {
    let server = Replay::start(|_, _| Act::json("[]")).await;
    let scene = at(&format!("https://localhost:{}", server.address.port()));
    scene.feed().turn().await;
    assert!(matches!(scene.state().last_error.unwrap().0, "untrusted" | "broken" | "timed_out"));
    assert!(server.asked().iter().all(|path| !path.contains("klines")));
}
