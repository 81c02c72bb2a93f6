// SPDX-License-Identifier: GPL-2.0-or-later
//! What can go wrong, in words that say what to do.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why stubs or bindings could not be made.
#[derive(Debug)]
pub enum Error {
    /// No MIG under this name.
    MigNotFound {
        /// The file or command that was looked for.
        tried: PathBuf,
        /// Processor as in target triples, for the package's name.
        arch: String,
    },
    /// This MIG makes no 64-bit stubs.
    MigTooOld {
        /// The MIG that ran.
        mig: PathBuf,
        /// What it answers to `--version`.
        version: String,
        /// What it made of a structure and a port, the two things that changed.
        reason: String,
    },
    /// The preprocessor or MIG rejected an interface.
    Rejected {
        /// `the C preprocessor` or the path of MIG.
        by: String,
        /// The interface.
        defs: PathBuf,
        /// Its messages, which name file and line.
        stderr: String,
    },
    /// No directory holds `mach/mach.defs`.
    HeadersNotFound {
        /// Where it was looked for, in this order.
        tried: Vec<PathBuf>,
    },
    /// The .defs or header named in the build script is not there.
    NoSuchFile {
        /// The path as named.
        path: PathBuf,
    },
    /// A variable that cargo sets for build scripts is not set.
    NotABuildScript {
        /// The variable.
        variable: &'static str,
    },
    /// The C compiler is missing or rejected a stub.
    Compiler(cc::Error),
    /// bindgen could not parse the headers.
    Bindings(bindgen::BindgenError),
    /// A generated file lacks what this crate looks for in it.
    Unexpected {
        /// The generated file.
        path: PathBuf,
        /// What was looked for.
        missing: &'static str,
    },
    /// A file could not be read or written, or a program not be started.
    Io {
        /// The file or program.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Error {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MigNotFound { tried, arch } => write!(
                f,
                "MIG not found (tried {}): install mig-{}-gnu 1.8+git20231217 or later, or set MIG",
                tried.display(),
                arch.replace('_', "-"),
            ),
            Self::MigTooOld {
                mig,
                version,
                reason,
            } => write!(
                f,
                "{} is too old for 64-bit interfaces ({reason}); it says {version:?}: install \
                 1.8+git20231217 or later, or set MIG",
                mig.display(),
            ),
            Self::Rejected { by, defs, stderr } => {
                write!(
                    f,
                    "{by} rejected {}:\n{}",
                    defs.display(),
                    stderr.trim_end()
                )
            }
            Self::HeadersNotFound { tried } => {
                write!(
                    f,
                    "GNU Mach headers not found: install gnumach-dev or set MACH_INCLUDE"
                )?;
                for directory in tried {
                    write!(f, "\n  no mach/mach.defs in {}", directory.display())?;
                }
                Ok(())
            }
            Self::NoSuchFile { path } => write!(f, "{}: no such file", path.display()),
            Self::NotABuildScript { variable } => {
                write!(
                    f,
                    "{variable} is not set: run from a build script, or name it"
                )
            }
            Self::Compiler(error) => write!(f, "compiling stubs: {error}"),
            Self::Bindings(error) => write!(f, "making bindings: {error}"),
            Self::Unexpected { path, missing } => {
                write!(
                    f,
                    "{}: no {missing}, as if made by another MIG",
                    path.display()
                )
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Compiler(error) => Some(error),
            Self::Bindings(error) => Some(error),
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
