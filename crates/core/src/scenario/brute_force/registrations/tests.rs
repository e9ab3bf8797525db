#![expect(clippy::unchecked_time_subtraction, reason = "the times of these stories are in order")]

use std::net::{IpAddr, Ipv4Addr};

use super::*;

const DAY: Duration = Duration::from_secs(86_400);
const TICK: Duration = Duration::from_micros(1);
const NOON: Duration = Duration::from_secs(43_200);

fn client(n: u32) -> Client {
    Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n)))
}

fn registers(registrations: &Registrations, from: u32, now: Duration) -> bool {
    let ticket = registrations.begin(client(from), false, now);
    ticket.map(|ticket| registrations.settle(ticket, true, now)).is_ok()
}

#[test]
fn the_third_of_a_day_needs_a_challenge() {
    let registrations = Registrations::new(Rules::default());
    assert!(registers(&registrations, 1, NOON));
    assert!(registers(&registrations, 1, NOON + TICK));
    assert!(registrations.needs_challenge(client(1), NOON + TICK));
    assert!(!registers(&registrations, 1, NOON + TICK));
    assert!(registers(&registrations, 2, NOON + TICK), "another client");
    assert!(!registers(&registrations, 1, NOON + DAY - TICK));
    assert!(registers(&registrations, 1, NOON + DAY), "the first is a day old");
    assert!(!registers(&registrations, 1, NOON + DAY), "the second is not");
}

#[test]
fn with_a_challenge_there_are_as_many_as_it_is_solved() {
    let registrations = Registrations::new(Rules::default());
    for _ in 0..100 {
        let ticket = registrations.begin(client(1), true, NOON).unwrap();
        registrations.settle(ticket, true, NOON);
    }
    assert!(registrations.needs_challenge(client(1), NOON + DAY - TICK));
    assert!(!registrations.needs_challenge(client(1), NOON + DAY));
}

#[test]
fn what_made_no_account_does_not_count_and_what_is_open_does() {
    let registrations = Registrations::new(Rules::default());
    for _ in 0..100 {
        let ticket = registrations.begin(client(1), false, NOON).unwrap();
        registrations.settle(ticket, false, NOON);
    }
    let open: Vec<_> = (0..100).filter_map(|_| registrations.begin(client(1), false, NOON).ok()).collect();
    assert_eq!(open.len(), 2, "a hundred at once");
    for ticket in open {
        registrations.settle(ticket, false, NOON);
    }
    for _ in 0..2 {
        assert!(registers(&registrations, 1, NOON));
    }
    for _ in 0..50 {
        let ticket = registrations.begin(client(1), true, NOON).unwrap();
        registrations.settle(ticket, false, NOON);
    }
    assert!(registrations.needs_challenge(client(1), NOON), "what came to nothing pushes nothing out");
}

#[test]
fn a_flood_of_clients_frees_nobody_who_needs_a_challenge() {
    let registrations = Registrations::new(Rules { clients: 100, ..Rules::default() });
    for _ in 0..2 {
        registers(&registrations, 1, NOON);
    }
    for n in 2..100_000 {
        registers(&registrations, n, NOON + TICK);
        registers(&registrations, n, NOON + TICK);
    }
    assert!(registrations.needs_challenge(client(1), NOON + TICK));
    assert_eq!(registrations.state(NOON).table.len(), 100);
    assert!(registrations.needs_challenge(client(5_000_000), NOON + TICK), "what strangers share is spent");
}

#[test]
fn none_may_need_it_or_all() {
    let registrations = Registrations::new(Rules { challenge_after: 0, ..Rules::default() });
    assert!(registrations.needs_challenge(client(1), NOON));
    assert!(!registers(&registrations, 1, NOON));
    assert!(registrations.begin(client(1), true, NOON).is_ok());
}
