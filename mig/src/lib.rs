//! MIG interfaces in Rust.
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
