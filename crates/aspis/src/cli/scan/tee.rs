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
    /// That was scanned and counted already.
    is_known: bool,
    input: &'a mut dyn Read,
    scanner: &'a mut Scanner,
    findings: Vec<Finding>,
    bytes: u64,
}

impl<'a> Tee<'a> {
    pub(super) fn new(
        first: Vec<u8>,
        is_known: bool,
        input: &'a mut dyn Read,
        scanner: &'a mut Scanner,
    ) -> Self {
        Self { first: io::Cursor::new(first), is_known, input, scanner, findings: Vec::new(), bytes: 0 }
    }

    /// With what was found before.
    pub(super) fn with(self, findings: Vec<Finding>) -> Self {
        Self { findings, ..self }
    }

    /// Has the rest scanned: how many bytes there were, what was found in them, and whether all could be read.
    pub(super) fn finish(mut self) -> (u64, Vec<Finding>, io::Result<()>) {
        let mut room = vec![0; 64 * 1024];
        let outcome = loop {
            match self.read(&mut room) {
                Ok(0) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        self.scanner.end(&mut |finding| self.findings.push(finding));
        (self.bytes, self.findings, outcome)
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = match self.first.read(room)? {
            0 => read(self.input, room)?,
            count if self.is_known => return Ok(count),
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
