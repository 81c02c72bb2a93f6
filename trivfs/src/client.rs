// SPDX-License-Identifier: GPL-2.0-or-later
//! The client's side: the routines of a node, as safe functions.

use std::io;
use std::path::Path;

/// A node of the file system that was looked up, to call the routines of its translator: see
/// [`calls!`](crate::calls). The node counts as open until this is dropped.
#[derive(Debug)]
pub struct Node {
    #[cfg(target_os = "hurd")]
    port: gnumach::right::SendRight,
    #[cfg(not(target_os = "hurd"))]
    never: std::convert::Infallible,
}

#[cfg(target_os = "hurd")]
impl Node {
    /// Looks the node up, for neither reading nor writing (`file_name_lookup`, hurd.h).
    ///
    /// # Errors
    /// What open(2) fails with.
    pub fn lookup(path: impl AsRef<Path>) -> io::Result<Self> {
        use std::os::unix::ffi::OsStrExt as _;

        let path = std::ffi::CString::new(path.as_ref().as_os_str().as_bytes())?;
        // SAFETY: a string.
        let name = unsafe { hurd_sys::file_name_lookup(path.as_ptr(), 0, 0) };
        if !gnumach::right::valid(name) {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the reference is ours.
        let port = unsafe { gnumach::right::SendRight::from_raw(name) };
        Ok(Self { port })
    }

    /// The right's name, which stays the node's.
    #[must_use]
    pub const fn name(&self) -> gnumach::right::Name {
        self.port.name()
    }
}

#[cfg(not(target_os = "hurd"))]
impl Node {
    /// There are no such nodes here.
    ///
    /// # Errors
    /// `Unsupported`, always.
    pub fn lookup(path: impl AsRef<Path>) -> io::Result<Self> {
        let _ = path;
        let why = "only GNU/Hurd has nodes with routines";
        Err(io::Error::new(io::ErrorKind::Unsupported, why))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn never<T>(&self) -> T {
        match self.never {}
    }
}

/// What [`calls!`](crate::calls) needs.
#[cfg(target_os = "hurd")]
#[doc(hidden)]
pub mod calling {
    use std::ffi::{CStr, c_char};
    use std::io::{Error, ErrorKind, Result};

    use crate::Text;

    /// A `string_t`.
    pub type Room = [c_char; Text::SIZE];

    pub const EMPTY: Room = [0; Text::SIZE];

    /// What a stub answered.
    pub fn check(code: i32) -> Result<()> {
        match code {
            0 => Ok(()),
            gnumach::sys::MIG_BAD_ID => Err(Error::new(
                ErrorKind::Unsupported,
                "the node does not know this routine (MIG_BAD_ID)",
            )),
            code => Err(Error::from_raw_os_error(code)),
        }
    }

    pub fn text_in(text: &str) -> Result<Room> {
        let mut room = EMPTY;
        // One byte stays for the null byte at the end.
        if text.len() >= room.len() || text.contains('\0') {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a text has up to 1023 bytes, none of them null",
            ));
        }
        for (to, from) in room.iter_mut().zip(text.bytes()) {
            *to = c_char::from_ne_bytes([from]);
        }
        Ok(room)
    }

    pub fn text_out(room: &Room) -> Result<String> {
        let bytes = room.map(|character| character.to_ne_bytes()[0]);
        let text = CStr::from_bytes_until_nul(&bytes).ok();
        let text = text.and_then(|text| text.to_str().ok());
        let text = text.ok_or(Error::new(ErrorKind::InvalidData, "the text is not UTF-8"))?;
        Ok(text.to_owned())
    }
}

