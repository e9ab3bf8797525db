//! What stands behind a quote that ends a literal of somebody else's statement.

use crate::scenario::finding::{marks::behind_quote, signal::Signal};

pub(super) static SIGNALS: &[Signal] = &[
    Signal::behind(
        "sqli.break_out.condition",
        6,
        behind_quote![
            "or", "and", "xor", "|", "&", "not ", "not(", "not+", "having", "where ", "where+", "div", "mod",
            "when"
        ],
        r"\A [\s+)]* (?: (?: or | and | xor | where | having | when | div | mod ) \b | \|\|? | &&? ) (?: <B> | [(!~-] | not\b )*
          <X> <B>* <C>",
    ),
    Signal::behind(
        "sqli.break_out.truth",
        6,
        behind_quote!["or", "and", "xor", "|", "&", "having", "where ", "where+"],
        r"\A [\s+)]* (?: (?: \b (?: or | and | xor | where | having ) \b | \|\|? | &&? ) (?: <B> | [(!~-] | not\b )* )
          (?: true | false | null | \d+ | ['\x22]\w*['\x22] ) [\s+)]*
          (?: -- | \# | /\* | ; | \z | (?: limit | group | order | union | and | or | into | having ) \b )",
    ),
    Signal::behind(
        "sqli.break_out.call",
        6,
        behind_quote![
            "or",
            "and",
            "xor",
            "|",
            "&",
            "+",
            "-",
            "*",
            "/",
            "%",
            "^",
            "=",
            "<",
            ">",
            ",(",
            ", (",
            ",if",
            ",sl",
            "in ",
            "in(",
            "in+",
            "like",
            "rlike",
            "regexp",
            "where ",
            "where+",
            "having",
            "limit ",
            "limit+",
            "procedure",
            "order",
            "group",
            "between",
            "not ",
            "not(",
            "not+",
            "is ",
            "is+",
            "collate",
            "as ",
            "as+",
            "when"
        ],
        r"\A [\s+)]* (?: \b(?: or | and | xor | rlike | regexp | like | in | where | having | limit | procedure | not | is | between | order\s+by | group\s+by | when ) \b | [|&+*/%^=<>,-]+ ) (?: <B> | [(!~-] | not\b )*
          (?: (?: select | exists ) \b <B>* [(.@\w*'\x22-] | case <B>+ (?: when | \S{1,24} <B>+ when ) \b | @@\w | (?: if | ifnull | iif | nvl | coalesce | substr(?:ing)? | ascii | ord | mid | left | length | char | chr | concat\w* | hex | unhex | load_file | sleep | pg_sleep\w* | benchmark | extractvalue | updatexml | cast | convert | version | database | user | schema | current_\w+ | system_user | sqlite_version | randomblob | analyse | elt | make_set | name_const | row | exp | floor | rand | count | json_\w+ | gtid_\w+ | utl_\w+ | dbms_\w+ | ctxsys | xmltype | sys | len | db_name | host_name | is_srvrolemember ) (?: \.\w+ )* <B>* \( )",
    ),
    Signal::behind(
        "sqli.break_out.statement",
        6,
        behind_quote![";", "union", "except", "intersect", "minus"],
        r"\A [\s+)]* (?: ; [\s+;(]* <T>
          | (?: union | except | intersect | minus ) (?: <B> | [(] | all\b | distinct\b )+ (?: select | values | table | with ) \b )",
    ),
    Signal::behind(
        "sqli.break_out.clause",
        6,
        behind_quote![
            "order",
            "group",
            "having",
            "limit ",
            "limit+",
            "procedure",
            "into",
            "like",
            "in ",
            "in(",
            "in+",
            "is ",
            "is+",
            "between",
            "rlike",
            "regexp"
        ],
        r"\A [\s+)]* (?: (?: order | group ) <B>+ by <B>+ (?: [\w.]+ <B>* (?: -- | \# | /\* | ; | \z | asc\b | desc\b ) | \d+ <B>* , | \w* \( )
          | having <B>+ \S+ <B>* <C> | limit <B>+ \d+ <B>* (?: , <B>* \d+ <B>* )? (?: \z | -- | \# | /\* | ; | <Q> \z | offset\b | into\b | union\b | procedure\b ) | procedure <B>+ analyse | into <B>+ (?: out | dump ) file
          | (?: not <B>+ )? (?: like | rlike | regexp ) <B>* (?: ['\x22]? [%_] | ['\x22]{2} | ['\x22] [^'\x22`]* ['\x22] | 0x )
          | (?: not <B>+ )? in <B>* \( <B>* (?: select\b | <Q> | -?\d | null\b | boolean ) | in <B>+ boolean <B>+ mode | is <B>+ (?: not <B>+ )? null
          | (?: not <B>+ )? between <B>+ (?: \d+ | ['\x22]\w*['\x22] | \w+ \( \S* ) <B>+ and <B>+ [^\s'\x22]+ [\s+)]* (?: \z | -- | \# | /\* | ; | (?: and | or | union | order ) \b ) )",
    ),
    Signal::behind(
        "sqli.break_out.sum",
        6,
        behind_quote!["=", "*", "^", "&", "%", "<", ">", "-0", "-1", "-2", "+0", "+1", "+2", "/"],
        r"\A (?: <B>* [*/%^&|=<>!]{1,3} <B>* | [-+] ) \d+ (?: <B>* (?: \|\| | [=+*-] | or\b | and\b ) [\s+(]* ['\x22] | [\s+]* (?: -- | \# | /\* ) )",
    ),
    Signal::behind(
        "sqli.break_out.variable",
        6,
        behind_quote!["or", "and", "xor", "|", "&"],
        r"\A [\s+)]* (?: \b (?: or | and | xor ) \b | \|\|? | &&? ) [\s+(]* (?: @+ \w* <B>* := | \{ <B>* (?: [a-z`] <B>* ['\x22\d] | [a-z] <B>+ \d ) | [\w.]+ <B>* (?: @> | <@ | @@ | -> ) )",
    ),
    Signal::new(
        "sqli.break_out.comment",
        6,
        &[
            "'--", "'#", "'/*", "\"--", "\"#", "\"/*", "' --", "' #", "\" --", "\" #", "';", "\";", "' ;",
            "')", "\")", "'+--", "' /*", "`--", "`#", "` --",
        ],
        r"\A [^\s'\x22`]{0,40} <Q> [\s+)'\x22]* ;* \s* (?: -- | \# | /\* | \x00 ) [^\w'\x22]{0,6} \w{0,12} [\s+-]* \z",
    ),
    Signal::new(
        "sqli.break_out.doubled",
        6,
        &[
            "'' or", "''or", "\"\" or", "''and", "'' and", "'') or", "\"\" and", "''||", "'' ||", "''='",
            "'=''", "'='", "\"=\"", "'='", "' = '", "' like '", "'like'", "'||'", "' || '", "'+'", "'-'",
            "'*'", "'^'", "'&'", "'|'", "'%'", "'<>'", "'<'", "'>'", "'!='", "'/'", "\"-\"", "\"||\"",
            "\"&\"", "\"^\"", "\"*\"", "\"+\"",
        ],
        r"\A [\w%@.-]{0,24} <Q>{1,3} [\s+)]* (?: or | and | xor | like | \|\|? | &&? | [-+*/^&|=<>!%]{1,3} ) [\s+(]* (?: <Q>{1,3} | \d | true ) [\w%]{0,16} (?: \z | <Q> | \s* [=<>] | \s* -- | \s* \# )",
    ),
    Signal::new(
        "sqli.break_out.balanced",
        4,
        &[
            "' or ", "' and ", "\" or ", "\" and ", "'or", "\"or", "') or", "') and", "'||", "'&&", "' ||",
            "' &&",
        ],
        r"<V> (?: or | and | xor | \|\| | && ) (?: <B> | [(] )* (?: (?: <Q> [^'\x22`]* <Q> | \d+ ) <B>* (?: =(?:[^=]|\z) | like\b | <> ) )",
    ),
];
