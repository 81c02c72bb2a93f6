// SPDX-License-Identifier: GPL-2.0-or-later
//! Binds the headers of the Hurd that is built for, or takes the bindings in the source tree.

mod bind;
mod headers;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use headers::Headers;

/// The file system libraries, each with the feature that links it.
const FILE_SYSTEMS: [(&str, &str); 2] = [
    ("CARGO_FEATURE_TRIVFS", "trivfs"),
    ("CARGO_FEATURE_NETFS", "netfs"),
];

/// The libraries that every program may need, in the order of their dependencies.
const LIBRARIES: [&str; 7] = [
    "fshelp",
    "iohelp",
    "ports",
    "ihash",
    "shouldbeinlibc",
    "hurduser",
    "machuser",
];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=wrapper.h");
    println!("cargo::rerun-if-changed=shim.c");
    println!("cargo::rerun-if-changed=shim_netfs.c");
    println!("cargo::rerun-if-env-changed=HURD_ROOT");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.replace('\n', "; "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let arch = variable("CARGO_CFG_TARGET_ARCH")?;
    let target = PathBuf::from(variable("OUT_DIR")?).join("bindings.rs");
    let committed = manifest.join(format!("src/bindings_{arch}.rs"));
    // On other systems the declarations are of use to documentation only.
    let hurd = variable("CARGO_CFG_TARGET_OS")? == "hurd";
    let headers = if hurd {
        Headers::find(&arch, cfg!(target_os = "hurd"))
    } else {
        None
    };
    match &headers {
        Some(headers) => {
            let text = bind::bindings(&manifest, &arch, headers, bindgen::Formatter::None)?;
            fs::write(&target, text).map_err(|error| format!("{}: {error}", target.display()))?;
        }
        None if committed.is_file() => copy(&committed, &target)?,
        None if hurd => {
            return Err(format!(
                "no headers of a Hurd, and no bindings for {arch} in the source: set HURD_ROOT to the tree of one"
            ));
        }
        None => copy(&manifest.join("src/bindings_x86_64.rs"), &target)?,
    }
    if hurd {
        link(&manifest, headers.as_ref())?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    println!("cargo::rerun-if-changed={}", from.display());
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| format!("{}: {error}", from.display()))
}

/// Compiles the shim and names the libraries. Without headers nothing can be linked either.
fn link(manifest: &Path, headers: Option<&Headers>) -> Result<(), String> {
    let Some(headers) = headers else {
        println!("cargo::warning=no headers of a Hurd (HURD_ROOT): checking only");
        return Ok(());
    };
    let mut cc = cc::Build::new();
    cc.file(manifest.join("shim.c"));
    if env::var_os("CARGO_FEATURE_NETFS").is_some() {
        cc.file(manifest.join("shim_netfs.c"));
    }
    cc.define("_GNU_SOURCE", None)
        .define("_FILE_OFFSET_BITS", "64")
        .include(manifest)
        .opt_level(2);
    for directory in headers.directories() {
        cc.include(directory);
    }
    cc.try_compile("hurd_sys_shim")
        .map_err(|error| error.to_string())?;
    let file_systems = FILE_SYSTEMS
        .iter()
        .filter(|(feature, _)| env::var_os(feature).is_some())
        .map(|(_, library)| *library);
    for library in file_systems.chain(LIBRARIES) {
        println!("cargo::rustc-link-lib={library}");
    }
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set: this is a build script"))
}
