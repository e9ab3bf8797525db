// TEMPORARY: overwrite
pub(crate) mod docs; pub(crate) mod openapi; pub(crate) mod problem;
