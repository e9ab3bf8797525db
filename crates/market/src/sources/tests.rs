//! Sources against a server of one's own over real sockets, which does whatever a source could do; time is moved by
//! hand.

mod binance;
mod calm;
mod faults;
mod replay;
mod stage;
mod stream;
mod tls;
mod yahoo;

use replay::{Act, Replay};
use stage::Stage;
