//! The runner of the beds: what a boot needs, the boot, and its verdict.
//!
//! [`packages`] brings kernel, headers and MIG, [`programs`] builds boot
//! modules, [`image`] packs them, [`boot`] runs QEMU until the verdict, and
//! [`report`] counts, [`bench`] computes. [`bare`] names the boots of the bare bed, [`hurd`] looks
//! for the system of the Hurd bed.

pub mod bare;
pub mod bench;
pub mod boot;
pub mod host;
pub mod hurd;
pub mod image;
pub mod packages;
pub mod programs;
pub mod readme;
pub mod report;
pub mod sources;

use std::path::PathBuf;

/// A failure told in words, for the person who runs the bed.
pub type Error = Box<dyn std::error::Error>;
/// What fallible functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
