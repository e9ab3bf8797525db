//! As much of an HTTP/1.1 client as a load generator needs: requests made once, answers read in place.

use std::fmt::Write as _;

mod answer;
mod connection;

pub(crate) use answer::Answer;
pub(crate) use connection::Connection;

/// The bytes of a request, with a JSON body where there is one.
pub(crate) fn request(method: &str, path: &str, fields: &[(&str, &str)], body: Option<&str>) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: aspis-bench\r\nAccept: */*\r\n");
    for (name, value) in fields {
        write!(text, "{name}: {value}\r\n").expect("a string takes everything");
    }
    if let Some(body) = body {
        let length = body.len();
        write!(text, "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
            .expect("a string takes everything");
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}
