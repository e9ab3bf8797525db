//! The numbers as Prometheus reads them, read back: what a collector gets is what stands there, and nothing is counted
//! twice or forgotten by one of the two.
//!
//! It reads our own text alone, of counters and gauges; histograms have more in them than their text (`encode`).

/// Numbers of one name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Family<'a> {
    /// Without the ending of its kind.
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    /// True for what only grows.
    pub(super) counts: bool,
    pub(super) points: Vec<Point>,
}

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: Number,
}

/// Whole, or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Whole(i64),
    Real(f64),
}

/// Every counter and gauge of a text in the form of `OpenMetrics`.
pub(super) fn read(text: &str) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    let mut help = "";
    let mut skips = true;
    for line in text.lines() {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described.split_once(' ').map_or("", |(_, help)| help);
        } else if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap_or((typed, ""));
            skips = !matches!(kind, "counter" | "gauge");
            if !skips {
                families.push(Family { name, help, counts: kind == "counter", points: Vec::new() });
            }
        } else if let Some(family) = families.last_mut().filter(|_| !skips && !line.starts_with('#')) {
            family.points.extend(point(line));
        }
    }
    families
}

/// `name{label="text",…} value`
fn point(line: &str) -> Option<Point> {
    let (_, mut rest) = line.split_at(line.find(['{', ' '])?);
    let mut labels = Vec::new();
    if let Some(mut inner) = rest.strip_prefix('{') {
        while !inner.starts_with('}') {
            let (name, quoted) = inner.trim_start_matches(',').split_once("=\"")?;
            let (text, after) = unquoted(quoted)?;
            labels.push((name.to_owned(), text));
            inner = after;
        }
        rest = &inner[1..];
    }
    let value = rest.trim();
    let whole = value.parse().ok().map(Number::Whole);
    let real = || value.parse().ok().filter(|value: &f64| value.is_finite()).map(Number::Real);
    Some(Point { labels, value: whole.or_else(real)? })
}

/// A text up to its closing quote, and what is behind it.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# HELP aspis_refusals Requests refused.
# TYPE aspis_refusals counter
aspis_refusals_total{code="rate_limited",route="GET /a/{b}, \"c\\d\n"} 5
aspis_refusals_total{code="x"} 18446744073709551615
# HELP aspis_took How long.
# TYPE aspis_took histogram
aspis_took_sum 1.5
aspis_took_bucket{le="+Inf"} 5
# HELP aspis_share A share.
# TYPE aspis_share gauge
aspis_share -0.25
aspis_share{of="nothing"} NaN
# EOF
"#;

    #[test]
    fn what_is_written_is_read() {
        let families = read(TEXT);
        let names: Vec<_> = families.iter().map(|one| (one.name, one.help, one.counts)).collect();
        let known = [("aspis_refusals", "Requests refused.", true), ("aspis_share", "A share.", false)];
        assert_eq!(names, known);
        let label = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let first = Point {
            labels: vec![label("code", "rate_limited"), label("route", "GET /a/{b}, \"c\\d\n")],
            value: Number::Whole(5),
        };
        assert_eq!(families[0].points[0], first);
        let share = Point { labels: vec![], value: Number::Real(-0.25) };
        assert_eq!(families[1].points, [share], "what is no number is left out");
    }

    #[test]
    fn half_a_line_is_no_number() {
        for line in ["", "x", "x{", "x{a", "x{a=\"b", "x{a=\"b\\", "x{a=\"b\"", "x{a=\"b\"}", "x{}", "x y"] {
            assert_eq!(point(line), None, "{line}");
        }
    }
}