/// Defines functions that call the routines of a node: the client's side of
/// [`routines!`](crate::routines).
///
/// ```ignore
/// trivfs::calls! {
///     mod wire = "hello";
///     fn get = wire::hello_get(greeting: out text);
///     fn set = wire::hello_set(greeting: in text);
/// }
///
/// let node = trivfs::Node::lookup("/tmp/hello")?;
/// set(&node, "Good day")?;
/// let greeting: String = get(&node)?;
/// ```
///
/// The first line is as in [`routines!`](crate::routines). Each further line has the function's
/// name, MIG's stub, and the stub's arguments without the node's port. The function takes the
/// [`Node`](crate::Node) and the `in` arguments, and answers [`std::io::Result`] of what is `out`:
/// nothing, one value, or a tuple.
///
/// | in the macro | in the .defs file | in the function |
/// |---|---|---|
/// | `in T` | a number, or a structure | `T` |
/// | `out T` | `out` of the same | `T`, which is `Default` |
/// | `in text` | `string_t` | `&str` of up to 1023 bytes |
/// | `out text` | `out` of the same | `String`; other bytes than UTF-8 are an error |
///
/// A stub of other types does not compile. A type of the .defs file that is an array fits by its
/// type in C and is not in the table: call its stub from `wire` by hand.
///
/// An error has the number that the routine answered; `Unsupported` is a node that does not know
/// the routine. On systems other than the Hurd the functions exist and are never called, since no
/// [`Node`](crate::Node) does.
#[macro_export]
macro_rules! calls {
    (mod $module:ident = $bindings:literal; $($rest:tt)*) => {
        #[cfg(target_os = "hurd")]
        $crate::gnumach::include_bindings! { mod $module = $bindings; }

        $crate::calls! { $($rest)* }
    };
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident =
            $($stub:ident)::+ ($($argument:ident: $way:tt $kind:tt),* $(,)?);
    )*) => {
        $($crate::__call! {
            {$(#[$attribute])* $visibility fn $name = $($stub)::+}
            () () () ();
            $($argument: $way $kind,)*
        })*
    };
}

/// One function of [`calls!`]: parameters, statements before the call, arguments of the call and
/// answers are collected from the arguments, one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($head:tt ($($take:tt)*) ($($before:tt)*) ($($give:tt)*) $answers:tt;
     $argument:ident: in text, $($rest:tt)*) => {
        $crate::__call! {
            $head
            ($($take)* $argument: &str,)
            ($($before)* let mut $argument = $crate::calling::text_in($argument)?;)
            ($($give)* $argument.as_mut_ptr(),)
            $answers;
            $($rest)*
        }
    };
    ($head:tt ($($take:tt)*) $before:tt ($($give:tt)*) $answers:tt;
     $argument:ident: in $type:tt, $($rest:tt)*) => {
        $crate::__call! {
            $head ($($take)* $argument: $type,) $before ($($give)* $argument,) $answers; $($rest)*
        }
    };
    ($head:tt $take:tt ($($before:tt)*) ($($give:tt)*) ($($answers:tt)*);
     $argument:ident: out text, $($rest:tt)*) => {
        $crate::__call! {
            $head $take
            ($($before)* let mut $argument = $crate::calling::EMPTY;)
            ($($give)* $argument.as_mut_ptr(),)
            ($($answers)* {::std::string::String, $crate::calling::text_out(&$argument)?});
            $($rest)*
        }
    };
    ($head:tt $take:tt ($($before:tt)*) ($($give:tt)*) ($($answers:tt)*);
     $argument:ident: out $type:tt, $($rest:tt)*) => {
        $crate::__call! {
            $head $take
            ($($before)* let mut $argument = <$type as ::core::default::Default>::default();)
            ($($give)* &mut $argument,)
            ($($answers)* {$type, $argument});
            $($rest)*
        }
    };
    ($head:tt $take:tt $before:tt $give:tt ({$type:ty, $answer:expr});) => {
        $crate::__call! { define $head $take $before $give $type, $answer }
    };
    ($head:tt $take:tt $before:tt $give:tt ($({$type:ty, $answer:expr})*);) => {
        $crate::__call! { define $head $take $before $give ($($type),*), ($($answer),*) }
    };
    (define {$(#[$attribute:meta])* $visibility:vis fn $name:ident = $($stub:ident)::+}
     ($($take:tt)*) ($($before:tt)*) ($($give:tt)*) $type:ty, $answer:expr) => {
        $(#[$attribute])*
        #[cfg(target_os = "hurd")]
        #[allow(unsafe_code, reason = "the stub is C")]
        $visibility fn $name(node: &$crate::Node, $($take)*) -> ::std::io::Result<$type> {
            $($before)*
            // SAFETY: MIG's own function, with a right, and arguments of the types that MIG gave
            // it, which live as long as the call.
            $crate::calling::check(unsafe { $($stub)::+(node.name(), $($give)*) })?;
            ::core::result::Result::Ok($answer)
        }

        $(#[$attribute])*
        #[cfg(not(target_os = "hurd"))]
        #[allow(unused_variables, dead_code, reason = "there are no nodes")]
        $visibility fn $name(node: &$crate::Node, $($take)*) -> ::std::io::Result<$type> {
            node.never()
        }
    };
}

#[cfg(all(test, not(target_os = "hurd")))]
mod tests {
    use super::Node;

    // Stubs exist on the Hurd only, where the example calls some.
    crate::calls! {
        fn none = wire::none();
        fn some = wire::some(text: in text, old: out u64, number: in i32);
        fn more = wire::more(number: out u32, text: out text,);
    }

    #[test]
    fn a_function_takes_what_is_in_and_answers_what_is_out() {
        let _: fn(&Node) -> std::io::Result<()> = none;
        let _: fn(&Node, &str, i32) -> std::io::Result<u64> = some;
        let _: fn(&Node) -> std::io::Result<(u32, String)> = more;
        assert!(Node::lookup("/").is_err());
    }
}
