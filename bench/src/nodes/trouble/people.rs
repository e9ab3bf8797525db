//! Who calls meanwhile: those who read with a token, who sign in, who keep to their limit, and who do not.

use std::{cell::Cell, net::SocketAddr, rc::Rc, time::Duration};

use aspis_core::clock::SystemClock;
use tokio::task::JoinSet;

use super::{
    super::{
        caller::Caller,
        member::{self, Member},
    },
    errand::Errand,
    seen::{Seen, Who},
};
use crate::http::request;

/// The number of the one who looks whether all is well.
pub(super) const PROBER: u32 = 9000;

/// Where those who sign in again do it.
const SECOND_ADDRESS: u32 = 5000;
const READERS: u32 = 16;
const SIGNERS: u32 = 20;
const MODEST: u32 = 30;
const GREEDY: u32 = 20;
const HASTY: u32 = 5;

/// Everybody begins.
pub(super) async fn begin(
    to: [SocketAddr; 2],
    seen: &Rc<Seen>,
    is_open: &Rc<Cell<bool>>,
    clock: &Rc<SystemClock>,
) -> anyhow::Result<JoinSet<()>> {
    let mut people = JoinSet::new();
    for (number, errand) in errands(to).await?.into_iter().enumerate() {
        let errand = Errand { number, ..errand };
        people.spawn_local(errand.run(to, Rc::clone(seen), Rc::clone(is_open), Rc::clone(clock)));
    }
    Ok(people)
}

async fn errands(to: [SocketAddr; 2]) -> anyhow::Result<Vec<Errand>> {
    let (mut caller, mut errands, mut number) = (Caller::new(to), Vec::new(), 0);
    let mut add = |who, request, ms| {
        errands.push(Errand { who, number: 0, request, every: Duration::from_millis(ms) });
    };
    for _ in 0..READERS {
        number += 1;
        add(Who::Reader, Member::join(&mut caller, 0, number).await?.who_am_i(), 20);
    }
    // Three a minute, of five that they may; half of them at each node, which alone lets two in.
    for _ in 0..SIGNERS {
        number += 1;
        // From another address than the first time, which is in a window already.
        let signer = Member::join(&mut caller, 0, number).await?;
        add(Who::Signer, signer.signs_in_from(&member::address(SECOND_ADDRESS + number)), 20_000);
    }
    for (who, count, path, ms) in [
        (Who::Modest, MODEST, "/api/v1/price/BTC", 6000),
        (Who::Greedy, GREEDY, "/api/v1/price/BTC", 50),
        (Who::Hasty, HASTY, "/.well-known/jwks.json", 10),
    ] {
        for _ in 0..count {
            number += 1;
            add(who, request("GET", path, &[("X-Forwarded-For", &member::address(number))], None), ms);
        }
    }
    Ok(errands)
}
