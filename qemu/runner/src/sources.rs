// SPDX-License-Identifier: GPL-2.0-or-later
//! The machine's own sources of Debian packages, turned to another release.
//!
//! `apt-get indextargets` would spare the parsing, but apt 2.6 of Debian 12 does not tell a source's
//! `Signed-By` there, and before the first `apt-get update` it knows no suites.

use crate::Result;

/// One source: where Debian is, and the keys that vouch for it, as the machine has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The value of `URIs`.
    pub uris: String,
    /// The value of `Signed-By`, with any continuation lines.
    pub signed_by: Option<String>,
}

impl Source {
    /// The source packages of `suites`, as a deb822 stanza.
    #[must_use]
    pub fn source_stanza(&self, suites: &str) -> String {
        let mut text = format!(
            "Types: deb-src\nURIs: {}\nSuites: {suites}\nComponents: main\nTargets: Sources\n",
            self.uris
        );
        if let Some(keys) = &self.signed_by {
            text.push_str(&format!("Signed-By: {keys}\n"));
        }
        text
    }

    /// The source as a deb822 stanza for `suite`, without what the bed has no use for.
    #[must_use]
    pub fn stanza(&self, suite: &str) -> String {
        let mut text = format!(
            "Types: deb\nURIs: {}\nSuites: {suite}\nComponents: main\nArchitectures: amd64\n\
             Targets: Packages\n",
            self.uris
        );
        if let Some(keys) = &self.signed_by {
            text.push_str(&format!("Signed-By: {keys}\n"));
        }
        text
    }
}

/// The sources of Debian itself among the machine's.
///
/// # Errors
/// None of the files can be read.
pub fn of_this_machine() -> Result<Vec<Source>> {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let mut suites = vec![
        "trixie",
        "stable",
        "oldstable",
        "testing",
        "unstable",
        "sid",
    ];
    suites.extend(codename.map(|name| name.trim_matches('"')));

    let mut files = vec!["/etc/apt/sources.list".into()];
    if let Ok(directory) = std::fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(directory.flatten().map(|entry| entry.path()));
    }
    files.sort();
    let mut found: Vec<Source> = Vec::new();
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let parsed = match file.extension().and_then(|extension| extension.to_str()) {
            Some("sources") => deb822(&text, &suites),
            Some("list") => one_line(&text, &suites),
            _ => continue,
        };
        for source in parsed {
            if !found.contains(&source) {
                found.push(source);
            }
        }
    }
    if found.is_empty() {
        return Err("no source of Debian packages in /etc/apt".into());
    }
    Ok(found)
}

/// Stanzas that offer `main` of one of `suites`.
fn deb822(text: &str, suites: &[&str]) -> Vec<Source> {
    let mut sources = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for stanza in lines.split(|line| line.trim().is_empty()) {
        let field = |name: &str| {
            let start = stanza.iter().position(|line| {
                line.split_once(':')
                    .is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
            })?;
            let mut value = stanza[start].split_once(':')?.1.trim().to_owned();
            for more in stanza[start + 1..]
                .iter()
                .take_while(|line| line.starts_with([' ', '\t']))
            {
                value.push('\n');
                value.push_str(more);
            }
            Some(value)
        };
        let has = |name: &str, accepted: &[&str]| {
            field(name).is_some_and(|value| {
                value
                    .split_whitespace()
                    .any(|word| accepted.contains(&word))
            })
        };
        let enabled = field("Enabled").is_none_or(|value| value != "no");
        if enabled
            && has("Types", &["deb"])
            && has("Suites", suites)
            && has("Components", &["main"])
            && let Some(uris) = field("URIs")
        {
            sources.push(Source {
                uris,
                signed_by: field("Signed-By"),
            });
        }
    }
    sources
}

/// Lines `deb [options] uri suite components`.
fn one_line(text: &str, suites: &[&str]) -> Vec<Source> {
    let mut sources = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.trim().strip_prefix("deb ") else {
            continue;
        };
        let rest = rest.trim_start();
        let (options, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((options, rest)) => (options, rest),
            None => ("", rest),
        };
        let words: Vec<&str> = rest
            .split_whitespace()
            .take_while(|word| !word.starts_with('#'))
            .collect();
        let [uri, suite, components @ ..] = words.as_slice() else {
            continue;
        };
        if !suites.contains(suite) || !components.contains(&"main") {
            continue;
        }
        let signed_by = options
            .split_whitespace()
            .find_map(|option| option.strip_prefix("signed-by="))
            .map(|keys| keys.replace(',', " "));
        sources.push(Source {
            uris: (*uri).to_owned(),
            signed_by,
        });
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deb822_stanza_of_the_release_is_taken_and_others_are_not() {
        let text = "Types: deb\n# a remark\nURIs: file:/mirror/debian\n\
                    Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /keys.gpg\n\n\
                    Types: deb\nURIs: file:/mirror/security\n\
                    Suites: bookworm-security\nComponents: main\n";
        let expected = Source {
            uris: "file:/mirror/debian".into(),
            signed_by: Some("/keys.gpg".into()),
        };
        assert_eq!(deb822(text, &["bookworm"]), [expected]);
    }

    #[test]
    fn embedded_key_keeps_its_lines() {
        let text = "Types: deb\nURIs: file:/a\nSuites: stable\nComponents: main\n\
                    Signed-By:\n -----BEGIN\n .\n abc\n -----END\n";
        let found = deb822(text, &["stable"]);
        let keys = found[0].signed_by.as_deref();
        assert_eq!(keys, Some("\n -----BEGIN\n .\n abc\n -----END"));
    }

    #[test]
    fn disabled_stanza_is_left_out() {
        let text = "Enabled: no\nTypes: deb\nURIs: file:/a\nSuites: stable\nComponents: main\n";
        assert!(deb822(text, &["stable"]).is_empty());
    }

    #[test]
    fn one_line_source_with_options_is_taken() {
        let text = "deb-src file:/a bookworm main\n# deb file:/b bookworm main\n\
                    deb [arch=amd64 signed-by=/keys.gpg] file:/c bookworm main contrib # why\n\
                    deb file:/d bookworm-pgdg main\n";
        let expected = Source {
            uris: "file:/c".into(),
            signed_by: Some("/keys.gpg".into()),
        };
        assert_eq!(one_line(text, &["bookworm"]), [expected]);
    }

    #[test]
    fn stanza_names_the_other_release() {
        let source = Source {
            uris: "file:/c".into(),
            signed_by: Some("/keys.gpg".into()),
        };
        let text = source.stanza("trixie");
        assert!(text.contains("Suites: trixie\n") && text.contains("Signed-By: /keys.gpg\n"));
    }
}
