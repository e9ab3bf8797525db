//! Is there such a route, does it take this method, and does it know these query parameters?

use aspis_core::refusal::{Code, FieldError, Refusal};
use http::request;

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    named,
    passage::Passage,
    percent,
    surface::Found,
};

pub(crate) struct Route;

impl Door for Route {
    fn name(&self) -> DoorName {
        DoorName::Route
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let surface = &shared.parts.surface;
        match passage.found {
            Found::Row(row) => query(surface.rows()[row].query, head.uri.query().unwrap_or("")),
            Found::Method(row) => Err(Refusal::new(Code::MethodNotAllowed).allow(surface.methods(row))),
            Found::Nothing => Err(Refusal::new(Code::NotFound)),
        }
    }
}

/// Every parameter is one that the route knows, and stands once.
fn query(known: &[&str], query: &str) -> Result<(), Refusal> {
    let mut seen: Vec<String> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = percent::decode(pair.split('=').next().unwrap_or(pair)).into_owned();
        if !known.contains(&name.as_str()) {
            return Err(wrong(&name, "unknown", unknown(known)));
        }
        if seen.contains(&name) {
            return Err(wrong(&name, "repeated", "may stand only once".to_owned()));
        }
        seen.push(name);
    }
    Ok(())
}

fn unknown(known: &[&str]) -> String {
    if known.is_empty() {
        "no query parameter is known here".to_owned()
    } else {
        format!("known here: {}", known.join(", "))
    }
}

fn wrong(name: &str, code: &'static str, detail: String) -> Refusal {
    let field = named::repeated(name).to_owned();
    let said = format!("{field}: {detail}");
    Refusal::because(Code::InvalidQuery, said).with_error(FieldError { field, code: code.into(), detail })
}
