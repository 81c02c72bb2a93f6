// SPDX-License-Identifier: GPL-2.0-or-later
//! `qemu/cargo`: cargo for the Hurd, with std built from source.
//!
//! rustc knows the target, but nobody offers its std. `-Zbuild-std` builds it, which a stable
//! cargo does only under `RUSTC_BOOTSTRAP`, a variable that cargo wants in its own environment.
//! In `.cargo/config.toml` it would have no effect, and the flag itself would hit every build by
//! a nightly cargo. So both are set here, and the file names linker and runner only.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use super::Root;
use crate::packages::{Apt, Packages, cache_directory, output, run};
use crate::{Result, workspace};

/// rustc's name for the system.
pub const TARGET: &str = "x86_64-unknown-hurd-gnu";

/// Where Debian has a recent rustc.
const SUITES: &str = "unstable testing stable";

const USAGE: &str = "\
usage: qemu/cargo COMMAND [ARGUMENT]...   cargo for the Hurd in HURD_ROOT: builds for it, and
                                          runs and tests in it, see qemu/run; what it builds
                                          is in target/x86_64-unknown-hurd-gnu
       qemu/cargo --env                   the variables that do this, for the shell's eval";

/// cargo itself.
#[must_use]
pub fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs the command line after `cargo`.
#[must_use]
pub fn main(words: &[String]) -> ExitCode {
    if words.is_empty() || words[0] == "--help" {
        println!("{USAGE}");
        return ExitCode::from(u8::from(words.is_empty()));
    }
    let error = match Root::find()
        .map_err(Into::into)
        .and_then(|root| environment(&root))
    {
        Ok(variables) if words == ["--env"] => {
            for (name, value) in variables {
                let value = super::session::shell_word(&value.display().to_string());
                println!("export {name}={value}");
            }
            return ExitCode::SUCCESS;
        }
        Ok(variables) => Command::new(program())
            .args(words)
            .envs(variables)
            .exec()
            .into(),
        Err(error) => error,
    };
    eprintln!("qemu/cargo: {error}");
    ExitCode::FAILURE
}

/// The variables with which cargo builds for the Hurd in `root`.
///
/// # Errors
/// The library's source or the packages are not to be had.
pub fn environment(root: &Root) -> Result<Vec<(&'static str, OsString)>> {
    let packages = Packages::prepare()?;
    let qemu = workspace().join("qemu");
    let headers = root.headers().ok_or_else(|| {
        format!(
            "{} has no headers: mach/mach.defs is not there",
            root.path().display()
        )
    })?;
    let mut variables = vec![
        ("RUSTC_BOOTSTRAP", "1".into()),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_unwind".into()),
        ("CARGO_BUILD_TARGET", TARGET.into()),
        (
            "CARGO_TARGET_X86_64_UNKNOWN_HURD_GNU_LINKER",
            qemu.join("cc").into(),
        ),
        (
            "CARGO_TARGET_X86_64_UNKNOWN_HURD_GNU_RUNNER",
            qemu.join("run").into(),
        ),
        ("CC_x86_64_unknown_hurd_gnu", qemu.join("cc").into()),
        ("AR_x86_64_unknown_hurd_gnu", "ar".into()),
        ("HURD_ROOT", root.path().into()),
        ("MACH_INCLUDE", headers.into()),
        ("MIG", packages.mig().into()),
    ];
    variables.extend(library_source()?);
    Ok(variables)
}

/// Makes sure that std's source is there; the variable to set if it is not where cargo looks.
fn library_source() -> Result<Option<(&'static str, OsString)>> {
    let rustc = |option: [&str; 2]| {
        let mut command = Command::new("rustc");
        output(command.args(option).current_dir(workspace()))
    };
    let sysroot = rustc(["--print", "sysroot"])?;
    let installed = PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if installed.join("Cargo.lock").exists() {
        return Ok(None);
    }
    let described = rustc(["--version", "--verbose"])?;
    let release = described
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
        .ok_or("rustc does not say its release")?;
    let fetched = debian_library(release).map_err(|error| {
        format!(
            "std's source is not in {}, and not to be had from Debian either: rustup component \
             add rust-src ({error})",
            installed.display()
        )
    })?;
    // The name is cargo's.
    Ok(Some(("__CARGO_TESTS_ONLY_SRC_ROOT", fetched.into())))
}

/// The library of Debian's source package of rustc, at this very release.
fn debian_library(release: &str) -> Result<PathBuf> {
    let cache = cache_directory()?.join(format!("rust-{release}"));
    let library = cache.join("library");
    fs::create_dir_all(&cache)?;
    let lock = fs::File::create(cache.join("lock"))?;
    lock.lock()?;
    if library.exists() {
        return Ok(library);
    }
    eprintln!("runner: fetching the source of Rust {release} from Debian");
    let apt = Apt::set_up(cache.join("apt"))?;
    let version = apt.find(
        |source| source.source_stanza(SUITES),
        |apt| {
            let wanted = apt.source_versions("rustc")?.into_iter().find(|version| {
                let rest = version.strip_prefix(release);
                rest.is_some_and(|rest| rest.starts_with(['+', '-']))
            });
            let missing = || format!("{SUITES} have no rustc {release}");
            Ok(wanted.ok_or_else(missing)?)
        },
    )?;
    let archive = apt.fetch_source("rustc", &version, &cache)?;
    let fresh = cache.join("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh)?;
    run(Command::new("tar")
        .arg("-C")
        .arg(&fresh)
        .args([
            "--strip-components=1",
            "--wildcards",
            "--no-wildcards-match-slash",
        ])
        .arg("-xf")
        .arg(&archive)
        .arg("*/library"))?;
    fs::rename(fresh.join("library"), &library)?;
    fs::remove_file(archive)?;
    Ok(library)
}
