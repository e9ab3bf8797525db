use aspis_core::clock::SystemClock;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use super::{
    super::tests::receiver::{Act, Receiver},
    *,
};

fn client(wire: Wire, millis: u64) -> Client {
    Client::with(wire, Arc::new(SystemClock::start()), Duration::from_millis(millis))
}

async fn post(client: &Client, url: &str) -> Result<String, Failure> {
    let call = Call::json(&serde_json::json!({"a": 1}));
    let gone = |status| (status == 410).then_some(Failure::Gone as fn(Reason) -> Failure);
    client.send(&Target::parse(url).unwrap(), call, gone).await
}

/// The way of one answer.
async fn answered(status: u16, fields: &'static str) -> Result<String, Failure> {
    let receiver = Receiver::moody(move |_, _| Act::Say(status, fields)).await;
    post(&client(Wire::open_web(), 20_000), &receiver.url()).await
}

fn later(status: u16, after: Option<u64>) -> Result<String, Failure> {
    Err(Failure::Later { reason: Reason::Status(status), after: after.map(Duration::from_secs) })
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    assert_eq!(answered(200, "").await, Ok("the answer was 200".to_owned()));
    assert_eq!(answered(204, "").await, Ok("the answer was 204".to_owned()));
    for status in [301, 302, 307, 308] {
        let elsewhere = answered(status, "location: http://127.0.0.1:1/\r\n").await;
        assert_eq!(elsewhere, later(status, None), "it is not followed");
    }
    for status in [400, 404, 500] {
        assert_eq!(answered(status, "").await, later(status, None));
    }
    assert_eq!(answered(410, "").await, Err(Failure::Gone(Reason::Status(410))));
    for status in [429, 502, 503, 504] {
        assert_eq!(answered(status, "").await, later(status, Some(60)));
    }
    assert_eq!(answered(429, "retry-after: 7\r\n").await, later(429, Some(7)));
    assert_eq!(answered(429, "retry-after: 0.3\r\n").await, later(429, Some(1)));
    assert_eq!(answered(503, "retry-after: 99999999\r\n").await, later(503, Some(3600)));
    assert_eq!(answered(503, "retry-after: -5\r\n").await, later(503, Some(60)));
    let past = "retry-after: Fri, 17 Jan 2020 08:00:00 GMT\r\n";
    assert_eq!(answered(503, past).await, later(503, Some(0)));
}

#[tokio::test]
async fn whoever_does_not_answer_is_not_waited_for() {
    for (act, reason) in
        [(Act::Hang, Reason::TimedOut), (Act::Close, Reason::Broken), (Act::Babble, Reason::Broken)]
    {
        let receiver = Receiver::moody(move |_, _| act).await;
        let failed = post(&client(Wire::open_web(), 1000), &receiver.url()).await;
        assert_eq!(failed, Err(Failure::later(reason)), "{act:?}");
    }
    let nobody = post(&client(Wire::open_web(), 20_000), "http://127.0.0.1:1/hunter2").await.unwrap_err();
    assert_eq!(nobody, Failure::later(Reason::Unreachable));
    assert!(!format!("{nobody} {nobody:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_no_certificate() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let tls = TlsAcceptor::from(Arc::new(config));
    let receiver = Receiver::open(Some(tls), |_, _| Act::Say(204, "")).await;
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let port = receiver.address.port();
    let (stranger, known) = (client(Wire::open_web(), 20_000), client(Wire::trusting(roots), 20_000));
    let (named, numbered) = (format!("https://localhost:{port}/x"), format!("https://127.0.0.1:{port}/x"));
    let untrusted = Err(Failure::later(Reason::Untrusted));
    assert_eq!(
        (post(&stranger, &named).await, post(&known, &numbered).await),
        (untrusted.clone(), untrusted)
    );
    assert!(receiver.seen().is_empty(), "nothing was sent");
    assert!(post(&known, &named).await.is_ok());
}
