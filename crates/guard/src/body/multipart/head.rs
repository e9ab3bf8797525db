//! The fields of one part: few are known, each stands once, and none is folded.

use super::{
    Wrong,
    parameters::{self, Parameters},
};

/// The longest head of a part, in bytes.
const BYTES: usize = 4096;

/// What a part says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Which field it is.
    pub(super) name: String,
    /// What its file is called: in one way, or in two.
    pub(super) files: Vec<String>,
    /// It says that it is text.
    pub(super) is_text: bool,
    /// It says that it is JSON.
    pub(super) is_json: bool,
}

/// Reads the head of a part; the content is what follows.
pub(super) fn read(part: &[u8]) -> Result<(Head, &[u8]), Wrong> {
    let end = memchr::memmem::find(part, b"\r\n\r\n").filter(|end| *end <= BYTES).ok_or(Wrong::Head)?;
    let text = std::str::from_utf8(&part[..end]).map_err(|_| Wrong::Letters)?;
    let mut head = Head::default();
    let mut seen = Vec::new();
    for line in text.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or(Wrong::Head)?;
        let name = name.to_ascii_lowercase();
        let is_text = |c: char| c == '\t' || !c.is_control();
        if !parameters::is_token(&name) || seen.contains(&name) || !value.chars().all(is_text) {
            return Err(Wrong::Head);
        }
        head.take(&name, value.trim_matches([' ', '\t']))?;
        seen.push(name);
    }
    let named = seen.iter().any(|name| name == "content-disposition");
    if named { Ok((head, &part[end + 4..])) } else { Err(Wrong::Disposition) }
}

impl Head {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Wrong> {
        match name {
            "content-disposition" => self.disposition(value),
            "content-type" => self.kind(value),
            "content-transfer-encoding" => {
                let plain = ["7bit", "8bit", "binary"].iter().any(|known| value.eq_ignore_ascii_case(known));
                if plain { Ok(()) } else { Err(Wrong::Kind) }
            }
            // How long it is says the boundary.
            "content-length" => Ok(()),
            _ => Err(Wrong::Head),
        }
    }

    fn disposition(&mut self, value: &str) -> Result<(), Wrong> {
        let (kind, parameters) = Parameters::read(value)?;
        if !kind.eq_ignore_ascii_case("form-data") {
            return Err(Wrong::Disposition);
        }
        let mut named = false;
        for (name, value) in parameters {
            match name.as_str() {
                "name" => {
                    self.name = value;
                    named = true;
                }
                "filename" => self.files.push(value),
                "filename*" => self.files.push(parameters::extended(&value).ok_or(Wrong::Disposition)?),
                _ => return Err(Wrong::Disposition),
            }
        }
        if named { Ok(()) } else { Err(Wrong::Disposition) }
    }

    fn kind(&mut self, value: &str) -> Result<(), Wrong> {
        let (kind, parameters) = Parameters::read(value)?;
        let kind = kind.to_ascii_lowercase();
        if kind.starts_with("multipart/") || kind.starts_with("message/") || !kind.contains('/') {
            return Err(Wrong::Kind);
        }
        for (name, value) in parameters {
            let known = ["utf-8", "us-ascii"].iter().any(|known| value.eq_ignore_ascii_case(known));
            if name == "charset" && !known {
                return Err(Wrong::Kind);
            }
        }
        self.is_json = kind.ends_with("/json") || kind.ends_with("+json");
        let written = ["xml", "html", "script", "form-urlencoded"].iter().any(|end| kind.ends_with(end));
        self.is_text = kind.starts_with("text/") || written;
        Ok(())
    }
}
