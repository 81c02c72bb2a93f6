// SPDX-License-Identifier: GPL-2.0-or-later
//! The C side: one translator, and the functions and variables that libtrivfs asks for.
//!
//! # Threads, and what each may block on
//!
//! Workers of a [`Pool`](gnumach::elastic::Pool) take requests from libports's bucket, each in
//! [`routine::dispatch`]. A worker may block in libports while requests are inhibited, and in
//! whatever the translator does. The main thread takes the auth server's answers
//! ([`hurd_ports::reauth`]); it may block in a call to the parent file system.
//!
//! # Locks
//!
//! The file position of an open, which is held for no call. All else is libports's.

mod goaway;
mod object;
mod options;
mod routine;
mod start;
mod symbols;

pub use hurd_ports::guard::log;
pub use hurd_ports::priority::raise;
pub use routine::{current, port_in, routine, text_in, text_out, value_out, with_user};
pub use start::main;

use std::sync::OnceLock;

use hurd_sys as sys;

use self::object::Object;

/// The one translator of this program, and where its ports are in libports's terms. Nothing here
/// is ever freed.
struct Shell {
    object: &'static dyn Object,
    bucket: *mut sys::port_bucket,
    controls: *mut sys::port_class,
    protids: *mut sys::port_class,
    argp: &'static sys::argp,
    /// [`Translator::FILE_CALLS`](crate::Translator::FILE_CALLS).
    file_calls: usize,
}

// SAFETY: the pointers never change, and libports locks what they point to; argp's tables are
// only read.
unsafe impl Send for Shell {}
// SAFETY: see above.
unsafe impl Sync for Shell {}

static SHELL: OnceLock<Shell> = OnceLock::new();

/// The shell: there before any port of ours is.
///
/// # Errors
/// `EOPNOTSUPP`: nothing was started.
fn shell() -> crate::Result<&'static Shell> {
    SHELL.get().ok_or(crate::Error::EOPNOTSUPP)
}
