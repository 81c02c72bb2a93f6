// SPDX-License-Identifier: GPL-2.0-or-later
//! Interfaces beside those of a file, and the routines behind them.

/// The server side of a .defs file, as MIG made it: see [`routines!`](crate::routines).
#[derive(Clone, Copy, Debug)]
pub struct Interface {
    #[cfg(target_os = "hurd")]
    pub(crate) lookup: Lookup,
    #[cfg(not(target_os = "hurd"))]
    _none: (),
}

/// MIG's `NAME_server_lookup`: the stub for a request, or none.
#[cfg(target_os = "hurd")]
pub type Lookup =
    unsafe extern "C" fn(*const gnumach::sys::mach_msg_header_t) -> gnumach::sys::mig_routine_t;

#[cfg(not(target_os = "hurd"))]
impl Interface {
    /// An interface that nobody asks.
    #[doc(hidden)]
    #[must_use]
    pub const fn none() -> Self {
        Self { _none: () }
    }
}

#[cfg(target_os = "hurd")]
impl Interface {
    /// The interface whose stubs `lookup` finds.
    ///
    /// # Safety
    /// `lookup` is a function of MIG's, and the routines that its stubs call are defined as the
    /// .defs file says.
    #[must_use]
    pub const unsafe fn new(lookup: Lookup) -> Self {
        Self { lookup }
    }
}

/// Defines the routines of an interface of the translator's own, by safe functions.
///
/// ```ignore
/// trivfs::routines! {
///     mod wire = "hello";
///     const HELLO: Hello = wire::hello_server_lookup;
///     wire::S_hello_get_fn = S_hello_get(greeting: out text) => get;
///     wire::S_hello_set_fn = S_hello_set(greeting: in text) => set;
/// }
///
/// fn get(call: Call<'_, Hello>, greeting: &mut Text<'_>) -> Result<()> { .. }
/// fn set(call: Call<'_, Hello>, greeting: &str) -> Result<()> { .. }
/// ```
///
/// The first line takes in the bindings that the build script wrote, as a module; it is left out
/// where they are elsewhere. The next names the translator's type and MIG's lookup function; the
/// constant goes to [`Translator::INTERFACES`](crate::Translator::INTERFACES). Each further line has the type that
/// the bindings give a routine, so that one that does not fit the .defs file does not compile, its
/// name, its arguments without the request's port, and the function behind it. Arguments are:
///
/// | in the macro | in the .defs file | in the function |
/// |---|---|---|
/// | `in T` | a number, or a structure | `T` |
/// | `out T` | `out` of the same | `&mut T`, zero at first |
/// | `in text` | `string_t` | `&str`; other bytes than UTF-8 are refused with `EINVAL` |
/// | `out text` | `out` of the same | `&mut Text`, empty at first |
/// | `in port` | `mach_port_send_t` | `&gnumach::right::Requested`, borrowed until success |
///
/// A line whose arguments are not those of the .defs file does not compile. A routine of the .defs
/// file that has no line does not link: `undefined reference to S_hello_get`. A type of the .defs
/// file that is an array fits by its type in C and is not in the table: write its function by hand.
///
/// On systems other than the Hurd the macro defines the constant only, which nobody asks.
#[macro_export]
macro_rules! routines {
    (mod $module:ident = $bindings:literal; $($rest:tt)*) => {
        #[cfg(target_os = "hurd")]
        $crate::gnumach::include_bindings! { mod $module = $bindings; }

        $crate::routines! { $($rest)* }
    };
    (
        $(#[$attribute:meta])*
        $visibility:vis const $name:ident: $translator:ty = $lookup:path;
        $($type:path = $routine:ident($($argument:ident: $way:tt $kind:tt),* $(,)?) => $body:path;)*
    ) => {
        $(#[$attribute])*
        #[cfg(target_os = "hurd")]
        #[allow(unsafe_code, reason = "the routines are those of the interface")]
        // SAFETY: MIG's own function; the routines are below, of the types that MIG gave them.
        $visibility const $name: $crate::Interface = unsafe { $crate::Interface::new($lookup) };

        $(#[$attribute])*
        #[cfg(not(target_os = "hurd"))]
        $visibility const $name: $crate::Interface = {
            $(let _ = $body;)*
            $crate::Interface::none()
        };

        $(
            #[cfg(target_os = "hurd")]
            const _: $type = Some($routine);

            /// # Safety
            /// MIG's stub calls it, with the arguments of the .defs file.
            #[cfg(target_os = "hurd")]
            #[allow(unsafe_code, reason = "a stub in C calls it")]
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $routine(
                _: ::core::ffi::c_uint,
                $($argument: $crate::__argument!(type $way $kind)),*
            ) -> ::core::ffi::c_int {
                $crate::shell::routine::<$translator>(|call| {
                    // SAFETY: see the contract.
                    $(let mut $argument = unsafe { $crate::__argument!(take $way $kind, $argument) };)*
                    $body(call, $($crate::__argument!(lend $way $kind, $argument)),*)?;
                    $($crate::__argument!(done $way $kind, $argument);)*
                    Ok(())
                })
            }
        )*
    };
}

/// What [`routines!`] makes of an argument.
#[doc(hidden)]
#[macro_export]
macro_rules! __argument {
    (type in text) => { *const ::core::ffi::c_char };
    (type out text) => { *mut ::core::ffi::c_char };
    (type in port) => { ::core::ffi::c_uint };
    (type in $type:tt) => { $type };
    (type out $type:tt) => { *mut $type };

    (take in text, $argument:ident) => { $crate::shell::text_in($argument)? };
    (take out text, $argument:ident) => { $crate::shell::text_out($argument) };
    (take in port, $argument:ident) => { $crate::shell::port_in($argument) };
    (take in $type:tt, $argument:ident) => { $argument };
    (take out $type:tt, $argument:ident) => { $crate::shell::value_out($argument) };

    (lend in text, $argument:ident) => { $argument };
    (lend out text, $argument:ident) => { &mut $argument };
    (lend in port, $argument:ident) => { &$argument };
    (lend in $type:tt, $argument:ident) => { $argument };
    (lend out $type:tt, $argument:ident) => { &mut *$argument };

    (done in port, $argument:ident) => { $argument.consume() };
    (done $way:tt $kind:tt, $argument:ident) => {};
}
