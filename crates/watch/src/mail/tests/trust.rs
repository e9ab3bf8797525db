//! Whom the mailer trusts: no password and no letter to a relay that has not shown who it is, where that was asked for.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
};
use rcgen::generate_simple_self_signed;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::{
    super::relay::Tls,
    fake::{Act, Fake, Offer, Step},
    *,
};

/// A server side, and its certificate for whoever wants to trust it.
fn identity() -> (TlsAcceptor, CertificateDer<'static>) {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let certificate = made.cert.der().clone();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate)
}

fn trusting(certificate: &CertificateDer<'static>) -> TlsParameters {
    let root = Certificate::from_der(certificate.to_vec()).unwrap();
    TlsParameters::builder("localhost".to_owned()).add_root_certificate(root).build_rustls().unwrap()
}

async fn send_by(relay: Relay) -> Arc<Tally> {
    let (clock, chance) = (Arc::new(SystemClock::start()), Arc::new(SeededChance::new(1)));
    let (mailer, worker) =
        Mailer::with(relay, "aspis@shop.example", clock, chance, timing(), WAITING).unwrap();
    mailer.send(letter("ada", "secret link"));
    finish(mailer, worker).await
}

fn relay(fake: &Fake, form: &str) -> Relay {
    Relay::parse(&form.replace("PORT", &fake.address.port().to_string())).unwrap()
}

#[tokio::test]
async fn a_relay_that_is_trusted_gets_the_password_and_the_letter_under_tls() {
    let (acceptor, certificate) = identity();
    for wrapped in [true, false] {
        let (inner, outer) =
            if wrapped { (None, Some(acceptor.clone())) } else { (Some(acceptor.clone()), None) };
        let offer = Offer { auth: true, starttls: inner, wrapped: outer };
        let fake = Fake::open(offer, |_, _, _| None).await;
        let parameters = trusting(&certificate);
        let tls = if wrapped { Tls::Wrapped(parameters) } else { Tls::Required(parameters) };
        let credentials = Some(Credentials::new("ada".to_owned(), "hunter2".to_owned()));
        let (host, port) = ("localhost".to_owned(), fake.address.port());
        let tally = send_by(Relay { host, port, tls, credentials }).await;
        assert_eq!((counts(&tally), fake.recipients().len()), ((1, 0, 0), 1), "wrapped: {wrapped}");
        // PLAIN (RFC 4616): base64 of NUL ada NUL hunter2.
        assert!(fake.lines().contains(&"AUTH PLAIN AGFkYQBodW50ZXIy".to_owned()));
    }
}

#[tokio::test]
async fn a_certificate_of_nobody_gets_nothing() {
    let (acceptor, _) = identity();
    for (form, offer) in [
        ("smtps://ada:hunter2@localhost:PORT", Offer { wrapped: Some(acceptor.clone()), ..Offer::default() }),
        (
            "smtp://ada:hunter2@localhost:PORT?tls=required",
            Offer { auth: true, starttls: Some(acceptor.clone()), wrapped: None },
        ),
    ] {
        let fake = Fake::open(offer, |_, _, _| None).await;
        let tally = send_by(relay(&fake, form)).await;
        assert_eq!((counts(&tally), fake.recipients().len()), ((0, 1, 0), 0), "{form}");
        let beyond = |line: &String| !line.starts_with("EHLO") && !line.starts_with("STARTTLS");
        assert!(!fake.lines().iter().any(beyond), "{:?}", fake.lines());
    }
}

#[tokio::test]
async fn encryption_that_was_asked_for_is_never_done_without() {
    let fake = Fake::open(Offer { auth: true, ..Offer::default() }, |_, _, _| None).await;
    let tally = send_by(relay(&fake, "smtp://ada:hunter2@127.0.0.1:PORT?tls=required")).await;
    assert_eq!((counts(&tally), fake.recipients().len()), ((0, 1, 0), 0));
    assert!(fake.lines().iter().all(|line| line.starts_with("EHLO")), "{:?}", fake.lines());

    let fake = Fake::kind().await;
    let tally = send_by(relay(&fake, "smtps://ada:hunter2@127.0.0.1:PORT")).await;
    assert_eq!((counts(&tally), fake.recipients().len()), ((0, 1, 0), 0));
}

/// What is logged in a test, whole.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_repeats_a_password_an_address_or_the_words_of_the_relay() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let whims = [
        (Step::Auth, "535 AGFkYQBodW50ZXIy is not the password hunter2 of ada"),
        (Step::Rcpt, "550 ada@example.org hunter2 is unknown\r\n"),
        (Step::Dot, "554 'secret link' and hunter2 look like spam"),
    ];
    for (at, words) in whims {
        let fake = Fake::open(Offer { auth: true, ..Offer::default() }, move |_, step, _| {
            (step == at).then_some(Act::Say(words))
        })
        .await;
        let relay = relay(&fake, "smtp://ada:hunter2@127.0.0.1:PORT");
        assert!(!format!("{relay:?}").contains("hunter2"));
        assert_eq!(counts(&*send_by(relay).await), (0, 1, 0));
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("the relay answered 550") && text.contains("a letter was given up"), "{text}");
    for word in ["hunter2", "AGFkYQ", "ada", "secret link", "spam"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}
