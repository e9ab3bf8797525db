//! Who is shut out, as requests ask it: from memory, without a lock, and at no cost while nobody is.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use aspis_core::{
    block::{self, Block, Hand, Shut, Table},
    client::Client,
    clock::Timestamp,
};
use ipnet::IpNet;

/// The blocks that are in force, and the list of those who are never shut out.
#[derive(Debug)]
pub struct Blocks {
    /// False while nobody is shut out: then nothing else is looked at.
    any: AtomicBool,
    table: ArcSwap<Table>,
    allowed: ArcSwap<Vec<IpNet>>,
    /// False while nobody is shunned.
    wary: AtomicBool,
    shunned: RwLock<BTreeMap<Client, Shut>>,
}

/// Clients that are shunned at once, at most.
const SHUNNED: usize = 100_000;

impl Blocks {
    /// Nobody is shut out yet. Whoever is in `allowed` never is, and neither is this machine.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        let table = ArcSwap::from_pointee(Table::default());
        Self {
            any: AtomicBool::new(false),
            table,
            allowed: ArcSwap::from_pointee(allowed),
            wary: AtomicBool::new(false),
            shunned: RwLock::default(),
        }
    }

    /// Puts these in place of all that there were.
    pub fn set<'a>(&self, blocks: impl IntoIterator<Item = &'a Block>) {
        let table = Table::new(blocks);
        let any = !table.is_empty();
        self.table.store(Arc::new(table));
        self.any.store(any, Ordering::Release);
    }

    /// Puts these in place of all that never were shut out, beside this machine.
    pub fn allow(&self, allowed: Vec<IpNet>) {
        self.allowed.store(Arc::new(allowed));
    }

    /// How an address is shut out now, if it is.
    pub fn find(&self, address: IpAddr, now: Timestamp) -> Option<Shut> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let shut = self.table.load().find(address, now)?;
        (!self.is_allowed(address)).then_some(shut)
    }

    /// From now on what pages of other sites have this client send is shut out, and nothing else of it. Kept in memory
    /// alone: after a restart it takes as many attacks again. False where it was so already.
    pub fn shun(&self, client: Client, since: Timestamp, until: Timestamp) -> bool {
        let shut = Shut { hand: Hand::Automatic, since, until: Some(until) };
        let mut shunned = self.shunned.write().unwrap_or_else(PoisonError::into_inner);
        shunned.retain(|_, known| known.holds(since));
        let is_new = !shunned.contains_key(&client) && shunned.len() < SHUNNED;
        if is_new {
            shunned.insert(client, shut);
            self.wary.store(true, Ordering::Release);
        }
        is_new
    }

    /// How a client is shunned now, if it is.
    pub fn shunned(&self, client: Client, address: IpAddr, now: Timestamp) -> Option<Shut> {
        if !self.wary.load(Ordering::Acquire) {
            return None;
        }
        let shunned = self.shunned.read().unwrap_or_else(PoisonError::into_inner);
        let shut = shunned.get(&client).copied().filter(|shut| shut.holds(now))?;
        (!self.is_allowed(address)).then_some(shut)
    }

    /// True for an address that is never shut out.
    pub fn is_allowed(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.allowed.load().iter().any(|network| network.contains(&address))
    }

    /// True for a network that holds somebody who is never shut out.
    pub fn holds_allowed(&self, network: &IpNet) -> bool {
        self.held(None).iter().any(|allowed| block::overlap(allowed, network))
    }

    /// The networks that no operator shuts out: of those who never are, and their own.
    pub fn held(&self, own: Option<IpAddr>) -> Vec<IpNet> {
        let here = [IpAddr::from([127, 0, 0, 0]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1_u16])];
        let here = here.map(|address| IpNet::new_assert(address, if address.is_ipv4() { 8 } else { 128 }));
        let own = own.map(|address| IpNet::from(address.to_canonical()));
        let allowed = self.allowed.load();
        // What is allowed is as it was written, and a block is folded: their sizes may differ either way.
        here.iter().chain(allowed.iter()).copied().chain(own).map(block::fold).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn net(text: &str) -> IpNet {
        block::parse(text).expect("a network")
    }

    fn shut(network: &str) -> Block {
        let since = Timestamp::from_seconds(0);
        let (network, who) = (net(network), String::new());
        Block { network, hand: Hand::Operator, since, until: None, why: String::new(), who }
    }

    #[test]
    fn who_is_allowed_is_never_shut_out() {
        let blocks = Blocks::new(vec![net("192.0.2.0/28")]);
        let now = Timestamp::from_seconds(1);
        assert_eq!(blocks.find(ip("192.0.2.77"), now), None);
        blocks.set(&[shut("192.0.2.0/24"), shut("127.0.0.0/8"), shut("::1")]);
        assert!(blocks.find(ip("192.0.2.77"), now).is_some());
        assert!(blocks.find(ip("::ffff:192.0.2.77"), now).is_some());
        for free in ["192.0.2.7", "::ffff:192.0.2.7", "127.0.0.1", "127.9.9.9", "::1", "192.0.3.1"] {
            assert_eq!(blocks.find(ip(free), now), None, "{free}");
        }
        for (network, holds) in [
            ("192.0.2.0/24", true),
            ("192.0.2.5", true),
            ("192.0.2.64/26", false),
            ("127.0.0.1", true),
            ("::1", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(blocks.holds_allowed(&net(network)), holds, "{network}");
        }
        blocks.set(&[]);
        assert_eq!(blocks.find(ip("192.0.2.77"), now), None);
    }
}
