// SPDX-License-Identifier: GPL-2.0-or-later
//! The bindings in the source tree are those of the headers.
//!
//! `HURD_SYS_UPDATE=1 cargo test -p hurd-sys` writes them anew.

#[path = "../build/bind.rs"]
mod bind;
#[path = "../build/headers.rs"]
mod headers;

use std::fs;
use std::path::Path;

const ARCH: &str = "x86_64";

/// What is left when nothing depends on the version of rustfmt.
fn essence(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != ',')
        .collect()
}

#[test]
fn committed_bindings_are_those_of_the_headers() {
    let Some(headers) = headers::Headers::find(ARCH, cfg!(target_os = "hurd")) else {
        println!("skipped: no headers of a Hurd (HURD_ROOT)");
        return;
    };
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = manifest.join(format!("src/bindings_{ARCH}.rs"));
    let made = bind::bindings(manifest, ARCH, &headers, bindgen::Formatter::Rustfmt).unwrap();
    if std::env::var_os("HURD_SYS_UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(
        essence(&committed) == essence(&made),
        "{} is out of date: HURD_SYS_UPDATE=1 cargo test -p hurd-sys",
        path.display()
    );
}

#[test]
fn bindings_name_no_path_of_a_machine() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bindings_x86_64.rs");
    let committed = fs::read_to_string(path).unwrap();
    assert!(!committed.contains("/include/"));
    assert!(!committed.contains("/**"));
}
