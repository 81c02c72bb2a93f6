// SPDX-License-Identifier: GPL-2.0-or-later
//! Opens that somebody holds a right to.

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};

use gnumach::trap;
use hurd_sys as sys;

/// How many ports of the class somebody holds a right to. libports counts a port until it was told
/// that its holder is gone; the kernel knows at once, so `cat` and then `settrans -g` do not race.
///
/// # Safety
/// `class` is one of libports's, which never frees any. One thread at a time calls this.
pub unsafe fn held(class: *mut sys::port_class) -> usize {
    static HELD: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" fn look(port: *mut c_void) -> sys::error_t {
        let mut status = sys::mach_port_status_t::default();
        // SAFETY: libports hands in a port of its own with a reference, and the out-pointer is
        // valid.
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
