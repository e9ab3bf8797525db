//! What one node tells all the others.

use std::time::Duration;

use super::Fresh;
use crate::fleeting::hints::{Hint, LONGEST, Listener};

/// Longer than any machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The next message; a sign that something was missed is passed over.
async fn heard(listener: &mut Listener) -> Vec<u8> {
    loop {
        match tokio::time::timeout(PATIENCE, listener.next()).await.expect("in time").expect("it goes on") {
            Hint::Heard(message) => return message.to_vec(),
            Hint::Missed => {}
        }
    }
}

pub(super) async fn what_one_node_tells_all_hear(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| node.hints.clone());
    let mut listeners = [one.listen(), other.listen()];
    let mut lines = tokio::task::JoinSet::new();
    for hints in [one.clone(), other.clone()] {
        lines.spawn(async move { hints.run().await });
    }
    // Until both lines stand.
    for listener in &mut listeners {
        loop {
            one.tell(b"are you there?").await.expect("told");
            let heard = tokio::time::timeout(Duration::from_millis(20), heard(listener)).await;
            if heard.is_ok() {
                break;
            }
        }
    }
    for n in 0..100_u8 {
        [&one, &other][usize::from(n % 2)].tell(&[0, n]).await.expect("told");
    }
    for listener in &mut listeners {
        let (mut even, mut odd) = (Vec::new(), Vec::new());
        while even.len() + odd.len() < 100 {
            match heard(listener).await[..] {
                [0, n] if n % 2 == 0 => even.push(n),
                [0, n] => odd.push(n),
                _ => {}
            }
        }
        // All of it, and what one node tells in the order it was told.
        assert!(even.is_sorted() && odd.is_sorted());
        assert_eq!((even.len(), odd.len()), (50, 50));
    }
    assert!(one.tell(&vec![0; LONGEST + 1]).await.is_err());
}
