//! Path traversal (CWE-22): segments that climb, files that everybody wants, wrappers that read them.
//!
//! One step up is a sign only where paths stand; a note may say "see ../docs".

use crate::{
    refusal::Code,
    scenario::finding::{Finding, Place, signal::Signal},
};

/// The signs of traversal beside [`find`].
pub(crate) static SIGNALS: &[&[Signal]] = &[FOUND];

static FOUND: &[Signal] = &[
    Signal::new(
        "traversal.climb",
        2,
        &["../", "..\\", "..;/", "./.", ".\\.", "..//", "..0x", "0x2e", "..%", ".%", "..\0"],
        r"(?: \A | [^\w.] ) \.{2,} (?: ;[^/]{0,20} )? [/\\]+ [^\s\w]? | \.\./ | \.\.\\ | \.{2,} [/\\]{2,} | (?: \.\.|0x2e0x2e) 0x (?: 2f | 5c ) | 0x2e0x2e | \.\. [\x00-\x1f]? (?: % | / | \\ )",
    ),
    Signal::new(
        "traversal.climbs",
        2,
        &["../", "..\\", "..;/", "..//", "..0x", "0x2e"],
        r"(?: (?: \.{2,} | 0x2e0x2e | \./\./ | \.\.\./ ) (?: ; \w{0,20} )? (?: [/\\]+ | 0x2f | 0x5c ) [./\\]* ){3,}",
    ),
    Signal::new(
        "traversal.file",
        4,
        &[
            "etc",
            "passwd",
            "shadow",
            "win.ini",
            "boot.ini",
            "system32",
            "/proc/",
            "web.xml",
            "web-inf",
            ".htaccess",
            ".htpasswd",
            "id_rsa",
            "/.ssh",
            "/.git/",
            "/.env",
            "web.config",
            "winnt",
            "autoexec",
            "/root",
            "access.log",
            "error.log",
            "config.php",
            "wp-config",
            "windows",
            "global.asa",
            "sam._",
            "\\sam",
            "php.ini",
            "my.cnf",
            "httpd.conf",
            ".bash_history",
            "/var/log",
            ".aws/",
            "/var/www",
            "inetpub",
            "system.ini",
            "nginx.conf",
            "sites-enabled",
            "apache2",
            "self/environ",
            "hosts",
            ".mysql_history",
            "crontab",
            "master.mdf",
            "repair/",
            ".svn/",
            ".ds_store",
        ],
        r"(?: [/\\]+ \.? [/\\]* etc \.? [/\\.]+ (?: passwd | shadow | group | hosts | hostname | issue | motd | mysql | my\.cnf | fstab | crontab | sudoers | ssh | profile | resolv | apache2 | httpd | nginx | php | security | init | rc | services | networks | bash | \w+\.conf ) | \b etc / (?: passwd | shadow | hosts | group ) | \b win \. ini | \b boot \. ini | system32 [/\\] | / proc / (?: self | version | \d+ | cmdline | net | mounts | cpuinfo | sched ) | web-inf [/\\] | meta-inf [/\\] | \. ht (?: access | passwd ) | \b id_ (?: rsa | dsa | ed25519 ) \b | / \. (?: ssh | git | env | svn | aws | bash_history | bashrc | mysql_history | docker | kube | npmrc | ds_store ) (?: / | \b ) | \b web \. config | \b (?: wp- )? config \. (?: php | inc ) | \b global \. asax? | [/\\] sam \b | \b php \. ini | httpd \. conf | nginx \. conf | / var / (?: log | www | mail | lib | run | spool ) / | (?: access | error ) [._] log | inetpub [/\\] | autoexec \. bat | \A / (?: root | boot | home/\w+ ) / )",
    ),
    Signal::new(
        "traversal.wrapper",
        3,
        &[
            "file:",
            "php:",
            "zip:",
            "phar:",
            "expect:",
            "glob:",
            "jar:",
            "netdoc:",
            "gopher:",
            "dict:",
            "ldap:",
            "compress.",
            "data://",
            "ogg:",
            "rar:",
            "ssh2",
            "php://",
            "sftp:",
            "tftp:",
        ],
        r"(?: \A | [^\w] ) (?: file : [/\\]{1,3} | php :// (?: filter | input | stdin | memory | temp | output | fd ) | (?: zip | phar | expect | glob | netdoc | gopher | dict | ogg | rar | ssh2(?:\.\w+)? | compress\.\w+ | data | tftp ) :// | jar : (?: file | http ) | netdoc : / )",
    ),
    // Who explains a system names its drives; an attack is nothing else than the path.
    Signal::new(
        "traversal.drive.whole",
        2,
        &[":\\", ":/"],
        r"\A [\s'\x22]* (?: file : /{1,3} )? [a-z] : [/\\] \S* \z",
    ),
    Signal::new(
        "traversal.drive",
        1,
        &[":\\", ":/", "\\\\", "%systemroot", "%windir", "windows", "winnt"],
        r"(?: \A | [^\w] ) [a-z] :? : [/\\] (?: \w | [/\\] ) | \A \\\\ [\w.?-]+ \\ | [/\\] (?: windows | winnt ) [/\\] | % (?: systemroot | windir | systemdrive ) %",
    ),
];

/// Finds a segment that climbs, between slashes or backslashes or at either end. Only where paths stand.
pub fn find(text: &str, place: Place) -> Option<Finding> {
    if place != Place::Closed {
        return None;
    }
    climbs(text.as_bytes()).map(|(offset, length)| Finding {
        code: Code::TraversalAttempt,
        rule: SEGMENT,
        offset,
        length,
    })
}

/// The name of [`find`]'s rule.
pub(crate) const SEGMENT: &str = "traversal.segment";

/// Where a segment of nothing but dots stands: two or more, with the blanks, nulls and parameters that some readers drop.
pub(crate) fn climbs(text: &[u8]) -> Option<(usize, usize)> {
    let mut offset = 0;
    for segment in text.split(|byte| matches!(byte, b'/' | b'\\')) {
        let bare = segment
            .split(|byte| matches!(byte, b';' | b'?' | b'#' | b'%' | b':' | b'\0'))
            .next()
            .unwrap_or(segment);
        let bare = bare.trim_ascii();
        if bare.len() >= 2 && bare.iter().all(|byte| *byte == b'.') {
            return Some((offset, segment.len()));
        }
        offset += segment.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dots_climb() {
        for text in ["..", "/a/../b", "a\\..", "..;/x", "x/.. /y", "....//", "/..\0/", "..%"] {
            assert!(find(text, Place::Closed).is_some(), "{text}");
            assert_eq!(find(text, Place::FreeText), None, "{text}");
        }
        for text in ["a..b", ".", "/./", "v1.2", "..a", ""] {
            assert_eq!(find(text, Place::Closed), None, "{text}");
        }
    }
}
