pub(super) mod hostile;
pub(super) mod streams;

mod abandoned;
mod caps;
mod flow;
mod garbage;
mod http2;
mod http2_hostile;
mod http2_unread;
mod refusals;
mod siege;
mod site;
mod slow;
mod stop;
mod tls;
mod unread;
