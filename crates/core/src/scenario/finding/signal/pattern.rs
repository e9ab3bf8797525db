//! How patterns of signals are read, and how much of a text one of them can span.

use regex_automata::{
    meta::{Config, Regex},
    util::syntax,
};
use regex_syntax::hir::{Hir, HirKind, Look};

use super::machine::Machine;

/// A value of SQL: a name, number or call, a literal that may not end, a bracket.
const OPERAND: &str = r#"(?: [!~-]{0,3} [\w.@$]+ \s* (?: \( [^()]{0,80} \) )? | <Q> \{ [^'`]{0,60} \} <Q> (?: ::\w+ )? | ['"`] (?: [^'"`,\s/] [^'"`]{0,40} )? ['"`] | \( [^()]{0,80} \) )"#;

/// How SQL compares two of them.
const COMPARED: &str = r"(?: <=> | [<>!^]?= | <> | [<>] | @> | <@ | (?: not<B>+ )? (?: (?: like | rlike | regexp | ilike ) <B>* (?: <Q> | 0x | [(%\d@] ) | in <B>* \( | between <B>+ (?: \d | <Q> | [\w.]+ <B>* \( ) ) | sounds <B>+ like | is <B>+ (?: not <B>+ )? (?: null | true | false | \d ) )";

/// A statement of SQL with what it is about: prose has the verbs too.
const STATEMENT: &str = r"(?: (?: drop | alter | truncate | create ) <B>+ (?: table | database | schema | view | index | user | role | procedure | proc | function | trigger | login | alias | extension | or <B>+ replace ) \b
  | (?: insert | replace | merge ) <B>+ into \b | update <B>+ [\w.`\x22\[\]]+ <B>+ set \b | delete <B>+ from \b
  | select <B>* (?: [(*@'\x22`\d-] | [\w.]+ <B>* (?: \( | , | -- | \# | ; | \z | from \b | into \b ) )
  | exec(?:ute)? <B>* (?: [(@'\x22] | (?: immediate | master | sp_\w | xp_\w ) | [\w.]+ <B>* (?: @ | <Q> | -- | ; | \z ) | \w+ \. )
  | declare <B>+ @ | shutdown \b | waitfor <B>+ (?: delay | time ) | begin <B>+ (?: tran | declare | dbms_ | execute | if | select | insert | update | delete ) | call <B>+ [\w.]+ <B>* \( | grant <B>+ \w+ <B>+ (?: on | to ) | revoke <B>+ \w+ <B>+ (?: on | from )
  | copy <B>+ [\w(]+ .{0,40} (?: to | from ) <B> | attach <B>+ database | pragma <B>+ \w+ | backup <B>+ database | handler <B>+ \w+ <B>+ open | set <B>+ @ | (?: if | while ) <B>* \( | if <B>+ \d+ <B>* = | do <B>+ \$ | load <B>+ data | load_\w+ | print <B>* [@'\x22] | raiserror | reconfigure | vacuum | rename <B>+ table | (?: sp | xp )_\w+ | use <B>+ \w+ <B>* (?: ; | -- | \z ) | with <B>+ \w+ <B>+ as | commit <B>* (?: ; | -- | \z ) | rollback <B>* (?: ; | -- | \z ) )";

/// What parts two commands of a shell; three backticks are the fence of a text about code.
const SEPARATOR: &str = r"(?: ; | \|\|? | &&? | \n | (?: \A | [^`] ) ` | \$ \s? \( | [<>]\( )";

/// A command that an attack runs, with the folder it may be called by.
const COMMAND: &str = r"(?: (?: /usr (?: /local )? )? /s?bin/ )? (?: cat | ls | id | who(?: ami | is )? | uname | ping6? | sleep | curl | wget | nc | ncat | netcat | (?: ba | da | z )? sh | nslookup | dig | host(?:name)? | echo | touch | rm | dir | type | ver | ipconfig | ifconfig | ip | net | netstat | ps | pwd | env | printenv | set | w | python[23]? | perl | ruby | php | node | powershell | cmd | certutil | reg | systeminfo | tasklist | timeout | find | head | tail | more | less | tac | nl | od | xxd | base64 | chmod | chown | mkdir | kill | reboot | shutdown | telnet | t?ftp | ssh | scp | socat | awk | sed | grep | cut | sort | strings | mail | crontab | export | exec | eval | useradd | adduser | passwd | su | sudo | finger | getent | arp | route | ss | lsof | mount | df | du | history | gcc | mysql | copy | del | move | start | wmic | vol | phpinfo | system | lwp-download | usr/bin/\w+ | bin/\w+ )";

/// How the commands begin, for marks.
pub(super) const COMMANDS: &[&str] = &[
    "/bin", "/sbi", "/usr", "addu", "arp", "awk", "base", "bash", "bin/", "cat", "cert", "chmo", "chow",
    "cmd", "copy", "cron", "curl", "cut", "dash", "del", "df", "dig", "dir", "du", "echo", "env", "eval",
    "exec", "expo", "find", "fing", "ftp", "gcc", "gete", "grep", "head", "hist", "host", "id", "ifco", "ip",
    "kill", "less", "ls", "lwp-", "mail", "mkdi", "more", "moun", "move", "mysq", "nc", "net", "nl", "node",
    "nslo", "od", "pass", "perl", "php", "ping", "powe", "prin", "ps", "pwd", "pyth", "rebo", "reg", "rm",
    "rout", "ruby", "scp", "sed", "set", "sh", "slee", "soca", "sort", "ss", "star", "stri", "su", "syst",
    "tac", "tail", "task", "teln", "tftp", "time", "touc", "type", "unam", "user", "usr/", "ver", "vol",
    "w ", "w;", "w|", "w&", "w`", "w)", "wget", "who", "wmic", "xxd", "zsh",
];

/// How a number or a literal begins behind a word or mark that joins conditions, for marks.
pub(super) const OPENINGS: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", " 0", " 1", " 2", " 3", " 4", " 5", " 6", " 7", " 8",
    " 9", "(", "+", "-", "!", "~", "'", "\"", "`", " (", " +", " -", " !", " ~", " '", " \"", " `", " not",
    "not", "  ", "\t", "\n", "\r", "\u{b}", "\u{c}", " \t", " \n",
];

/// How much of a text a loop without a bound is taken to span, and a whole pattern at most.
const LOOP: usize = 24;
const LONGEST: usize = 640;

/// Reads a pattern as signals write them. The engine has no backtracking: its time is linear in the text.
pub(in super::super) fn compile(pattern: &str) -> Option<Machine> {
    let config = Config::new().utf8_empty(false);
    Regex::builder().configure(config).build_from_hir(&parse(pattern)?).ok().map(Machine::of)
}

/// How far from any part of its match a pattern can reach, in bytes, and whether it can only match at an end of the text.
pub(super) fn reach(pattern: &str) -> (usize, bool) {
    let Some(hir) = parse(pattern) else { return (LONGEST, false) };
    let looks = hir.properties();
    let bound = looks.look_set_prefix().contains(Look::Start) || looks.look_set_suffix().contains(Look::End);
    (span(&hir).min(LONGEST), bound)
}

fn parse(pattern: &str) -> Option<Hir> {
    let whole = pattern
        .replace("<X>", OPERAND)
        .replace("<T>", STATEMENT)
        .replace("<C>", COMPARED)
        .replace("<B>", r"[\s+]")
        .replace("<Q>", r#"['"`]"#)
        .replace("<S>", SEPARATOR)
        .replace("<K>", COMMAND)
        .replace("<V>", r"\A [\s'\x22`(]{0,4} [\w.%@*-]{0,24} ['\x22`)\s]{0,6}");
    let config = syntax::Config::new()
        .case_insensitive(true)
        .unicode(false)
        .utf8(false)
        .dot_matches_new_line(true)
        .ignore_whitespace(true);
    syntax::parse_with(&whole, &config).ok()
}

/// The bytes that a pattern spans at most.
fn span(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Repetition(repeated) => {
            let most = repeated.max.or(Some(repeated.min.max(1))).and_then(|most| usize::try_from(most).ok());
            let spread = if repeated.max.is_none() { LOOP } else { 0 };
            span(&repeated.sub).saturating_mul(most.unwrap_or(LONGEST)).saturating_add(spread)
        }
        HirKind::Capture(capture) => span(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(span).fold(0, usize::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(span).max().unwrap_or_default(),
    }
}
