// SPDX-License-Identifier: GPL-2.0-or-later
//! Rust declarations of the generated and imported headers.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bindgen::callbacks::{IntKind, ParseCallbacks};

use super::error::Error;
use super::find::{Headers, Target};
use super::{Build, mig::Stubs};

/// Writes `$OUT_DIR/<name>.rs` and answers with the headers it was made from.
///
/// `compilers` has the C compiler's stdint.h and stddef.h. libclang looks for its own from where it
/// was loaded, and on Debian does not find them from the directory of all libraries.
pub(super) fn bind(
    build: &Build,
    target: &Target,
    headers: &Headers,
    stubs: &[Stubs],
    compilers: Option<PathBuf>,
) -> Result<Vec<PathBuf>, Error> {
    let read = Arc::new(Mutex::new(Vec::new()));
    // A file, not a string: the fallback for macros below reads files only.
    let header = build.directory.join("bindings.h");
    fs::write(&header, umbrella(build, stubs)).map_err(Error::io(&header))?;
    let mut builder = bindgen::Builder::default()
        .header(header.to_string_lossy())
        .clang_args(clang_arguments(build, target, headers))
        .use_core()
        .rust_edition(bindgen::RustEdition::Edition2024)
        .layout_tests(true)
        .derive_default(true)
        .derive_eq(true)
        .prepend_enum_name(false)
        // Constants written as casts, such as `((vm_prot_t) 0x01)`.
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(&build.directory)
        .parse_callbacks(Box::new(Callbacks {
            read: Arc::clone(&read),
        }))
        .allowlist_file(within(&build.directory))
        // libc's own names for the same functions.
        .blocklist_function("__.*");
    if let Some(directory) = compilers {
        builder = builder.clang_args(["-idirafter", &directory.to_string_lossy()]);
    }
    // The first release with that edition. Left to itself bindgen asks `$RUSTC`, which is
    // cargo's in a build script only.
    if let Ok(release) = bindgen::RustTarget::stable(85, 0) {
        builder = builder.rust_target(release);
    }
    for directory in build.search_path() {
        builder = builder.allowlist_file(within(directory));
    }
    for stubs in stubs {
        // The crate defines these; it needs their types only.
        for routine in &stubs.routines {
            builder = builder.blocklist_function(routine);
        }
        if let Some(demux) = &stubs.demux {
            builder = builder.blocklist_var(format!("{demux}_routines"));
        }
    }
    let mach = ["mach", "mach_debug", "device"].map(|part| within(&headers.mach.join(part)));
    builder = match &build.mach_types {
        None => mach
            .iter()
            .fold(builder, |builder, files| builder.allowlist_file(files)),
        Some(module) => mach
            .iter()
            .fold(builder, |builder, files| builder.blocklist_file(files))
            .raw_line("#[allow(unused_imports)]")
            .raw_line(format!("use {module}::*;")),
    };
    let path = build.bindings_path();
    let bindings = builder.generate().map_err(Error::Bindings)?;
    bindings.write_to_file(&path).map_err(Error::io(&path))?;
    Ok(read.lock().map(|files| files.clone()).unwrap_or_default())
}

/// Includes all headers, and declares what MIG leaves undeclared.
fn umbrella(build: &Build, stubs: &[Stubs]) -> String {
    let mut text = String::from("#include <mach/mach_types.h>\n#include <mach/mig_errors.h>\n");
    for header in &build.headers {
        let _ = writeln!(text, "#include <{header}>");
    }
    for stubs in stubs {
        for header in &stubs.headers {
            let _ = writeln!(text, "#include \"{}\"", header.display());
        }
        for routine in &stubs.routines {
            let _ = writeln!(text, "typedef __typeof__ ({routine}) *{routine}_fn;");
        }
        if let Some(demux) = &stubs.demux {
            let _ = writeln!(
                text,
                "extern boolean_t {demux} (mach_msg_header_t *request, mach_msg_header_t *reply);\n\
                 extern mig_routine_t {demux}_lookup (const mach_msg_header_t *request);"
            );
        }
    }
    text
}

/// clang's own stdint.h and stddef.h, then our directories and no other.
fn clang_arguments(build: &Build, target: &Target, headers: &Headers) -> Vec<String> {
    let mut arguments = vec!["-nostdlibinc".to_owned()];
    if target.is_hurd() {
        // clang knows the Hurd on 32-bit x86 only; without a system it is the same ABI.
        arguments.push(format!("--target={}-unknown-none-elf", target.arch()));
        arguments.extend(
            [
                "__GNU__",
                "__gnu_hurd__",
                "__MACH__",
                "unix",
                "__unix__",
                "_GNU_SOURCE",
            ]
            .map(|name| format!("-D{name}=1")),
        );
    } else {
        arguments.push(format!("--target={}", target.triple));
        arguments.push("-ffreestanding".to_owned());
    }
    for directory in headers
        .search_path(target)
        .into_iter()
        .chain(build.search_path())
    {
        arguments.push(format!("-I{}", directory.display()));
    }
    arguments
}

/// A regular expression for the files below `directory`.
fn within(directory: &Path) -> String {
    let mut pattern = String::new();
    for character in directory.to_string_lossy().chars() {
        if character.is_ascii_punctuation() && character != '/' && character != '_' {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str("/.*");
    pattern
}

/// Collects file names, and gives constants the type that the calls take.
#[derive(Debug)]
struct Callbacks {
    read: Arc<Mutex<Vec<PathBuf>>>,
}

impl ParseCallbacks for Callbacks {
    fn include_file(&self, file: &str) {
        if let Ok(mut files) = self.read.lock() {
            files.push(PathBuf::from(file));
        }
    }

    // A macro has no type; what is not listed here becomes `u32`, or `i32` if negative.
    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        // kern_return_t and mach_msg_return_t, mach_msg_option_t, vm_prot_t, vm_inherit_t,
        // memory_object_copy_strategy_t and memory_object_return_t are all `int`.
        const SIGNED: [&str; 8] = [
            "KERN_",
            "MIG_",
            "MACH_SEND_",
            "MACH_RCV_",
            "MACH_MSG_",
            "VM_PROT_",
            "VM_INHERIT_",
            "MEMORY_OBJECT_",
        ];
        const UNSIGNED: [&str; 3] = ["MACH_MSG_TYPE_", "MACH_MSG_SIZE_", "MACH_MSG_TIMEOUT_"];
        let has = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        (has(&SIGNED) && !has(&UNSIGNED)).then_some(IntKind::Int)
    }
}
