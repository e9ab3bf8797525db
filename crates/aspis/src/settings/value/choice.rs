//! One word out of a few.

use super::{Refused, shown};

/// Declares an enum of words: parsed, printed and refused alike everywhere.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "toml::Value", into = "&'static str")]
        pub enum $name {
            $($(#[$word_doc])* $variant,)+
        }

        impl $name {
            /// The words that are allowed.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word as settings write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl TryFrom<toml::Value> for $name {
            type Error = $crate::settings::value::Refused;

            fn try_from(value: toml::Value) -> Result<Self, $crate::settings::value::Refused> {
                match value.as_str() {
                    $(Some($word) => Ok(Self::$variant),)+
                    _ => Err($crate::settings::value::not_one_of(&value, Self::WORDS)),
                }
            }
        }

        impl From<$name> for &'static str {
            fn from(word: $name) -> Self {
                word.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use choice;

/// What to say about a word that is none of these.
pub(crate) fn not_one_of(value: &toml::Value, words: &[&str]) -> Refused {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    let among = if quoted.len() == 1 { "" } else { "one of " };
    Refused::new(format!("{} is not allowed; write {among}{}", shown(value), quoted.join(", ")))
}
