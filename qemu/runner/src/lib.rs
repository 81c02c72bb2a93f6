// SPDX-License-Identifier: GPL-2.0-or-later
//! The runner of the beds: what a boot needs, the boot, and its verdict.
//!
//! [`suites`] is the table of what `qemu/test` runs. [`packages`] brings kernel, headers and MIG,
//! [`programs`] builds boot modules, [`image`] packs them, [`boot`] runs QEMU until the verdict,
//! [`report`] counts, [`known`] writes the page of programs, and [`mod@bench`] computes. [`bare`] names the boots of the bare bed, [`hurd`]
//! those of the Hurd bed.

pub mod bare;
pub mod bench;
pub mod boot;
mod faults;
pub mod host;
pub mod hurd;
pub mod image;
pub mod known;
pub mod licences;
pub mod packages;
pub mod programs;
pub mod readme;
pub mod report;
pub mod sources;
pub mod suites;

use std::path::PathBuf;

/// A failure told in words, for the person who runs the bed.
pub type Error = Box<dyn std::error::Error>;
/// What fallible functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A command line that makes no sense: the program ends with status 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The number that follows an option.
///
/// # Errors
/// The value is missing or no such number: the option and the value, for the reader.
pub fn number<N: std::str::FromStr>(parser: &mut lexopt::Parser, option: &str) -> Result<N> {
    let value = parser.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    let refused = || Usage(format!("{option}: '{}' is not a number", value.display()));
    Ok(number.ok_or_else(refused)?)
}

/// The error of an option or word that has no meaning, with the options that have one.
#[must_use]
pub fn unexpected(word: lexopt::Arg<'_>, known: &str) -> Usage {
    Usage(format!("{}\noptions: {known}", word.unexpected()))
}

/// The top of the checkout.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// Where images and logs of boots are kept: `bed/` in cargo's target directory.
///
/// # Errors
/// The directory cannot be made.
pub fn output() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let directory = workspace()
        .join(target.unwrap_or_else(|| "target".into()))
        .join("bed");
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}
