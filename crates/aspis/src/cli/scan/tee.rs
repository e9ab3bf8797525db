//! Readers beside the hunt: one that has everything scanned that passes, and one that ends at a bound.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use aspis_core::scenario::key_leakage::scan::{Finding, Scanner};

use super::hunt::read;

/// Passes on what it reads, and has it scanned.
pub(super) struct Tee<'a> {
    /// What was read before.
    first: io::Cursor<Vec<u8>>,
    input: &'a mut dyn Read,
    scanner: &'a mut Scanner,
    findings: Vec<Finding>,
    bytes: u64,
}

impl<'a> Tee<'a> {
    pub(super) fn new(first: Vec<u8>, input: &'a mut dyn Read, scanner: &'a mut Scanner) -> Self {
        Self { first: io::Cursor::new(first), input, scanner, findings: Vec::new(), bytes: 0 }
    }

    /// Has the rest scanned: how many bytes there were, and what was found in them.
    pub(super) fn finish(mut self) -> io::Result<(u64, Vec<Finding>)> {
        let mut room = vec![0; 64 * 1024];
        while self.read(&mut room)? > 0 {}
        self.scanner.end(&mut |finding| self.findings.push(finding));
        Ok((self.bytes, self.findings))
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = match self.first.read(room)? {
            0 => read(self.input, room)?,
            count => count,
        };
        self.bytes += count as u64;
        let mut left = &room[..count];
        while !left.is_empty() {
            let place = self.scanner.room();
            let (now, later) = left.split_at(left.len().min(place.len()));
            place[..now.len()].copy_from_slice(now);
            self.scanner.put(now.len(), &mut |finding| self.findings.push(finding));
            left = later;
        }
        Ok(count)
    }
}

/// Ends with an error when more is read than is left.
pub(super) struct Allowance<'a> {
    input: &'a mut dyn Read,
    left: Rc<Cell<u64>>,
}

impl<'a> Allowance<'a> {
    pub(super) fn new(input: &'a mut dyn Read, left: Rc<Cell<u64>>) -> Self {
        Self { input, left }
    }
}

impl Read for Allowance<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = read(self.input, room)?;
        match self.left.get().checked_sub(count as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other("it unpacks to more than is looked at")),
        }
        Ok(count)
    }
}
