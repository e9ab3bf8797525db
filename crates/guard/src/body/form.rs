//! `application/x-www-form-urlencoded`, read as the service behind will read it, and thrown away.

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::finding::Place,
};

use crate::{fields::Kinds, look::look, named, percent};

/// Fields of one form at most.
const FIELDS: usize = 1000;

/// Looks at every name and value. `Err(Wrong)` where it is no form.
pub(super) fn read(bytes: &[u8]) -> Result<Result<(), Refusal>, Refusal> {
    let mut found = Ok(());
    for (count, pair) in bytes.split(|byte| *byte == b'&').enumerate() {
        if count == FIELDS {
            return Err(wrong("It has too many fields."));
        }
        let (name, value) = halves(pair);
        let (name, value) = (decoded(name)?, decoded(value)?);
        // Who says that the rest is written in other letters would be read otherwise than it was inspected.
        if name == "_charset_" && !value.eq_ignore_ascii_case("utf-8") {
            return Err(Refusal::new(Code::UnsupportedMediaType));
        }
        if found.is_ok() {
            found = field(&name, &value);
        }
    }
    Ok(found)
}

/// Looks at one field of a form, whatever carried it.
pub(super) fn field(name: &str, value: &str) -> Result<(), Refusal> {
    look("a field's name", name.as_bytes(), Place::Key)?;
    match Kinds::Any.place(name) {
        Some(place) => look(&shown(name), value.as_bytes(), place),
        None => Ok(()),
    }
}

/// The name of a field for people.
pub(super) fn shown(name: &str) -> String {
    if name.is_empty() { "body".to_owned() } else { named::repeated(name).to_owned() }
}

fn halves(pair: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = pair.splitn(2, |byte| *byte == b'=');
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

/// What a name or value means; two readers never agree on a broken escape or on letters that are none.
fn decoded(text: &[u8]) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'%' => {
                bytes.push(percent::escaped(tail).ok_or_else(|| wrong("It has a broken escape."))?);
                rest = &tail[2..];
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong("It is not UTF-8."))
}

fn wrong(why: &'static str) -> Refusal {
    Refusal::field(Code::MalformedRequest, "body", "form", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(form: &[u8]) -> Option<&'static str> {
        let verdict = read(form).and_then(|found| found);
        verdict.err().map(|refusal| refusal.code().word())
    }

    #[test]
    fn ordinary_forms_pass() {
        for form in [
            &b""[..],
            b"a=1&b=2",
            b"name=Conan+O%27Brien&note=a+%3C+b+%26%26+c+%3E+d",
            b"flag&x=",
            b"_charset_=UTF-8&a=%C3%A4",
            b"password=%27+or+1%3D1--",
        ] {
            assert_eq!(code(form), None, "{}", String::from_utf8_lossy(form));
        }
    }

    #[test]
    fn every_name_and_value_is_looked_at() {
        for (form, word) in [
            (&b"a=%27+or+%271%27%3D%271"[..], "sqli_attempt"),
            (b"a=1&b=2&c=%3Cscript%3Ealert(1)%3C/script%3E", "xss_attempt"),
            (b"%3Cscript%3Ealert(1)%3C/script%3E=1", "xss_attempt"),
            (b"a=x%00y", "control_bytes"),
        ] {
            assert_eq!(code(form), Some(word), "{}", String::from_utf8_lossy(form));
        }
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for form in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"\xff=1"] {
            assert_eq!(code(form), Some("malformed_request"), "{}", String::from_utf8_lossy(form));
        }
        assert_eq!(code(b"_charset_=utf-7&a=1"), Some("unsupported_media_type"));
        let many = "a=1&".repeat(1000);
        assert_eq!(code(many.as_bytes()), Some("malformed_request"));
    }
}
