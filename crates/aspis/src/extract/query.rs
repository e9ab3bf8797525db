//! Query parameters by name. The corridor has refused unknown and repeated ones already.

use std::str::FromStr;

use aspis_core::{
    clock::Timestamp,
    refusal::{Code, Refusal},
};

/// The parameters of one request, decoded.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// A parameter as text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter as a whole number.
    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = Some(text).filter(digits).and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(|| wrong(name, "must be a whole number"))
    }

    /// A parameter as a moment.
    pub(crate) fn moment(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let moment = Timestamp::parse(text);
        moment
            .map(Some)
            .ok_or_else(|| wrong(name, "must be a date (2020-01-17) or a moment (2020-01-17T00:00:00Z)"))
    }

    /// A parameter as one of a few words; the first is the default.
    pub(crate) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<T, Refusal> {
        let text = self.text(name).unwrap_or(words[0].0);
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| wrong(name, &format!("must be one of {}", known())))
    }
}

/// A refusal of one parameter.
pub(crate) fn wrong(name: &str, detail: &str) -> Refusal {
    Refusal::field(Code::InvalidQuery, name, "invalid", detail)
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_by_type() {
        let query = Query::parse("limit=5&from=2020-01-17T00%3A00%3A00%2B01:00&format=csv&empty=&bare");
        assert_eq!(query.number::<usize>("limit").ok(), Some(Some(5)));
        assert_eq!(query.number::<usize>("absent").ok(), Some(None));
        assert!(query.moment("from").is_ok_and(|at| at.is_some()));
        assert_eq!(query.word("format", &[("json", 1), ("csv", 2)]).ok(), Some(2));
        assert_eq!(query.word("absent", &[("json", 1), ("csv", 2)]).ok(), Some(1));
        assert!(query.number::<u32>("empty").is_err() && query.number::<u32>("format").is_err());
        assert!(query.word("limit", &[("json", 1)]).is_err() && query.moment("limit").is_err());
    }

    #[test]
    fn signs_spaces_and_overflow_are_no_numbers() {
        for text in
            ["n=-1", "n=%2B1", "n=1e3", "n=1.0", "n=0x10", "n=+1", "n=99999999999999999999999", "n=%D9%A1"]
        {
            assert!(Query::parse(text).number::<u64>("n").is_err(), "{text}");
        }
    }
}
