// SPDX-License-Identifier: GPL-2.0-or-later
//! `mig` on a toy interface, with the MIG of this machine.
//!
//! Where there is no MIG or no Mach header, a test that needs them says so in a line.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mig::{Build, Error, Interface};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// An empty directory of this test's own.
fn directory(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("stubs")
        .join(test);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn build(out_dir: &Path, defs: impl Into<PathBuf>) -> Build {
    let interface = Interface::new(defs).server(true).define("SERVERPREFIX=S_");
    Build::new("arith")
        .interface(interface)
        .include("tests")
        .target(TARGET)
        .host(TARGET)
        .out_dir(out_dir)
        .cargo_metadata(false)
}

/// Past the test harness, which keeps what a passing test prints.
fn skip(test: &str, why: &Error) {
    let _ = writeln!(io::stderr(), "skip {test}: {why}");
}

/// The bindings; nothing where the tools are missing.
fn compile(test: &str, build: Build) -> Option<PathBuf> {
    match build.compile() {
        Ok(path) => Some(path),
        Err(error @ (Error::MigNotFound { .. } | Error::HeadersNotFound { .. })) => {
            skip(test, &error);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// As [`compile`], for a build that must fail.
fn failure(test: &str, build: Build) -> Option<String> {
    match build.compile() {
        Ok(path) => panic!("made {}", path.display()),
        Err(error @ (Error::MigNotFound { .. } | Error::HeadersNotFound { .. })) => {
            skip(test, &error);
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

/// `tests/programs/roundtrip.rs` with `edit` made to its text, compiled against `bindings`.
fn rustc(bindings: &Path, edit: impl FnOnce(String) -> String) -> Output {
    let text = fs::read_to_string("tests/programs/roundtrip.rs").unwrap();
    let source = bindings.with_file_name("roundtrip_edited.rs");
    fs::write(&source, edit(text)).unwrap();
    let stubs = bindings.with_file_name("arith-mig");
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--edition=2024",
            "--crate-name=roundtrip",
            "-lstatic=arith_mig",
            "-L",
        ])
        .arg(&stubs)
        .arg("-o")
        .arg(bindings.with_file_name("roundtrip"))
        .arg(&source)
        .env("ARITH_BINDINGS", bindings)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn bindings_hold_types_constants_and_both_sides() {
    let out = directory("bindings");
    let Some(path) = compile("bindings", build(&out, "tests/arith.defs")) else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    for item in [
        "pub struct arith_point",
        "pub const ARITH_ROW_MAX: u32 = 16;",
        "pub const ARITH_OVERFLOW: u32 = 42;",
        "pub fn arith_points(",
        "pub type S_arith_points_fn =",
        "pub fn arith_server(",
        "pub fn arith_server_lookup(",
        "pub const MACH_SEND_INVALID_DEST: ::core::ffi::c_int = 268435459;",
    ] {
        assert!(text.contains(item), "no `{item}`");
    }
    assert!(
        !text.contains("pub fn S_arith_points("),
        "a routine that the crate defines itself"
    );
}

#[test]
fn mach_types_can_come_from_another_module() {
    let out = directory("mach-types");
    let build = build(&out, "tests/arith.defs").mach_types("::gnumach::sys");
    let Some(path) = compile("mach_types", build) else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("use ::gnumach::sys::*;"));
    assert!(text.contains("server: mach_port_t") && !text.contains("pub type mach_port_t"));
    assert!(!text.contains("pub struct mach_msg_header"));
}

#[test]
fn user_and_server_stubs_agree() {
    let out = directory("roundtrip");
    let Some(bindings) = compile("roundtrip", build(&out, "tests/arith.defs")) else {
        return;
    };
    let compiler = rustc(&bindings, |text| text);
    assert!(compiler.status.success(), "{}", stderr(&compiler));
    let run = Command::new(bindings.with_file_name("roundtrip"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(String::from_utf8_lossy(&run.stdout), "both sides agree\n");
}

#[test]
fn server_routine_of_another_type_does_not_compile() {
    let out = directory("mismatch");
    let Some(bindings) = compile("mismatch", build(&out, "tests/arith.defs")) else {
        return;
    };
    let compiler = rustc(&bindings, |text| {
        text.replacen("first: i32", "first: i64", 1)
    });
    assert!(!compiler.status.success());
    assert!(
        stderr(&compiler).contains("expected fn pointer"),
        "{}",
        stderr(&compiler)
    );
}

#[test]
fn paths_with_blanks_and_quotes_work() {
    let out = directory("a path that's odd");
    fs::copy("tests/arith.defs", out.join("arith.defs")).unwrap();
    let build = build(&out, out.join("arith.defs"));
    compile("odd path", build);
}

#[test]
fn error_in_an_interface_names_its_file_and_line() {
    let out = directory("syntax");
    let defs = out.join("wrong.defs");
    fs::write(&defs, "subsystem wrong 91100;\nroutine 7;\n").unwrap();
    let Some(error) = failure("syntax", build(&out, &defs)) else {
        return;
    };
    assert!(
        error.contains(&format!("rejected {}", defs.display())),
        "{error}"
    );
    // The line is the one before, as MIG counts.
    assert!(
        error.contains("wrong.defs\", line 1: syntax error"),
        "{error}"
    );
}

#[test]
fn missing_include_is_the_preprocessors_error() {
    let out = directory("include");
    let defs = out.join("wrong.defs");
    fs::write(
        &defs,
        "subsystem wrong 91100;\n#include <mach/no_such.defs>\n",
    )
    .unwrap();
    let Some(error) = failure("include", build(&out, &defs)) else {
        return;
    };
    assert!(error.starts_with("the C preprocessor rejected"), "{error}");
    assert!(error.contains("mach/no_such.defs"), "{error}");
}

#[test]
fn structure_that_differs_from_the_header_is_the_compilers_error() {
    let out = directory("layout");
    let text = fs::read_to_string("tests/arith.defs").unwrap();
    let defs = out.join("arith.defs");
    fs::write(
        &defs,
        text.replacen("int32_t pad; int64_t y;", "int64_t y; int64_t z;", 1),
    )
    .unwrap();
    let Some(error) = failure("layout", build(&out, &defs)) else {
        return;
    };
    assert!(error.starts_with("compiling stubs:"), "{error}");
}

#[test]
fn missing_interface_is_named() {
    let out = directory("missing");
    let Some(error) = failure("missing", build(&out, "tests/no_such.defs")) else {
        return;
    };
    assert_eq!(error, "tests/no_such.defs: no such file");
}

#[test]
fn missing_mig_error_says_what_to_install() {
    let out = directory("no-mig");
    let error = build(&out, "tests/arith.defs")
        .mig("/no/such/mig")
        .compile()
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("MIG not found (tried /no/such/mig)"),
        "{error}"
    );
    assert!(
        error.ends_with("install mig-x86-64-gnu 1.8+git20231217 or later, or set MIG"),
        "{error}"
    );
}

/// A MIG that is a shell script.
fn fake_mig(out: &Path, script: &str) -> PathBuf {
    let path = out.join("fake-mig");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn mig_without_64_bit_messages_is_too_old() {
    const VERSION: &str = "[ \"$1\" = --version ] && echo old-mig && exit";
    for (test, script, reason) in [
        (
            "old-types",
            "echo 'unknown type INTEGER_64' >&2; exit 1",
            "unknown type INTEGER_64",
        ),
        (
            "old-ports",
            "echo '/* 32 bits */' > probeUser.c",
            "as 32-bit names",
        ),
    ] {
        let out = directory(test);
        let mig = fake_mig(&out, &format!("{VERSION}\n{script}"));
        let Some(error) = failure(test, build(&out, "tests/arith.defs").mig(&mig)) else {
            return;
        };
        assert!(
            error.contains("is too old for 64-bit interfaces"),
            "{error}"
        );
        assert!(
            error.contains(reason) && error.contains("\"old-mig\""),
            "{error}"
        );
    }
}

#[test]
fn missing_headers_error_says_where_they_were_looked_for() {
    let out = directory("no-headers");
    let mig = fake_mig(&out, "exit 1");
    let build = build(&out, "tests/arith.defs")
        .mig(mig)
        .mach_include("/no/such/include");
    let error = build.compile().unwrap_err().to_string();
    assert_eq!(
        error,
        "GNU Mach headers not found: install gnumach-dev or set MACH_INCLUDE\n  \
         no mach/mach.defs in /no/such/include"
    );
}
