// SPDX-License-Identifier: GPL-2.0-or-later
//! Builds the programs of the package `bare`.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::Message;

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
    for name in names {
        command.args(["--bin", name]);
    }
    let found = built(&mut command)?;
    let place = |name: &&str| {
        let program = found.iter().find(|it| it.name == *name);
        program
            .map(|it| it.file.clone())
            .ok_or_else(|| format!("cargo built no program {name}").into())
    };
    names.iter().map(place).collect()
}

/// A program that cargo built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The target's name in Cargo.toml.
    pub name: String,
    /// Built to be run as a test.
    pub test: bool,
    /// Where it is.
    pub file: PathBuf,
}

/// Runs a cargo command that builds, and says which programs it built or found up to date.
///
/// # Errors
/// cargo cannot be started, fails, or says what is not understood.
pub fn built(command: &mut Command) -> Result<Vec<Built>> {
    command.arg("--message-format=json-render-diagnostics");
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let messages = BufReader::new(child.stdout.take().ok_or("cargo has no output")?);
    let mut found = Vec::new();
    for message in Message::parse_stream(messages) {
        found.extend(program(message?));
    }
    match child.wait()? {
        status if status.success() => Ok(found),
        status => Err(format!("cargo could not build this: {status}").into()),
    }
}

/// The program that a message of cargo is about.
fn program(message: Message) -> Option<Built> {
    let Message::CompilerArtifact(artifact) = message else {
        return None;
    };
    let file = artifact.executable?.into();
    Some(Built {
        name: artifact.target.name,
        test: artifact.profile.test,
        file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of cargo 1.95 about a target, shortened to the fields that it must have.
    fn message(kind: &str, test: bool, executable: &str) -> Option<Built> {
        let text = format!(
            r#"{{"reason":"compiler-artifact","package_id":"path+file:///x#shm@0.1.0",
            "manifest_path":"/x/Cargo.toml","target":{{"kind":["{kind}"],"crate_types":["bin"],
            "name":"shmat","src_path":"/x/a.rs","edition":"2024","doc":false,"doctest":false,
            "test":true}},"profile":{{"opt_level":"0","debuginfo":2,"debug_assertions":true,
            "overflow_checks":true,"test":{test}}},"features":[],"filenames":["/t/shmat-1"],
            "executable":{executable},"fresh":true}}"#
        );
        let line = text.replace('\n', "");
        Message::parse_stream(line.as_bytes()).find_map(|it| program(it.unwrap()))
    }

    #[test]
    fn tests_are_told_from_the_programs_that_they_call() {
        let file = "\"/t/shmat-1\"";
        assert!(message("test", true, file).unwrap().test);
        assert!(message("lib", true, file).unwrap().test);
        assert!(!message("bin", false, file).unwrap().test);
        assert_eq!(
            message("bin", false, file).unwrap().file,
            PathBuf::from("/t/shmat-1")
        );
    }

    #[test]
    fn libraries_are_no_programs() {
        assert_eq!(message("lib", false, "null"), None);
    }
}
