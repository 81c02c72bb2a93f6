// SPDX-License-Identifier: GPL-2.0-or-later
//! The Hurd bed: programs run inside a Hurd, and their output and end come back.
//!
//! [`Root`] finds the tree that `HURD_ROOT` names, [`base`] makes an image of it
//! once, [`session`] adds the files under test, boots, and runs programs one
//! after the other, [`frames`] reads what `qemu/guest/run.c` says of them.
//! [`options`] is the command line of `qemu/run`, [`cargo`] that of `qemu/cargo`, [`mod@bench`] is
//! `qemu/bench`, and [`tests`], [`conformance`], [`package`],
//! [`versions`], [`foreign`], [`postgres`], [`x11`] and [`newcomer`] are suites. [`reboot`] keeps a
//! directory over two boots.

pub mod base;
pub mod bench;
pub mod cargo;
pub mod client;
pub mod conformance;
pub mod disk;
pub mod foreign;
pub mod frames;
pub mod newcomer;
pub mod options;
pub mod package;
pub mod paging;
pub mod postgres;
mod program;
pub mod reboot;
pub mod script;
pub mod session;
mod source_package;
pub mod swap;
pub mod tests;
pub mod versions;
pub mod x11;

use std::path::{Path, PathBuf};

pub use session::{Ended, Finished, Libc, Program, Session};

/// A tree with the files of a Hurd: flat, or in Debian's layout.
#[derive(Debug, Clone)]
pub struct Root {
    path: PathBuf,
}

/// What a boot cannot do without, beside libc. One name of each line is enough.
const NEEDED: [&[&str]; 13] = [
    &["hurd/ext2fs.static"],
    &["hurd/exec.static"],
    &["hurd/startup"],
    &["hurd/auth"],
    &["hurd/proc"],
    &["hurd/term"],
    &["hurd/null"],
    &["hurd/pflocal"],
    &["hurd/mach-defpager"],
    &["hurd/proxy-defpager"],
    &["hurd/tmpfs"],
    &["bin/sh", "usr/bin/sh"],
    &["bin/settrans", "usr/bin/settrans"],
];

/// Where Debian keeps files of this processor's Hurd.
const MULTIARCH: &str = "x86_64-gnu";

impl Root {
    /// The tree named by `HURD_ROOT`, or `~/.cache/hurd-root`.
    ///
    /// # Errors
    /// One line: what is missing there, and how to get a tree.
    pub fn find() -> Result<Self, String> {
        let named = std::env::var_os("HURD_ROOT")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        let path = named.unwrap_or_else(|| home().join(".cache/hurd-root"));
        let root = Self {
            path: path.canonicalize().unwrap_or_else(|_| path.clone()),
        };
        match root.missing() {
            None => Ok(root),
            Some(missing) => Err(format!(
                "no Hurd in {}: it has no {missing}; set HURD_ROOT to a tree of Debian's hurd-amd64 \
                 packages (qemu/hurd-root makes one)",
                path.display()
            )),
        }
    }

    fn missing(&self) -> Option<&'static str> {
        if self.libraries().is_none() {
            return Some("libc.so.0.3");
        }
        let lacks = |names: &&&[&str]| {
            // A link may be absolute, in the tree's own terms: it need not resolve here.
            let there = |name: &&str| self.path.join(name).symlink_metadata().is_ok();
            !names.iter().any(there)
        };
        NEEDED
            .iter()
            .find(lacks)
            .and_then(|names| names.first().copied())
    }

    /// The tree.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory with libc, from the tree's top: `lib`, or Debian's.
    #[must_use]
    pub fn libraries(&self) -> Option<PathBuf> {
        let candidates = [
            format!("usr/lib/{MULTIARCH}"),
            format!("lib/{MULTIARCH}"),
            "lib".to_owned(),
        ];
        candidates
            .into_iter()
            .map(PathBuf::from)
            .find(|directory| self.path.join(directory).join("libc.so.0.3").exists())
    }

    /// The directory with `mach/mach.defs` and the Hurd's headers, if they are there.
    #[must_use]
    pub fn headers(&self) -> Option<PathBuf> {
        ["include", "usr/include/x86_64-gnu", "usr/include"]
            .into_iter()
            .map(|directory| self.path.join(directory))
            .find(|directory| directory.join("mach/mach.defs").is_file())
    }
}
