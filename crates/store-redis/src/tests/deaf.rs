//! Hints over a line that breaks: heard again by themselves, and told that some may have been missed.

use aspis_store::fleeting::{
    Hints,
    hints::{Hint, Listener},
};
use tokio::{task::JoinSet, time::timeout};

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// Tells again and again until it is heard; how often the listener was told before that something was missed.
async fn missed_before_heard(node: &Shared, listener: &mut Listener, message: &[u8]) -> usize {
    let mut missed = 0;
    let heard = async {
        loop {
            // While the line is broken this may fail.
            let _ = node.tell(message).await;
            match timeout(Duration::from_millis(100), listener.next()).await {
                Ok(Some(Hint::Heard(heard))) if *heard == *message => return,
                Ok(Some(Hint::Missed)) => missed += 1,
                Ok(Some(Hint::Heard(_))) | Err(_) => {}
                Ok(None) => panic!("the home is gone"),
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("in time");
    missed
}

async fn stands(server: &Redis) -> (Arc<Shared>, Listener, JoinSet<()>) {
    let node = Arc::new(Shared::connect(&config(server, "aspis"), clock()).unwrap());
    let mut listener = node.listen();
    let (mut line, held) = (JoinSet::new(), node.clone());
    line.spawn(async move { held.run().await });
    assert_eq!(missed_before_heard(&node, &mut listener, b"first").await, 1, "what was told before it stood");
    assert_eq!(missed_before_heard(&node, &mut listener, b"second").await, 0);
    (node, listener, line)
}

#[tokio::test]
async fn a_server_that_comes_back_is_heard_again() {
    let Some(mut server) = Redis::start() else { return };
    let (node, mut listener, _line) = stands(&server).await;
    server.kill();
    server.go_on();
    assert!(missed_before_heard(&node, &mut listener, b"third").await >= 1);
}

#[tokio::test]
async fn a_line_to_nowhere_is_given_up() {
    let Some(server) = Redis::start() else { return };
    let (node, mut listener, _line) = stands(&server).await;
    server.pause(true);
    // Longer than the line is asked and answers.
    tokio::time::sleep(Duration::from_secs(4)).await;
    server.pause(false);
    assert!(missed_before_heard(&node, &mut listener, b"third").await >= 1);
}

#[tokio::test]
async fn deployments_on_one_server_do_not_hear_each_other() {
    let Some(server) = Redis::start() else { return };
    let (_node, mut listener, _line) = stands(&server).await;
    let other = Shared::connect(&config(&server, "other"), clock()).unwrap();
    other.tell(b"not for you").await.unwrap();
    assert!(timeout(Duration::from_millis(200), listener.next()).await.is_err());
}
