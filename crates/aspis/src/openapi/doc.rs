//! What a handler says of itself, beside it in its file: a constant, so that it costs nothing until it is read.

use aspis_core::refusal::Code;

use super::schema::SchemaOf;

/// Makes the schema of a body.
pub(crate) type Shape = fn() -> SchemaOf;

/// What a handler answers when all is well.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// This status with this JSON.
    Json(u16, Shape),
    /// 200 with a JSON object of no fixed form.
    AnyJson,
    /// 200 with this JSON, or 204.
    JsonOrNothing(Shape),
    /// 201 with this JSON, or 202.
    CreatedOrAccepted(Shape),
    /// 200 with this JSON, or 202 with the other: an operator has to look at it first.
    JsonOrHeld(Shape, Shape),
    /// 202.
    Accepted,
    /// 204.
    Nothing,
    /// 200 with text of this media type.
    Text(&'static str),
    /// 200 with rows, in the form that the caller chose.
    Rows(&'static [&'static str], Shape),
    /// 307.
    Elsewhere,
}

/// Where an answer leads: the arguments of another operation, taken from this one (OpenAPI 3.1, Link Object).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    /// The operation that may be called next.
    pub(super) target: &'static str,
    /// The status of the answer that leads there.
    pub(super) status: u16,
    /// Each argument with its runtime expression.
    pub(super) arguments: &'static [(&'static str, &'static str)],
}

/// The most links of one operation.
const LINKS: usize = 3;

/// An operation in words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doc {
    pub(crate) id: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) input: Option<Shape>,
    pub(super) answer: Answer,
    pub(super) refuses: &'static [Code],
    pub(super) links: [Option<Link>; LINKS],
    pub(super) idempotent: bool,
    pub(super) stored: bool,
    pub(super) paged: bool,
}

impl Doc {
    /// An operation that takes nothing and answers 204, until more is said.
    pub(crate) const fn new(id: &'static str, tag: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            input: None,
            answer: Answer::Nothing,
            refuses: &[],
            links: [None; LINKS],
            idempotent: false,
            stored: false,
            paged: false,
        }
    }

    /// Takes this JSON; whether it has to be there is said in the surface table.
    pub(crate) const fn input(mut self, shape: Shape) -> Self {
        self.input = Some(shape);
        self
    }

    /// Answers 200 with this JSON.
    pub(crate) const fn ok(self, shape: Shape) -> Self {
        self.answers(Answer::Json(200, shape))
    }

    /// Answers 201 with this JSON.
    pub(crate) const fn created(self, shape: Shape) -> Self {
        self.answers(Answer::Json(201, shape))
    }

    /// Answers 200 with this JSON where there is something to say, else 204.
    pub(crate) const fn ok_or_nothing(self, shape: Shape) -> Self {
        self.answers(Answer::JsonOrNothing(shape))
    }

    /// Answers 200 with this JSON, or 202 with the other while it waits for an operator.
    pub(crate) const fn ok_or_held(self, shape: Shape, held: Shape) -> Self {
        self.answers(Answer::JsonOrHeld(shape, held))
    }

    /// Answers 202, and does the rest later.
    pub(crate) const fn accepted(self) -> Self {
        self.answers(Answer::Accepted)
    }

    /// Answers 201 with this JSON, or where there is mail 202: a letter says the rest.
    pub(crate) const fn created_or_accepted(self, shape: Shape) -> Self {
        self.answers(Answer::CreatedOrAccepted(shape))
    }

    /// Answers 200 with a JSON object of no fixed form.
    pub(crate) const fn any_json(self) -> Self {
        self.answers(Answer::AnyJson)
    }

    /// Answers 204.
    pub(crate) const fn no_content(self) -> Self {
        self.answers(Answer::Nothing)
    }

    /// Answers 200 with text of this media type, which a caller may keep and ask again whether it has changed.
    pub(crate) const fn file(self, media_type: &'static str) -> Self {
        self.answers(Answer::Text(media_type))
    }

    /// Answers 200 with rows of this shape, in one of these media types.
    pub(crate) const fn streams(self, media_types: &'static [&'static str], row: Shape) -> Self {
        self.answers(Answer::Rows(media_types, row))
    }

    /// Answers 307.
    pub(crate) const fn redirect(self) -> Self {
        self.answers(Answer::Elsewhere)
    }

    /// True for an answer that a caller may keep, and ask about by its `ETag`.
    pub(super) const fn is_cached(&self) -> bool {
        matches!(self.answer, Answer::Text(_))
    }

    const fn answers(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    /// Refuses with these codes, beside what the corridor refuses with.
    pub(crate) const fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.refuses = codes;
        self
    }

    /// Needs the store, which may fail.
    pub(crate) const fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    /// Answers in pages, with a `Link` header.
    pub(crate) const fn paged(mut self) -> Self {
        self.paged = true;
        self
    }

    /// Needs an `Idempotency-Key`.
    pub(crate) const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// The answer with this status leads to that operation.
    pub(crate) const fn link(
        mut self,
        target: &'static str,
        status: u16,
        arguments: &'static [(&'static str, &'static str)],
    ) -> Self {
        let mut free = 0;
        while self.links[free].is_some() {
            free += 1;
        }
        self.links[free] = Some(Link { target, status, arguments });
        self
    }
}
