//! The walk of a head, and no more, for who measures what each door costs.

use http::request;

use super::{CorridorLayer, Shared};
use crate::{door::DoorName, modes::Mode, passage::Arrival};

impl CorridorLayer {
    /// The doors, in the order a request meets them.
    pub fn doors(&self) -> Vec<DoorName> {
        self.0.load().doors.iter().map(|(name, _)| *name).collect()
    }

    /// Sends a head through the first so many doors: true where all of them let it pass. Windows are asked as ever, and
    /// nothing is answered, told or counted.
    pub fn walk(&self, head: &request::Parts, arrival: Arrival, doors: usize) -> bool {
        self.0.load().walk(head, arrival, doors)
    }
}

impl Shared {
    fn walk(&self, head: &request::Parts, arrival: Arrival, doors: usize) -> bool {
        let mut passage = self.arrive(head, Some(arrival));
        let modes = passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]);
        let met = self.doors.iter().take(doors).filter(|(name, _)| modes.of(*name) != Mode::Off);
        met.map(|(_, door)| door).all(|door| door.pass(self, head, &mut passage).is_ok())
    }
}
