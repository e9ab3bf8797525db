pub(super) mod hostile;
pub(super) mod streams;

mod caps;
mod flow;
mod garbage;
mod refusals;
mod site;
mod slow;
mod stop;
