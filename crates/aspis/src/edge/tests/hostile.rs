//! Heads that other servers let through or read differently, and what they are refused as.

use super::super::EdgeRefusal::{self, *};

const H: &str = "Host: a.example\r\n";

/// Each with a name, complete or with what makes it hopeless, in text with `{H}` for a good `Host` line.
const TABLE: &[(&str, EdgeRefusal)] = &[
    // Request lines.
    ("GET  / HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /  HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET / HTTP/1.1 \r\n{H}\r\n", RequestLine),
    (" GET / HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET\t/\tHTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /a b HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /\r\n{H}\r\n", RequestLine),
    ("GET\r\n{H}\r\n", RequestLine),
    ("GET / http/1.1\r\n{H}\r\n", RequestLine),
    ("GET / HTTP/1.\r\n{H}\r\n", RequestLine),
    ("GET / HTTP/11\r\n{H}\r\n", RequestLine),
    ("GET / HTTP/1.1x\r\n{H}\r\n", RequestLine),
    ("G@T / HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /a\0b HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /a#b HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /?q=<script> HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET /a\\b?\u{7f} HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET a HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET * HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET ftp://a.example/ HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("GET http:/// HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("\r\n\r\nGET / HTTP/1.1\r\n{H}\r\n", RequestLine),
    ("\n", RequestLine),
    ("GET / HTTP/1.1\nHost: a\n\n", RequestLine),
    ("\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03", RequestLine),
    ("\0", RequestLine),
    // Versions.
    ("PRI * HTTP/2.0\r\n\r\n", Version),
    ("GET / HTTP/2.0\r\n{H}\r\n", Version),
    ("GET / HTTP/0.9\r\n{H}\r\n", Version),
    ("GET / HTTP/1.2\r\n{H}\r\n", Version),
    ("GET / HTTP/3.0\r\n{H}\r\n", Version),
    // Header lines.
    ("GET / HTTP/1.1\r\n{H}X: y\n\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: y\n\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: a\rb\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: a\0b\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: a\u{7f}b\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: a\u{1b}[0mb\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X: a\r\n folded\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n Host: a.example\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X : y\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}Transfer-Encoding : chunked\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}Content-Length\t: 5\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}: y\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}no colon\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}X(y): z\r\n\r\n", Header),
    ("GET / HTTP/1.1\r\n{H}Trans\u{f6}fer: z\r\n\r\n", Header),
    // Host.
    ("GET / HTTP/1.1\r\n\r\n", HostMissing),
    ("GET / HTTP/1.0\r\n\r\n", HostMissing),
    ("GET / HTTP/1.1\r\n{H}{H}\r\n", HostRepeated),
    ("GET / HTTP/1.1\r\n{H}hOsT: b.example\r\n\r\n", HostRepeated),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", HostMalformed),
    ("GET / HTTP/1.1\r\nHost: [fe80::1%eth0]\r\n\r\n", HostMalformed),
    ("GET http://b.example/ HTTP/1.1\r\n{H}\r\n", HostMalformed),
    ("GET http://x@a.example/ HTTP/1.1\r\n{H}\r\n", HostMalformed),
    ("GET http://a.example:81/ HTTP/1.1\r\n{H}\r\n", HostMalformed),
    // Where the body ends.
    ("POST / HTTP/1.1\r\n{H}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", LengthAndCoding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", LengthAndCoding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: x\r\nContent-Length: 5\r\n\r\n", LengthAndCoding),
    ("POST / HTTP/1.1\r\n{H}Content-Length: +5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: -5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 0x5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 5 5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 5,5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length:\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 18446744073709551621\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 5\r\nContent-Length: 5\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Content-Length: 5\r\ncontent-length: 6\r\n\r\n", Length),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: gzip, chunked\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: chunked, identity\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: \"chunked\"\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: xchunked\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding:\r\n\r\n", Coding),
    ("POST / HTTP/1.1\r\n{H}Transfer-Encoding: \u{b}chunked\r\n\r\n", Header),
    ("POST / HTTP/1.0\r\n{H}Transfer-Encoding: chunked\r\n\r\n", Coding),
    // Methods.
    ("TRACE / HTTP/1.1\r\n{H}\r\n", Method),
    ("CONNECT a.example:443 HTTP/1.1\r\n{H}\r\n", Method),
];

/// The table, and what is too large to be written down.
pub(in super::super) fn heads() -> Vec<(Vec<u8>, EdgeRefusal)> {
    let mut heads: Vec<_> =
        TABLE.iter().map(|(text, why)| (text.replace("{H}", H).into_bytes(), *why)).collect();
    let many = "X: y\r\n".repeat(100);
    let long = "x".repeat(9000);
    let huge = format!("X: {}\r\n", "y".repeat(4000)).repeat(5);
    heads.push((format!("GET / HTTP/1.1\r\n{H}{many}\r\n").into_bytes(), TooManyHeaders));
    heads.push((format!("GET /{long} HTTP/1.1\r\n{H}\r\n").into_bytes(), UrlTooLong));
    heads.push((format!("GET /{long}").into_bytes(), UrlTooLong));
    heads.push((format!("GET / HTTP/1.1\r\n{H}{huge}\r\n").into_bytes(), HeadTooLarge));
    heads.push((format!("GET / HTTP/1.1\r\n{H}{huge}").into_bytes(), HeadTooLarge));
    heads
}

/// What must pass: unusual, but it means one thing only.
pub(in super::super) const GOOD: &[&str] = &[
    "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET / HTTP/1.0\r\nHost: a.example\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:a.example:8001\t \r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [::1]:8001\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET http://A.example/x HTTP/1.1\r\nHost: a.Example\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /api/v1/price/BTC';DROP%20TABLE%20users;-- HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /api/v1/price/../../etc/passwd HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET //a//b?x=%00&y={}|^` HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "GET /\u{e9}?\u{20ac} HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "trace / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "M-SEARCH / HTTP/1.1\r\nHost: a.example\r\nX-Empty:\r\nX-Tab: a\tb\r\nX-High: \u{fc}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n",
];
