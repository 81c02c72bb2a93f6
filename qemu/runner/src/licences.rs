// SPDX-License-Identifier: GPL-2.0-or-later
//! Each source file names its licence: the second half of the suite `format`.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::packages::output;
use crate::{Result, workspace};

const SPDX: &str = "SPDX-License-Identifier: ";
const GPL: &str = "GPL-2.0-or-later";
const LGPL: &str = "LGPL-2.1-or-later";

/// The notice of the GNU C Library's own files. Its files have no SPDX line, and the patch in
/// `glibc/` adds files to it.
const GLIBC: &str = "This file is part of the GNU C Library.";

/// Lines at the top of a file in which the licence stands.
const TOP: usize = 10;

/// The ends of names of source files. Files without one of these are sources if they begin with
/// `#!`.
const SOURCES: [&str; 11] = [
    "rs", "c", "h", "defs", "sh", "pl", "toml", "yml", "1", "8", "in",
];

/// The tracked source files that do not name their licence, each with what is wrong.
///
/// # Errors
/// git does not list the files, or one cannot be read.
pub fn unnamed() -> Result<Vec<String>> {
    let top = workspace();
    // The checkout may be another user's, as in a container.
    let list = output(
        Command::new("git")
            .args(["-c", "safe.directory=*", "ls-files", "-z"])
            .current_dir(&top),
    )?;
    let mut complaints = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let file = top.join(path);
        // A file that is deleted and not yet committed, or a link.
        if !file.symlink_metadata().is_ok_and(|about| about.is_file()) {
            continue;
        }
        let bytes = fs::read(&file).map_err(|error| format!("{path}: {error}"))?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            continue;
        };
        complaints.extend(complaint(path, text));
    }
    Ok(complaints)
}

fn complaint(path: &str, text: &str) -> Option<String> {
    let extension = Path::new(path).extension().and_then(OsStr::to_str);
    let source = extension.is_some_and(|it| SOURCES.contains(&it)) || text.starts_with("#!");
    if !source {
        return None;
    }
    let library = path.starts_with("glibc/");
    let top = || text.lines().take(TOP);
    if library && top().any(|line| line.contains(GLIBC)) {
        return None;
    }
    let wanted = if library { LGPL } else { GPL };
    let named = top().find_map(|line| line.split_once(SPDX)).map(|(_, it)| {
        // The comment may end behind it.
        it.trim_end().trim_end_matches("*/").trim_end()
    });
    match named {
        Some(licence) if licence == wanted => None,
        Some(licence) => Some(format!("{path}: {SPDX}{licence} in place of {wanted}")),
        None => Some(format!("{path}: no line {SPDX}{wanted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_need_the_licence_of_their_folder() {
        let gpl = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n";
        let lgpl = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n";
        assert_eq!(complaint("src/a.rs", gpl), None);
        assert_eq!(complaint("glibc/a.c", lgpl), None);
        assert_eq!(
            complaint("glibc/a.c", &format!("/* A.\n   {GLIBC}\n")),
            None
        );
        for (path, text) in [
            ("src/a.rs", ""),
            ("src/a.rs", lgpl),
            ("glibc/a.c", gpl),
            ("src/a.rs", &format!("// {GLIBC}\n")),
            ("qemu/x", "#!/bin/sh\n"),
            ("src/a.rs", &format!("{}{gpl}", "\n".repeat(TOP))),
        ] {
            assert!(complaint(path, text).is_some(), "{path}: {text}");
        }
    }

    #[test]
    fn texts_and_data_need_none() {
        for path in [
            "README.md",
            "Cargo.lock",
            "debian/control",
            "glibc/patches/series",
        ] {
            assert_eq!(complaint(path, "text\n"), None);
        }
    }
}
