// SPDX-License-Identifier: GPL-2.0-or-later
//! Where a Hurd's headers are.

use std::env;
use std::path::{Path, PathBuf};

/// The directories to search, in order.
#[derive(Debug)]
pub struct Headers {
    directories: Vec<PathBuf>,
}

impl Headers {
    /// Those of the tree that `HURD_ROOT` names or, without it, of the machine itself if it is
    /// a Hurd, or of `~/.cache/hurd-root`. A tree is flat or in Debian's layout.
    pub fn find(arch: &str, native: bool) -> Option<Self> {
        Self::root(native).and_then(|root| Self::within(&root, arch))
    }

    fn root(native: bool) -> Option<PathBuf> {
        let named = env::var_os("HURD_ROOT").filter(|root| !root.is_empty());
        match named {
            Some(root) => Some(PathBuf::from(root)),
            None if native => Some(PathBuf::from("/")),
            None => Some(PathBuf::from(env::var_os("HOME")?).join(".cache/hurd-root")),
        }
    }

    fn within(root: &Path, arch: &str) -> Option<Self> {
        // GNU names 32-bit x86 after its first processor.
        let arch = if arch == "x86" { "i386" } else { arch };
        let multiarch = format!("usr/include/{arch}-gnu");
        let directories: Vec<_> = ["include", &multiarch, "usr/include"]
            .into_iter()
            .map(|directory| root.join(directory))
            .filter(|directory| directory.is_dir())
            .collect();
        let has = |header: &str| {
            directories
                .iter()
                .any(|directory| directory.join(header).is_file())
        };
        let needed = [
            "hurd/trivfs.h",
            "hurd/netfs.h",
            "mach/mach_types.h",
            "argp.h",
        ];
        needed.into_iter().all(has).then_some(Self { directories })
    }

    /// In search order.
    pub fn directories(&self) -> &[PathBuf] {
        &self.directories
    }
}
