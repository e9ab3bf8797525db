//! Conditions that are always true or false, and orders that ask how many columns there are: where a number stands, an
//! attack needs no quote.

use crate::scenario::finding::signal::Signal;

/// As words of their own, or at the beginning before a value: "for " and "band " are no marks.
const JOINERS: &[&str] = &[
    " or ", " or(", " or+", " or\t", " or\n", " or'", " or\"", " or-", " or!", " or~", "+or", "\tor", "\nor",
    "'or", "\"or", ")or", "\ror", " and ", " and(", " and+", " and\t", " and\n", " and'", " and\"", " and-",
    " and!", "+and", "\tand", "\nand", "'and", "\"and", ")and", "\rand", "or 1", "or 0", "or '", "or \"",
    "or (", "or(", "or tr", "or not", "or x", "and 1", "and 0", "and '", "and (", "and(", "and sl", "or sl",
    "or ex", "xor", "||", "&&", "\u{b}or", "\u{c}or",
];

/// The same before a number or a literal.
const JOINED: &[&str] = &["or<O>", "and<O>", "||<O>", "&&<O>"];

pub(super) static SIGNALS: &[Signal] = &[
    // `5 < 6 and 7 > 6` is arithmetic: what an attack continues is a value, and no comparison.
    Signal::new(
        "sqli.condition.numbers",
        6,
        JOINED,
        r"(?: \A | [^\s\d<>] | (?: \A | [^\s\d<>] | [^\s<>] \s+ ) \d+ ) <B>* (?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~-] | not\b )* (?: \d+ <B>* (?: [<>]?= | [<>] | <> | != ) <B>* \d+ \b | \d+ <B>+ (?: like | in | between | rlike ) <B>* [('\d-] ) [^=]{0,2} [\s+)]*
          (?: -- | \# | /\* | ; | \z | [)] | <Q> | (?: and | or | union | order | group | limit | having | into | procedure ) \b | <B>+ -- )",
    ),
    Signal::new(
        "sqli.condition.texts",
        6,
        JOINED,
        r"(?: \A | [\d'\x22`)] ) <B>* (?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~] | not\b )* <Q> ([\w%\x20]{0,20}) <Q> [\s+)]* (?: = | like\b | <> | != | [<>] ) [\s+(]* <Q> [^=\s]{0,24} (?: \z | <Q> ) ",
    ),
    Signal::new(
        "sqli.condition.inner",
        6,
        JOINED,
        r"(?: \A | [\w'\x22`)] ) <B>* (?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~-] | not\b )* (?: \d+ | ['\x22]\w*['\x22] ) <B>* (?: [<>!]?= | <> | [<>] | like\b ) <B>*
          (?: \( <B>* (?: select\b | ['\x22] \w* ['\x22] <B>* (?: \|\| | \+ ) ) | (?: concat | concat_ws | cast | convert | char | chr | elt | make_set | iif | regexp_\w+ | raise_error | benchmark | substr(?:ing)? | mid | ascii | ord | length | len | extractvalue | updatexml | dbms_\w+ | utl_\w+ | ctxsys | xmltype | gtid_\w+ | json_\w+ | load_file | like | repeat | lower | upper ) <B>* [(.] )",
    ),
    Signal::new(
        "sqli.condition.tautology",
        6,
        &["where"],
        r"\b where <B>+ (?: \d+ <B>* = <B>* \d+ | ['\x22](\w*)['\x22] <B>* = <B>* ['\x22]\w* ) ['\x22]? <B>+ (?: (?: or | and | xor ) (?: <B> | [(!~-] | not\b )+ (?: \d | ['\x22] | \w+ <B>* \( ) | rlike \b | \( <B>* select \b )",
    ),
    Signal::new(
        "sqli.condition.sum",
        6,
        JOINED,
        r"(?: \b (?: or | and | xor ) \b | \|\| | && ) <B>* \(? \d+ (?: [-+*] \d+ ){2,9} <B>* = <B>* \d+ (?: [-+*] \d+ ){2,9}",
    ),
    Signal::new(
        "sqli.condition.whole",
        6,
        &["iif", "elt", "make_set", "case", "if(", "if ("],
        r"\A (?: [\s('\x22] | [\w-]{1,12} ['\x22]? [,;%*+] )* (?: (?: iif | elt | make_set | if ) <B>* \( | case <B>+ when ) [\s+(]* (?: \d+ | ['\x22]\w*['\x22] ) <B>* [<>=] <B>* (?: \d+ | ['\x22]\w*['\x22] )",
    ),
    Signal::new(
        "sqli.condition.matched",
        6,
        &["rlike", "regexp"],
        r"[\w'\x22`)] <B>+ (?: not <B>+ )? (?: rlike | regexp ) <B>* (?: \( [\s+(]* (?: select | case ) \b | (?: sleep | benchmark ) <B>* \( )",
    ),
    Signal::new(
        "sqli.condition.value",
        6,
        JOINERS,
        r"\A [\s+'\x22(]* (?: [\w.%@-]{1,24} [\s+'\x22)]+ (?: (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~] | not\b )+ <X> | [\s+'\x22)]* (?: or | and | xor ) (?: <B> | [(!~] | not\b )+ (?: \d+ | <Q>\w*<Q> ) ) [\s+)]*
          (?: (?: [<>!]?= | <> | [<>] ) <B>* [^=\s+] [^\s]{0,40} | like <B>* <Q> [^\s]{0,40} | is <B>+ (?: not <B>+ )? null | in <B>* \( [^\s]{0,40} | between <B>+ \d{1,6} <B>+ and <B>+ \d{1,6} \b | (?: rlike | regexp ) <B>* [(<'\x22\d] [^\s]{0,40} ) [\s+)'\x22]* (?: \z | -- | \# | /\* | ; | [)] )",
    ),
    Signal::new(
        "sqli.condition.call",
        6,
        JOINERS,
        r"(?: \A <B>* | \A [\w.%@'\x22`)-]{0,24} [\s+)'\x22`]+ ) (?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~-] | not\b )*
          (?: select (?: <B>* [(*@'\x22\d-] | <B>+ [\w.]+ (?: \( | <B>+ from \b ) ) | exists <B>* \( | case <B>+ when | if <B>* \( <B>* (?: \d | <Q> | \( | \w+ <B>* [(=<>,] ) | (?: substr(?:ing)? | ascii | ord | mid | left | right | length | len | char | sleep | pg_sleep | benchmark | extractvalue | updatexml | cast | convert | version | database | user | count | row | rand | elt | make_set | exp | json_\w+ | gtid_\w+ | utl_\w+\.\w+ | dbms_\w+\.\w+ | ctxsys\.\S+ | randomblob | load_file | iif | coalesce | hex | lower | upper | concat\w* | name_const | updatexml | xmltype | bitand | nvl | instr | unicode | strcmp | polygon | multipoint | geometrycollection | linestring | has_dbaccess ) <B>* \( )",
    ),
    Signal::new(
        "sqli.condition.truth",
        3,
        JOINERS,
        r"\A [\s'\x22`(]* [\w.%@-]{0,24} [\s+'\x22`)]+ (?: or | and | xor | \|\| | && ) (?: <B> | [(!~-] | not\b )* (?: true | false | null | \d+ | <Q>\w*<Q>? ) [\s+)]* (?: \z | -- | \# | /\* | ; )",
    ),
    Signal::new(
        "sqli.condition.truth.comment",
        4,
        JOINERS,
        r"(?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~-] | not\b )* (?: true | false | null | \d+ | <Q>\w*<Q>? | [\w.]+ \s* [=<>] \s* \S{1,20}? ) [\s+)]* (?: --+ | \# | /\* ) [\s+-]* \z",
    ),
    Signal::new(
        "sqli.condition.some",
        2,
        JOINERS,
        r"(?: \b (?: or | and | xor ) \b | \|\| | && ) (?: <B> | [(!~-] | not\b )* <X> <B>* (?: [<>!]?= | <> | [<>] | like\b | rlike\b | regexp\b | between\b | is\b <B>+ (?: not | null ) | in <B>* \( )",
    ),
    Signal::new(
        "sqli.order",
        3,
        &["order"],
        r"\A [\s+'\x22`(]* [\w.%@-]{0,24} [\s+'\x22`)]+ order <B>+ by <B>+ (?: \d+ | [\w.]+ ) [\s+),]* (?: \z | -- | \# | /\* | ; | asc\b | desc\b | limit\b | [(\d] )",
    ),
    Signal::new(
        "sqli.order.number",
        6,
        &["order"],
        r"\A [\w.%@-]{0,12} [\d'\x22)] [\s+)]+ order <B>+ by <B>+ \d+ [\s+)]* (?: \z | -- | \# | /\* | , | ; )",
    ),
    Signal::new(
        "sqli.order.comment",
        4,
        &["order", "group"],
        r"\b (?: order | group ) <B>+ by <B>+ [\w.,+\s]{1,60}? <B>* (?: -- | \# | /\* ) [\s+-]* \z",
    ),
    Signal::new("sqli.having", 6, &["having"], r"\b having <B>+ (?: \d+ | <Q>\w*<Q> ) <B>* [<>=]"),
    Signal::new(
        "sqli.limit",
        2,
        &["limit", "procedure", "offset"],
        r"[\d'\x22`)] <B>+ (?: limit <B>+ \d+ (?: <B>* , <B>* \d+ )? | procedure <B>+ analyse )",
    ),
    Signal::new("sqli.analyse", 6, &["analyse"], r"procedure <B>+ analyse <B>* \("),
];
