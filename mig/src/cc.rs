// SPDX-License-Identifier: GPL-2.0-or-later
//! The C compiler: as preprocessor of .defs, and for the stubs.

use std::path::PathBuf;
use std::process::Command;

use super::error::Error;
use super::find::{Headers, Target};
use super::{Build, mig::Stubs};

/// The compiler with the flags that every file needs; `sources` come later.
pub(super) fn compiler(build: &Build, target: &Target, headers: &Headers) -> cc::Build {
    let mut cc = cc::Build::new();
    cc.target(&target.triple)
        .cargo_metadata(build.cargo)
        .warnings(false);
    cc.out_dir(&build.directory).opt_level(2).debug(false);
    if let Some(host) = &build.host {
        cc.host(host);
    }
    if !target.is_hurd() {
        // A program of its own on the kernel: no libc, no thread pointer for a guard.
        cc.flag("-ffreestanding").flag("-fno-stack-protector");
        cc.flag("-nostdinc");
        if let Some(own) = own_headers(&cc) {
            cc.flag("-isystem").flag(own);
        }
    }
    for directory in headers
        .search_path(target)
        .into_iter()
        .chain(build.search_path())
    {
        cc.include(directory);
    }
    cc
}

/// The compiler's stdint.h and stddef.h, lost with `-nostdinc`.
pub(super) fn own_headers(cc: &cc::Build) -> Option<PathBuf> {
    let mut command = cc.try_get_compiler().ok()?.to_command();
    let output = command.arg("-print-file-name=include").output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    path.is_absolute().then_some(path)
}

/// The same compiler as a command, for the preprocessor.
pub(super) fn preprocessor(cc: &cc::Build) -> Result<Command, Error> {
    Ok(cc.try_get_compiler().map_err(Error::Compiler)?.to_command())
}

/// Makes one static library of all stubs, from which the linker takes only what is used.
pub(super) fn compile(mut cc: cc::Build, library: &str, interfaces: &[Stubs]) -> Result<(), Error> {
    for stubs in interfaces {
        cc.files(&stubs.sources);
    }
    cc.try_compile(library).map_err(Error::Compiler)
}
