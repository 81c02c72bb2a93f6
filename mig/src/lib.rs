//! MIG interfaces in Rust: clients and servers of GNU Mach and the Hurd from their .defs.
//!
//! - Feature `build`, for build scripts: [`build`] runs MIG, the C compiler and bindgen.
//! - Feature `runtime`, for programs with or without std and libc: [`sys`] holds the
//!   kernel's own interfaces and headers, and the other modules what is safe on top of it.
//!
//! # A build script
//!
//! ```no_run
//! # #[cfg(feature = "build")]
//! # mod script {
//! use mig::build::{Build, Error, Interface};
//!
//! fn main() -> Result<(), Error> {
//!     let interface = Interface::new("defs/clock.defs") // its user side
//!         .server(true) // and its server side,
//!         .define("SERVERPREFIX=S_"); // whose routines are named S_clock_get and so on
//!     Build::new("clock") // makes $OUT_DIR/clock.rs and links libclock_mig.a
//!         .interface(interface)
//!         .include("defs") // where clock.defs and the headers it imports are
//!         .mach_types("::mig::sys")
//!         .compile()?;
//!     Ok(())
//! }
//! # }
//! ```
//!
//! in a crate that has
//!
//! ```toml
//! [dependencies]
//! mig = { version = "0.1", features = ["runtime"] }
//! [build-dependencies]
//! mig = { version = "0.1", features = ["build"] }
//! ```
//!
//! # A server
//!
//! MIG's server side takes a request apart and calls a function of the crate's. The
//! bindings hold the type of each as `<routine>_fn`; with the constant below, a
//! routine that does not fit the .defs does not compile. One that is missing does not link.
//!
//! ```ignore
//! mig::include_bindings! {
//!     mod wire = "clock";
//! }
//!
//! const _: wire::S_clock_get_fn = Some(S_clock_get);
//!
//! #[unsafe(no_mangle)]
//! extern "C" fn S_clock_get(clock: mach_port_t, time: *mut wire::clock_time_t) -> kern_return_t
//! ```
//!
//! `wire::clock_server(request, reply)` is the demultiplexer, for a receive loop; it
//! answers zero where the request's id is not the interface's. `wire::clock_server_lookup`
//! answers the id's stub or none.
#![cfg_attr(not(feature = "build"), no_std)]

#[cfg(feature = "runtime")]
extern crate alloc;

#[cfg(feature = "build")]
pub mod build;

#[cfg(feature = "runtime")]
pub mod elastic;
#[cfg(feature = "runtime")]
pub mod error;
#[cfg(feature = "runtime")]
pub mod right;
#[cfg(feature = "runtime")]
pub mod serve;
#[cfg(feature = "runtime")]
pub mod sync;
#[cfg(feature = "runtime")]
pub mod sys;
#[cfg(feature = "runtime")]
pub mod trap;

/// Declares a module with the bindings that [`build`] wrote to `$OUT_DIR/<name>.rs`.
///
/// ```ignore
/// mig::include_bindings! {
///     /// The interface of `shm.defs`.
///     pub mod wire = "shm";
/// }
/// ```
///
/// The allowances that generated code needs are here and nowhere else.
#[macro_export]
macro_rules! include_bindings {
    ($(#[$attribute:meta])* $visibility:vis mod $module:ident = $name:literal;) => {
        $(#[$attribute])*
        #[allow(
            missing_docs,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            unused,
            unpredictable_function_pointer_comparisons,
            unsafe_op_in_unsafe_fn,
            clippy::all,
            clippy::pedantic,
            clippy::undocumented_unsafe_blocks,
            clippy::missing_safety_doc,
            reason = "generated from C"
        )]
        $visibility mod $module {
            include!(concat!(env!("OUT_DIR"), "/", $name, ".rs"));
        }
    };
}
