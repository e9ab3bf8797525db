//! The form of a password (NIST SP 800-63B-4, 3.1.1.2): length in code points, nothing about its kinds of characters.
//!
//! How easy it is to guess is judged in `identity`, where the word lists are.

/// How long a password may be, in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// The shortest allowed.
    pub min: usize,
    /// The longest allowed. It bounds the work, and nothing is ever cut off.
    pub max: usize,
}

/// What is wrong with the form of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Too few code points.
    #[error("must have at least {0} characters")]
    TooShort(usize),
    /// Too many code points.
    #[error("must have at most {0} characters")]
    TooLong(usize),
}

impl Length {
    /// Judges the length alone.
    pub fn judge(self, password: &str) -> Result<(), FormError> {
        let count = password.chars().take(self.max + 1).count();
        if count < self.min {
            return Err(FormError::TooShort(self.min));
        }
        if count > self.max {
            return Err(FormError::TooLong(self.max));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_code_points_and_never_cuts() {
        let length = Length { min: 8, max: 128 };
        assert_eq!(length.judge("1234567"), Err(FormError::TooShort(8)));
        assert_eq!(length.judge("åßçðéfgh"), Ok(()));
        assert_eq!(length.judge(&"é".repeat(128)), Ok(()));
        assert_eq!(length.judge(&"é".repeat(129)), Err(FormError::TooLong(128)));
    }
}
