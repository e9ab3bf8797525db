use prometheus_client::{encoding::text::encode, registry::Registry};

use super::*;

fn text(answers: &Answers) -> String {
    let (mut registry, mut text) = (Registry::default(), String::new());
    registry.register_collector(Box::new(answers.clone()));
    encode(&mut text, &registry).expect("text");
    text
}

#[test]
fn every_status_has_its_place() {
    assert!(STATUSES.is_sorted(), "one finds another in it");
    for status in 100..600 {
        let found = STATUSES[usize::from(PLACES[usize::from(status) - 100])];
        let known = STATUSES.contains(&status);
        assert_eq!(found, if known { status } else { status / 100 * 100 }, "{status}");
    }
}

#[test]
fn every_refusal_keeps_its_status() {
    for code in aspis_core::refusal::Code::ALL {
        assert!(STATUSES.contains(&code.status()), "{}: {}", code.word(), code.status());
    }
}

#[test]
fn answers_are_counted_by_route_and_status() {
    let answers = Answers::new(&["GET /a".to_owned(), "POST /b".to_owned()]);
    for millis in [1, 5, 6, 20_000] {
        answers.done(Some(0), 200, Duration::from_millis(millis));
    }
    answers.done(Some(0), 404, Duration::from_millis(99));
    answers.done(Some(1), 503, Duration::ZERO);
    answers.done(Some(99), 599, Duration::ZERO);
    answers.done(None, 7, Duration::ZERO);
    let text = text(&answers);
    for line in [
        "http_requests_total{route=\"GET /a\",status=\"2xx\"} 4",
        "http_requests_total{route=\"GET /a\",status=\"4xx\"} 1",
        "http_requests_total{route=\"GET /a\",status=\"5xx\"} 0",
        "http_requests_total{route=\"POST /b\",status=\"5xx\"} 1",
        "http_requests_total{route=\"unknown\",status=\"5xx\"} 1",
        "http_requests_total{route=\"unknown\",status=\"1xx\"} 1",
        "http_request_duration_seconds_sum{route=\"GET /a\"} 20.111",
        "http_request_duration_seconds_count{route=\"GET /a\"} 5",
        "http_request_duration_seconds_bucket{le=\"0.005\",route=\"GET /a\"} 2",
        "http_request_duration_seconds_bucket{le=\"0.01\",route=\"GET /a\"} 3",
        "http_request_duration_seconds_bucket{le=\"0.1\",route=\"GET /a\"} 4",
        "http_request_duration_seconds_bucket{le=\"10.0\",route=\"GET /a\"} 4",
        "http_request_duration_seconds_bucket{le=\"+Inf\",route=\"GET /a\"} 5",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
    }
    assert_eq!(answers.totals(), Totals { all: 8, failed: 2 });
    assert_eq!(answers.given(0), Totals { all: 4, failed: 0 }, "a mistake of the caller's is neither");
    assert_eq!(answers.given(1), Totals { all: 1, failed: 1 });
    // What only says that there was no room, or that a breaker is open, is no error of the server.
    for why in [Shed::Busy, Shed::Busy, Shed::LeftAlone] {
        answers.done(Some(1), 503, Duration::ZERO);
        answers.shed(Some(1), why);
    }
    assert_eq!(answers.totals(), Totals { all: 8, failed: 2 });
    assert_eq!(answers.given(1), Totals { all: 2, failed: 2 }, "what a breaker kept away failed");
    let told = self::text(&answers);
    for line in [
        "http_requests_shed_total{route=\"POST /b\",why=\"busy\"} 2",
        "http_requests_shed_total{route=\"POST /b\",why=\"left_alone\"} 1",
        "http_requests_total{route=\"POST /b\",status=\"5xx\"} 4",
    ] {
        assert!(told.lines().any(|own| own == line), "{line} is not in\n{told}");
    }
    let each: Vec<_> = answers.each().map(|one| (one.route, one.status, one.took.count())).collect();
    let known = [("GET /a", 200, 4), ("GET /a", 404, 1), ("POST /b", 503, 4)];
    assert_eq!(each, [&known[..], &[(UNKNOWN, 100, 1), (UNKNOWN, 500, 1)]].concat());
}
