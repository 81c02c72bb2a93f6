// SPDX-License-Identifier: GPL-2.0-or-later
//! Where the target's MIG and headers are.

use std::env;
use std::path::{Path, PathBuf};

use super::error::Error;

/// The machine and system that stubs are made for.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// As rustc names it, such as `x86_64-unknown-hurd-gnu`.
    pub triple: String,
}

impl Target {
    /// The processor, such as `x86_64`; GNU names 32-bit x86 tools `i686`, as rustc does.
    pub fn arch(&self) -> &str {
        self.triple.split('-').next().unwrap_or_default()
    }

    /// Whether libc is there with the support functions of stubs; otherwise the
    /// program brings its own and stubs are freestanding.
    pub fn is_hurd(&self) -> bool {
        self.triple.contains("-hurd")
    }

    /// Whether messages have the layout that MIG learnt in 2023.
    pub fn is_64_bit(&self) -> bool {
        matches!(self.arch(), "x86_64" | "aarch64")
    }
}

/// The headers of a target, in search order.
#[derive(Clone, Debug)]
pub(super) struct Headers {
    /// Holds `mach/mach.defs`.
    pub mach: PathBuf,
    /// libc's, or our own few for a program without libc.
    pub system: PathBuf,
}

impl Headers {
    /// For freestanding programs our own come first: they stand for libc's, and
    /// gnumach-dev shares its directory with the headers of the Linux libc.
    pub fn search_path(&self, target: &Target) -> [&Path; 2] {
        if target.is_hurd() {
            [&self.mach, &self.system]
        } else {
            [&self.system, &self.mach]
        }
    }
}

/// A variable of the user's, which makes the build script run again when it changes.
pub(super) fn setting(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The variables that [`mig`] and [`headers`] read.
pub(super) const SETTINGS: [&str; 4] = ["MIG", "MIGCOM", "MACH_INCLUDE", "HURD_ROOT"];

/// The one given, or `MIG`, or the target's own name for it.
pub(super) fn mig(given: Option<PathBuf>, target: &Target) -> Result<PathBuf, Error> {
    let wanted = given
        .or_else(|| setting("MIG"))
        .unwrap_or_else(|| PathBuf::from(format!("{}-gnu-mig", target.arch())));
    which(&wanted).ok_or_else(|| Error::MigNotFound {
        tried: wanted,
        arch: target.arch().to_owned(),
    })
}

/// A program by its path, or by its name on `PATH`.
fn which(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        // MIG runs in another directory than we do.
        return program.canonicalize().ok().filter(|path| path.is_file());
    }
    env::split_paths(&env::var_os("PATH")?)
        .map(|directory| directory.join(program))
        .find(|path| path.is_file())
}

/// The one given, or `MACH_INCLUDE`; or for the Hurd `HURD_ROOT/include`, or the native directories; or
/// gnumach-dev's.
pub(super) fn headers(given: Option<PathBuf>, target: &Target) -> Result<Headers, Error> {
    let root = setting("HURD_ROOT").filter(|_| target.is_hurd());
    let candidates = match (given.or_else(|| setting("MACH_INCLUDE")), &root) {
        (Some(named), _) => vec![named],
        (None, Some(root)) => vec![root.join("include"), root.join("usr/include")],
        (None, None) if target.is_hurd() => {
            vec![
                PathBuf::from(format!("/usr/include/{}-gnu", target.arch())),
                PathBuf::from("/usr/include"),
            ]
        }
        (None, None) => vec![PathBuf::from(format!(
            "/usr/include/{}-linux-gnu",
            target.arch()
        ))],
    };
    let found = candidates
        .iter()
        .find(|directory| directory.join("mach/mach.defs").is_file());
    let mach = match found.map(|directory| directory.canonicalize()) {
        Some(Ok(directory)) => directory,
        _ => return Err(Error::HeadersNotFound { tried: candidates }),
    };
    let system = if target.is_hurd() {
        root.map_or_else(
            || PathBuf::from("/usr/include"),
            |root| root.join("include"),
        )
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("include/bare")
    };
    Ok(Headers { mach, system })
}
