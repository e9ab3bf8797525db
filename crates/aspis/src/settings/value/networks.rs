//! Lists of networks.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// Networks, each a CIDR such as `10.0.0.0/8`; a single address stands for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Vec<IpNet>")]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// The networks in the order they were written.
    pub fn as_slice(&self) -> &[IpNet] {
        &self.0
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Value> for Networks {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Value::Array(items) = &value else {
            return Err(Refused::not(&value, "a list; write e.g. [\"10.0.0.0/8\", \"192.168.1.7\"]"));
        };
        items.iter().map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(item: &Value) -> Result<IpNet, Refused> {
    let wrong = || Refused::not(item, "a network; write e.g. \"10.0.0.0/8\" or \"192.168.1.7\"");
    let text = item.as_str().ok_or_else(wrong)?;
    let net =
        text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from)).map_err(|_| wrong())?;
    plain(item, net)
}

/// Refuses networks that parse but are surely not what was meant.
fn plain(item: &Value, net: IpNet) -> Result<IpNet, Refused> {
    let shown = shown(item);
    if net.prefix_len() == 0 {
        return Err(Refused::new(format!("{shown} is everybody; name the networks that are meant")));
    }
    if net.addr() != net.network() {
        return Err(Refused::new(format!("{shown} has bits beyond its prefix; write \"{}\"", net.trunc())));
    }
    match net {
        IpNet::V6(six) if six.addr().to_ipv4_mapped().is_some() && six.prefix_len() >= 96 => {
            Err(Refused::new(format!("{shown} is an IPv4 network; write it as one, e.g. \"10.0.0.0/8\"")))
        }
        _ => Ok(net),
    }
}

impl From<Networks> for Vec<IpNet> {
    fn from(networks: Networks) -> Self {
        networks.0
    }
}
