//! All blocks in an order in which one is found by halving: for the way of every request.

use std::{cmp::Reverse, net::IpAddr};

use ipnet::IpNet;

use super::{Block, Shut};
use crate::clock::Timestamp;

/// Blocks by their networks. Networks nest or are apart, so each knows the one around it.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// Of which family: an IPv6 network holds no IPv4 address, whatever its bits say.
    six: bool,
    first: u128,
    last: u128,
    /// The row of the network around it.
    around: Option<usize>,
    shut: Shut,
}

/// An address as the table orders it.
fn place(address: IpAddr) -> (bool, u128) {
    match address.to_canonical() {
        IpAddr::V4(four) => (false, u128::from(four.to_bits())),
        IpAddr::V6(six) => (true, six.to_bits()),
    }
}

fn ends(network: &IpNet) -> (u128, u128) {
    match network {
        IpNet::V4(four) => (four.network().to_bits().into(), four.broadcast().to_bits().into()),
        IpNet::V6(six) => (six.network().to_bits(), six.broadcast().to_bits()),
    }
}

impl Row {
    fn of(block: &Block) -> Self {
        let (first, last) = ends(&block.network);
        let six = matches!(block.network, IpNet::V6(_));
        Self { six, first, last, around: None, shut: block.shut() }
    }

    fn holds(&self, (six, address): (bool, u128)) -> bool {
        self.six == six && self.first <= address && address <= self.last
    }
}

impl Table {
    /// Puts blocks in order. Their networks have to be folded.
    pub fn new<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Self {
        let mut rows: Vec<Row> = blocks.into_iter().map(Row::of).collect();
        rows.sort_by_key(|row| (row.six, row.first, Reverse(row.last)));
        let mut open: Vec<usize> = Vec::new();
        for at in 0..rows.len() {
            let (six, first) = (rows[at].six, rows[at].first);
            while open.last().is_some_and(|last| !rows[*last].holds((six, first))) {
                open.pop();
            }
            rows[at].around = open.last().copied();
            open.push(at);
        }
        Self { rows }
    }

    /// The hardest block that holds for an address now: one look by halving, then outwards.
    pub fn find(&self, address: IpAddr, now: Timestamp) -> Option<Shut> {
        let place = place(address);
        let before = self.rows.partition_point(|row| (row.six, row.first) <= place);
        let mut at = before.checked_sub(1);
        let mut found: Option<Shut> = None;
        while let Some(row) = at.map(|at| &self.rows[at]) {
            if row.holds(place) && row.shut.holds(now) {
                found = Some(found.map_or(row.shut, |known| known.harder(row.shut)));
            }
            at = row.around;
        }
        found
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when nobody is shut out.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
