//! Pages of history: bounded in size for everybody, bounded in depth for a caller who is not signed in.

/// How pages are bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Rows of a page where none is asked for.
    pub default: usize,
    /// The most rows of a page.
    pub max: usize,
    /// The newest rows of an asset that a stranger may read.
    pub anonymous_rows: usize,
}

/// What is wrong with a page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A page of none, or of too many.
    #[error("must be from 1 to {0}")]
    Limit(usize),
    /// Further back than a stranger may read.
    #[error("without sign-in only the newest {0} rows can be read")]
    SignInForMore(usize),
}

/// Rows to skip and rows to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many of the newest rows are skipped.
    pub offset: usize,
    /// How many rows are given at most.
    pub limit: usize,
}

impl Paging {
    /// Judges a page. A stranger's last page is cut at the bound; one that begins beyond it is refused.
    pub fn judge(self, limit: Option<usize>, offset: usize, signed_in: bool) -> Result<Page, PageError> {
        let limit = limit.unwrap_or(self.default);
        if limit == 0 || limit > self.max {
            return Err(PageError::Limit(self.max));
        }
        if signed_in {
            return Ok(Page { offset, limit });
        }
        match self.anonymous_rows.checked_sub(offset) {
            None | Some(0) => Err(PageError::SignInForMore(self.anonymous_rows)),
            Some(left) => Ok(Page { offset, limit: limit.min(left) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGING: Paging = Paging { default: 100, max: 1000, anonymous_rows: 1000 };

    #[test]
    fn a_page_is_at_most_a_thousand_rows() {
        assert_eq!(PAGING.judge(None, 0, false), Ok(Page { offset: 0, limit: 100 }));
        assert_eq!(PAGING.judge(Some(1000), 0, true), Ok(Page { offset: 0, limit: 1000 }));
        assert_eq!(PAGING.judge(Some(1001), 0, true), Err(PageError::Limit(1000)));
        assert_eq!(PAGING.judge(Some(0), 0, true), Err(PageError::Limit(1000)));
    }

    #[test]
    fn a_stranger_reads_the_newest_rows_only() {
        assert_eq!(PAGING.judge(Some(100), 950, false), Ok(Page { offset: 950, limit: 50 }));
        assert_eq!(PAGING.judge(Some(100), 1000, false), Err(PageError::SignInForMore(1000)));
        assert_eq!(PAGING.judge(Some(100), 5000, true), Ok(Page { offset: 5000, limit: 100 }));
    }
}
