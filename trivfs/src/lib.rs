// SPDX-License-Identifier: GPL-2.0-or-later
//! Translators of GNU/Hurd in safe Rust.
//!
//! A translator is a program that serves a node of a file system. This crate is a shell over
//! libtrivfs and libports: an author implements [`Translator`], and gets a program that settrans(1)
//! starts, that cat(1), stat(1) and fsysopts(1) work on, that goes away when `settrans -g` may, and
//! that answers an interface of its own from a .defs file. There is no `unsafe`, no `extern "C"`
//! and no `static mut` to write, nor in a client of that interface.
//!
//! # A whole translator
//!
//! `examples/hello-translator` of the repository, as it is built and tested:
//!
//! ```ignore
#![doc = include_str!("../tutorial/main.rs")]
//! ```
//!
//! Its interface, `hello.defs`:
//!
//! ```text
#![doc = include_str!("../tutorial/hello.defs")]
//! ```
//!
//! The build script makes stubs and bindings of it with the crate `mig`:
//!
//! ```ignore
#![doc = include_str!("../tutorial/build.rs")]
//! ```
//!
//! A client of it, in which [`calls!`] makes the functions:
//!
//! ```ignore
#![doc = include_str!("../tutorial/client.rs")]
//! ```
//!
//! All of it depends on these crates; the bindings of an interface name `gnumach`.
//!
//! ```toml
//! [dependencies]
//! trivfs = "0.1"
//! [target.'cfg(target_os = "hurd")'.dependencies]
//! gnumach = "0.1"
//! [build-dependencies]
//! mig = "0.1"
//! ```
//!
//! # What clients cannot do
//!
//! - A request is bounded in size and in rights ([`gnumach::serve::Bounds`]), and so are the threads
//!   ([`Translator::WORKERS`]).
//! - No thread waits for a port that the client names: see the crate `hurd-ports`.
//! - Where the file system below hangs, calls that ask it keep few threads, and those of one user at
//!   most half of these ([`Translator::FILE_CALLS`]).
//! - Memory that comes out of line with the request of a user other than the translator's owner is
//!   not looked at, and the request is refused (`MIG_BAD_ARGUMENTS`): its pager may never answer.
//! - No reply is waited for.
//! - A panic costs the call in which it happens.
//! - `settrans -fg` takes the ports down at once, whatever clients do.
//!
//! [`gnumach::serve::Bounds`]: https://docs.rs/gnumach
//!
//! # What is missing
//!
//! The node can be read and not written, and has no children: libnetfs is for trees. Routines with
//! arrays, and ports in [`calls!`], are for hands. 32-bit machines have only been thought of.
//!
//! On other systems than the Hurd the crate compiles, and its programs say that they run nowhere
//! else.

mod client;
mod interface;
#[cfg(target_os = "hurd")]
#[doc(hidden)]
pub mod shell;
mod snapshot;
mod text;
mod translator;

pub use client::Node;
#[cfg(target_os = "hurd")]
#[doc(hidden)]
pub use client::calling;
#[cfg(target_os = "hurd")]
#[doc(hidden)]
pub use gnumach;
pub use hurd_ports::{Error, Result};
pub use interface::Interface;
#[cfg(target_os = "hurd")]
pub use shell::{current, log, raise, with_user};
pub use snapshot::Snapshot;
pub use text::Text;
pub use translator::{Access, Call, Opt, Settings, Stat, Translator, User};

/// One line for the administrator, which on the Hurd goes to syslog: here to standard error.
#[cfg(not(target_os = "hurd"))]
pub fn log(line: &str) {
    eprintln!("{line}");
}

/// Defines the program's `main` for a type that implements [`Translator`].
///
/// The crate root says `#![cfg_attr(target_os = "hurd", no_main)]`: Rust's own run-time opens
/// /dev/null where standard files are missing, as they are for a translator that a file system
/// starts, and aborts where there is none.
#[macro_export]
macro_rules! translator {
    ($translator:ty) => {
        /// # Safety
        /// As C's `main`.
        #[cfg(target_os = "hurd")]
        #[allow(unsafe_code, reason = "C calls it")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn main(
            argc: ::core::ffi::c_int,
            argv: *mut *mut ::core::ffi::c_char,
        ) -> ::core::ffi::c_int {
            // SAFETY: handed through.
            unsafe { $crate::shell::main::<$translator>(argc, argv) }
        }

        #[cfg(not(target_os = "hurd"))]
        fn main() -> ::std::process::ExitCode {
            let name = <$translator as $crate::Translator>::NAME.to_string_lossy();
            eprintln!("{name}: this is a translator of GNU/Hurd: it runs nowhere else");
            ::std::process::ExitCode::FAILURE
        }
    };
}
