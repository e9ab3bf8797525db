//! A file whose import died goes on where it was.

use std::io::Read;

use super::*;

/// A file of which the end cannot be read: the process dies there.
fn torn(text: &str, at: usize) -> impl BufRead {
    struct Dies;
    impl Read for Dies {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("killed"))
        }
    }
    io::BufReader::new(io::Cursor::new(text[..at].to_owned()).chain(Dies))
}

async fn dies(store: &Durable, plan: &Plan, text: &str) {
    let mut input = torn(text, text.len() * 2 / 3);
    let outcome = run(plan, Target::Store(store), &mut input, &mut |_| ()).await;
    assert!(matches!(outcome, Err(ImportError::Io(_))), "{outcome:?}");
}

#[tokio::test]
async fn it_goes_on_where_it_was() {
    let (store, plan) = (store(), plan("NEW", Interval::Day));
    let text = file(4500).replace("1970-03-01T00:00:00Z,100.3", "1970-03-01T00:00:00Z,x");
    dies(&store, &plan, &text).await;
    let there = history(&store, "NEW", Interval::Day).await.1.len();
    assert_eq!(there, 1999, "two thousand rows, and one of them bad");
    let mut resumed = Vec::new();
    let mut told = |news: &News<'_>| {
        if let News::Resumed(line) = news {
            resumed.push(*line);
        }
    };
    let report =
        run(&plan, Target::Store(&store), &mut text.as_bytes(), &mut told).await.expect("brought in");
    assert_eq!((counts(&report), report.resumed_at), ([4500, 4499, 0, 0, 1], Some(2001)));
    assert_eq!(resumed, [2001]);
    let whole = super::store();
    bring(&whole, &plan, &text).await.expect("brought in");
    let (resumed, whole) =
        (history(&store, "NEW", Interval::Day).await, history(&whole, "NEW", Interval::Day).await);
    assert!(resumed == whole, "the same to the last mark");
}

#[tokio::test]
async fn a_file_that_has_changed_meanwhile_is_begun_anew() {
    let (store, plan) = (store(), plan("NEW", Interval::Day));
    let text = file(3500);
    dies(&store, &plan, &text).await;
    for other in [text.replacen(",100.1", ",200.1", 1), file(1200), "timestamp,close\n".to_owned()] {
        let outcome = bring(&store, &plan, &other).await;
        assert!(matches!(outcome, Err(ImportError::Changed)), "{outcome:?}");
    }
    let anew = Plan { anew: true, ..plan.clone() };
    let report = bring(&store, &anew, &text.replacen(",100.1", ",200.1", 1)).await.expect("brought in");
    assert_eq!(counts(&report), [3500, 1500, 1, 1999, 0]);
}

#[tokio::test]
async fn what_cannot_be_read_twice_is_compared_row_by_row() {
    let (store, plan) = (store(), Plan { name: None, ..plan("NEW", Interval::Day) });
    let text = file(3500);
    dies(&store, &plan, &text).await;
    let report = bring(&store, &plan, &text).await.expect("brought in");
    assert_eq!((counts(&report), report.resumed_at), ([3500, 1500, 0, 2000, 0], None));
}
