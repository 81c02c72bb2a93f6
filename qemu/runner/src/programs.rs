// SPDX-License-Identifier: GPL-2.0-or-later
//! Builds the programs of the package `bare`.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::packages::Packages;
use crate::{Result, workspace};

/// Programs run as tasks of GNU Mach, but are compiled as for Linux: the processor is the same.
pub const TARGET: &str = "x86_64-unknown-linux-gnu";

/// cargo, in the workspace, with generator and headers named.
#[must_use]
pub fn cargo(packages: &Packages) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace()).envs(packages.variables());
    command
}

/// Builds programs by name and says where they are, in the order asked for.
///
/// # Errors
/// cargo fails, or a name is none of the package's.
pub fn build(packages: &Packages, names: &[&str]) -> Result<Vec<PathBuf>> {
    let mut command = cargo(packages);
    command.args([
        "build",
        "--package",
        "bare",
        "--profile",
        "bare",
        "--target",
        TARGET,
    ]);
    command.arg("--message-format=json-render-diagnostics");
    for name in names {
        command.args(["--bin", name]);
    }
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let messages = BufReader::new(child.stdout.take().ok_or("cargo has no output")?);
    let mut found = Vec::new();
    for line in messages.lines() {
        if let Some((_, rest)) = line?.split_once("\"executable\":\"")
            && let Some((path, _)) = rest.split_once('"')
        {
            found.push(PathBuf::from(path));
        }
    }
    if !child.wait()?.success() {
        return Err("cargo could not build the programs of the bare bed".into());
    }
    let place = |name: &&str| {
        let path = found
            .iter()
            .find(|path| path.file_name().is_some_and(|file| file == *name));
        path.cloned()
            .ok_or_else(|| format!("cargo built no program {name}").into())
    };
    names.iter().map(place).collect()
}
