// SPDX-License-Identifier: GPL-2.0-or-later
//! `settrans -g`: the translator goes when nobody has a file of it open, or when it is forced.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use gnumach::trap;
use hurd_sys as sys;

use super::guard::guard;
use crate::Error;

/// `netfs_shutdown`. libnetfs's own counts an open until it was told that its holder is gone. The
/// kernel knows at once, so that `cat` and then `settrans -g` do not race.
///
/// `EBUSY`: something is open, or another goaway is at work.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_shutdown(flags: c_int) -> sys::error_t {
    guard(|| {
        if flags & sys::FSYS_GOAWAY_FORCE as c_int != 0 {
            return Ok(());
        }
        // SAFETY: libnetfs's class, which lives for ever. The request for this call is on a
        // control port, and not waited for.
        let class = unsafe { sys::netfs_protid_class };
        // SAFETY: as above.
        if unsafe { sys::ports_inhibit_class_rpcs(class) } != 0 {
            return Err(Error::EBUSY);
        }
        if held(class) == 0 {
            return Ok(());
        }
        // SAFETY: inhibited above.
        unsafe { sys::ports_resume_class_rpcs(class) };
        Err(Error::EBUSY)
    })
}

/// Opens that somebody holds a right to.
fn held(class: *mut sys::port_class) -> usize {
    // One goaway at a time gets here.
    static HELD: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" fn look(port: *mut c_void) -> sys::error_t {
        let mut status = sys::mach_port_status_t::default();
        // SAFETY: libports hands in a port of its own with a reference, and the out-pointer is valid.
        let code = unsafe {
            let name = (*port.cast::<sys::port_info>()).port_right;
            sys::mach_port_get_receive_status(trap::mach_task_self(), name, &mut status)
        };
        if code == 0 && status.mps_srights != 0 {
            HELD.fetch_add(1, Ordering::Relaxed);
        }
        0
    }

    HELD.store(0, Ordering::Relaxed);
    // SAFETY: the class lives for ever, and `look` is what the function wants.
    unsafe { sys::ports_class_iterate(class, Some(look)) };
    HELD.load(Ordering::Relaxed)
}

const _: () = {
    let _: [unsafe extern "C" fn(_) -> _; 2] = [netfs_shutdown, sys::netfs_shutdown];
};
