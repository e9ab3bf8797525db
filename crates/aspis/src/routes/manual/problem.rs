//! `GET /problems/{code}`

use askama::Template;
use aspis_core::refusal::Code;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new("problem", "manual", "What a refusal means and what to do about it")
    .file("text/html")
    .refuses(&[Code::NotFound]);

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    version: &'static str,
    word: &'static str,
    status: u16,
    reason: &'static str,
    title: &'static str,
    advice: &'static str,
    scenario: Option<String>,
    around: Vec<&'static str>,
}

pub(super) fn write(code: Code) -> String {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let same = |other: &&Code| other.status() == code.status() && **other != code;
    let page = ProblemPage {
        version: env!("CARGO_PKG_VERSION"),
        word: code.word(),
        status: code.status(),
        reason: status.canonical_reason().unwrap_or("Refused"),
        title: code.title(),
        advice: code.advice(),
        scenario: code.scenario().map(|scenario| scenario.word().replace('_', " ")),
        around: Code::ALL.iter().filter(same).map(|other| other.word()).collect(),
    };
    page.render().expect("a template of texts alone always renders")
}

pub(crate) async fn problem(ctx: Ctx) -> Answer {
    let code = Code::parse(ctx.passage.param("code")).ok_or(Code::NotFound)?;
    let page = ctx.app.manual.problems.iter().find(|(known, _)| *known == code);
    let (_, page) = page.ok_or(Code::NotFound)?;
    Ok(page.answer(&ctx.headers, ctx.app.chance.as_ref()))
}
