//! The texts that one text is: as it was sent, and with its disguises undone, a fixed number of times.

use std::ops::Range;

use super::{
    Finding, Place,
    layers::Layer,
    score::{self, Found},
    sieve::{self, Awake},
};
use crate::{refusal::Code, scenario::sql_injection::control};

/// How often escapes are undone: what is escaped thrice is meant for a third decoder, and more are no accident.
const ROUNDS: usize = 3;
/// The rule of what is escaped more often than that.
pub(super) const TOO_OFTEN: &str = "escaped.too_often";

/// Looks at every view of a text whose marks are known.
pub(super) fn search(text: &[u8], awake: &Awake, place: Place) -> Option<Finding> {
    let mut views = Views { sent: text, place, undone: Vec::new() };
    if let Some(found) = views.judge(text, awake) {
        return Some(found);
    }
    let deepest = views.unwrap();
    if let Some(found) = deepest.as_ref().err() {
        return Some(*found);
    }
    let deepest = deepest.ok().flatten();
    let control = control::find_in(text, place).or_else(|| {
        // A person may write "\x00"; where a value stands it is meant.
        let hidden = deepest.as_deref().filter(|_| place == Place::Closed)?;
        control::find_in(hidden, place).map(|found| views.place_in_sent(found))
    });
    control.or_else(|| views.uncomment(deepest.as_deref().unwrap_or(text)))
}

struct Views<'a> {
    sent: &'a [u8],
    place: Place,
    /// The layers that were undone to come to the view that is looked at, outermost first.
    undone: Vec<Layer>,
}

impl Views<'_> {
    fn look(&self, view: &[u8]) -> Option<Finding> {
        self.judge(view, &sieve::awake(view))
    }

    fn judge(&self, view: &[u8], awake: &Awake) -> Option<Finding> {
        let Found { family, rule, offset, length } = score::judge(view, awake, self.place)?;
        let sent = self.origin(offset..offset + length);
        Some(Finding { code: family.code(), rule, offset: sent.start, length: sent.len() })
    }

    /// Undoes escapes and letters that pass for others until there are none left; looks at what comes of it each time.
    fn unwrap(&mut self) -> Result<Option<Vec<u8>>, Finding> {
        let mut current: Option<Vec<u8>> = None;
        for _ in 0..ROUNDS {
            let mut changed = false;
            for layer in [Layer::Escapes, Layer::Fold] {
                if let Some(next) = layer.undo(current.as_deref().unwrap_or(self.sent)) {
                    self.undone.push(layer);
                    current = Some(next);
                    changed = true;
                }
            }
            let Some(view) = current.as_deref().filter(|_| changed) else { return Ok(current) };
            if let Some(found) = self.look(view) {
                return Err(found);
            }
        }
        let strict = matches!(self.place, Place::Closed | Place::Key | Place::Cookie);
        let more = current.as_deref().is_some_and(|view| Layer::Escapes.undo(view).is_some());
        if strict && more { Err(self.whole(Code::EscapedTooOften, TOO_OFTEN)) } else { Ok(current) }
    }

    /// Looks once more with the comments of SQL undone, as a database and as a filter would.
    fn uncomment(&mut self, view: &[u8]) -> Option<Finding> {
        [Layer::Comments, Layer::Joined].into_iter().find_map(|layer| {
            let undone = layer.undo(view)?;
            self.undone.push(layer);
            let found = self.look(&undone);
            self.undone.pop();
            found
        })
    }

    fn whole(&self, code: Code, rule: &'static str) -> Finding {
        Finding { code, rule, offset: 0, length: self.sent.len() }
    }

    fn place_in_sent(&self, found: Finding) -> Finding {
        let sent = self.origin(found.offset..found.offset + found.length);
        Finding { offset: sent.start, length: sent.len(), ..found }
    }

    /// Where in the text as it was sent stands what is this part of the view.
    fn origin(&self, part: Range<usize>) -> Range<usize> {
        let mut texts: Vec<Vec<u8>> = vec![self.sent.to_vec()];
        for layer in &self.undone {
            let next = texts.last().and_then(|text| layer.undo(text)).unwrap_or_default();
            texts.push(next);
        }
        let steps = self.undone.iter().zip(&texts).rev();
        steps.fold(part, |part, (layer, text)| layer.origin(text, &part))
    }
}
