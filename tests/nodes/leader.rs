//! The work of one: by one node, and soon by the other.

use nix::sys::signal::Signal;

use super::*;

fn leads(node: &Server) -> bool {
    let log = node.log();
    let last = log.lines().rfind(|line| line.contains("the work of one node alone"));
    last.is_some_and(|line| line.contains("leads=true"))
}

#[test]
fn one_leads_and_the_other_does_when_it_is_killed_or_stops() {
    let Some(ground) = Ground::new() else { return };
    let [one, two] = ground.two(&[]);
    until("the first leads", || leads(&one));
    assert!(!leads(&two));
    one.signal(Signal::SIGKILL);
    let (home, ..) = one.ended();
    until("the second leads", || leads(&two));
    let one = ground.node_on(home, &[]);
    thread::sleep(Duration::from_secs(2));
    assert!(!leads(&one));
    let (_, status, log) = two.stop();
    assert!(status.success(), "{log}");
    until("the first leads again", || leads(&one));
}

#[test]
fn one_that_was_paused_leads_no_longer() {
    let Some(ground) = Ground::new() else { return };
    let [one, two] = ground.two(&[]);
    until("the first leads", || leads(&one));
    one.signal(Signal::SIGSTOP);
    until("the second leads", || leads(&two));
    one.signal(Signal::SIGCONT);
    until("the first has seen it", || !leads(&one));
    assert!(leads(&two));
}
