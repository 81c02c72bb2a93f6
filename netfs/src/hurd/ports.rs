// SPDX-License-Identifier: GPL-2.0-or-later
//! Open ports: libnetfs makes as many as a client asks for, and each costs this program memory.

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

use gnumach::sync::Mutex;
use hurd_ports::user;
use hurd_sys as sys;

use super::callbacks::with_user;
use super::lock;
use crate::ports::Ports;
use crate::{Error, Result, User};

static PORTS: Mutex<Ports> = Mutex::new(Ports::new());

/// libnetfs's routine for a port that is gone.
static CLEAN: OnceLock<unsafe extern "C" fn(*mut c_void)> = OnceLock::new();

/// The user whom a port of `user` is counted for.
pub(super) fn payer(user: User<'_>) -> u32 {
    user::payer(user.uids)
}

/// Counts ports from now on. `netfs_init` was called, and no port was made yet.
pub(super) fn count() {
    // SAFETY: libnetfs's class, which no other thread uses yet.
    unsafe {
        let class = sys::netfs_protid_class;
        if let Some(clean) = (*class).clean_routine.replace(clean) {
            let _ = CLEAN.set(clean);
        }
    }
}

unsafe extern "C" fn clean(port: *mut c_void) {
    PORTS.lock().gone(port.addr());
    // SAFETY: a protid of this class, complete, which is freed below.
    lock::left(unsafe { (*port.cast::<sys::protid>()).po });
    if let Some(clean) = CLEAN.get() {
        // SAFETY: handed through.
        unsafe { clean(port) };
    }
}

/// In place of libnetfs's, which counts nothing: a port for the open `peropen`, with the ids of
/// `user`, which it takes over; null, with `errno`, if there may be none. Without a user the port is
/// in no set yet.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_make_protid(
    peropen: *mut sys::peropen,
    user: *mut sys::iouser,
) -> *mut sys::protid {
    // SAFETY: handed through. A user is valid for the time of the call.
    let made = unsafe { make(peropen, user, with_user(user, payer)) };
    made.unwrap_or_else(|error| {
        // SAFETY: this thread's own cell.
        unsafe { *libc::__errno_location() = error.code() };
        ptr::null_mut()
    })
}

/// The same, counted for the user `pays`.
///
/// # Errors
/// `EMFILE`, `ENFILE`: there are too many; `ENOMEM`.
///
/// # Safety
/// A peropen with a reference, which the port takes over, and null or a user of libiohelp's.
pub(super) unsafe fn make(
    peropen: *mut sys::peropen,
    user: *mut sys::iouser,
    pays: u32,
) -> Result<*mut sys::protid> {
    PORTS.lock().reserve(pays)?;
    let mut port = ptr::null_mut::<sys::protid>();
    // SAFETY: libnetfs's class and bucket, and the size of what the class cleans. Nobody knows the
    // port before it is handed out.
    unsafe {
        let create = if user.is_null() {
            sys::ports_create_port_noinstall
        } else {
            sys::ports_create_port
        };
        let (class, bucket) = (sys::netfs_protid_class, sys::netfs_port_bucket);
        let size = size_of::<sys::protid>();
        let error = create(class, bucket, size, (&raw mut port).cast());
        if error != 0 {
            PORTS.lock().release(pays);
            return Err(Error::from_code(error));
        }
        PORTS.lock().made(port.addr(), pays);
        (*port).user = user;
        (*port).po = peropen;
        lock::joined(peropen);
        (*port).shared_object = 0;
        (*port).mapped = ptr::null_mut();
    }
    Ok(port)
}
