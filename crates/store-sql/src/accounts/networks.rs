//! Networks as one text: CIDRs with one space between them.

use ipnet::IpNet;

use crate::fault::{Fault, readable};

pub(crate) fn write(networks: &[IpNet]) -> String {
    networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// One that cannot be read is a fault: left out, it would open the account to everywhere.
pub(crate) fn read(text: &str) -> Result<Vec<IpNet>, Fault> {
    let networks = text.split_terminator(' ').map(|network| network.parse().ok());
    readable("network", networks.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn networks_come_back_and_nothing_else_is_read() {
        for text in ["", "192.0.2.0/24", "192.0.2.1/32 2001:db8::/32"] {
            assert_eq!(super::write(&super::read(text).unwrap()), text);
        }
        for wrong in [" ", "192.0.2.0", "192.0.2.0/24  192.0.2.0/24", "x/8"] {
            assert!(super::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
