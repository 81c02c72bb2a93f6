// SPDX-License-Identifier: GPL-2.0-or-later
//! bindgen over `wrapper.h`: raw names, no comments, layouts as constant assertions.

use std::path::Path;
use std::process::Command;

use super::headers::Headers;

/// Headers whose declarations are bound; what these need of others comes along.
const BOUND: &str =
    r".*/(hurd|mach|mach_debug)/[^/]*\.h|.*/(hurd|argp|argz|idvec|maptime|mach)\.h|.*/wrapper\.h";

/// libc's own names for functions that have a public one too.
const BLOCKED: &str = "__.*";

/// The text of the bindings.
pub fn bindings(
    manifest: &Path,
    arch: &str,
    headers: &Headers,
    formatter: bindgen::Formatter,
) -> Result<String, String> {
    let mut builder = bindgen::Builder::default()
        .header(manifest.join("wrapper.h").to_string_lossy())
        // clang knows the Hurd on 32-bit x86 only. Linux has the same ABI, with other macros.
        .clang_args(["-nostdlibinc", "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64"])
        .clang_arg(format!("--target={arch}-unknown-linux-gnu"))
        .clang_args(["-U__linux__", "-U__linux", "-Ulinux", "-U__gnu_linux__"])
        .clang_args(["-D__GNU__=1", "-D__gnu_hurd__=1", "-D__MACH__=1"])
        .use_core()
        .rust_edition(bindgen::RustEdition::Edition2024)
        .generate_comments(false)
        .layout_tests(true)
        .derive_default(true)
        .prepend_enum_name(false)
        .allowlist_file(BOUND)
        .allowlist_function("mallopt")
        .allowlist_var("M_MMAP_THRESHOLD")
        .blocklist_function(BLOCKED)
        .formatter(formatter)
        .disable_header_comment()
        .raw_line("// SPDX-License-Identifier: GPL-2.0-or-later")
        .raw_line("// Made by bindgen from wrapper.h: see tests/bindings.rs.");
    for directory in headers.directories() {
        builder = builder.clang_arg(format!("-I{}", directory.display()));
    }
    if let Some(directory) = compilers_headers() {
        builder = builder.clang_args(["-idirafter", &directory]);
    }
    // The first release with that edition.
    if let Ok(release) = bindgen::RustTarget::stable(85, 0) {
        builder = builder.rust_target(release);
    }
    let bindings = builder.generate().map_err(|error| error.to_string())?;
    Ok(bindings.to_string())
}

/// Where gcc has its stdint.h and stddef.h. libclang looks for its own from where it was loaded, and
/// on Debian does not find them from the directory of all libraries.
fn compilers_headers() -> Option<String> {
    let mut gcc = Command::new("gcc");
    let output = gcc.arg("-print-file-name=include").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    Path::new(&path).is_absolute().then_some(path)
}
