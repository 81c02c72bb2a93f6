// SPDX-License-Identifier: GPL-2.0-or-later
//! `settrans -g`: the translator goes only when nobody would miss it.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use gnumach::trap;
use hurd_sys as sys;
use shm::{Error, Result};

use super::guard::guard_code;
use super::{Ports, ports, service};

/// fsys_goaway: exits, and so loses every segment, where that is forced or there is none.
///
/// `EBUSY`: a segment exists, or somebody has the node open.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_goaway(
    _control: *mut sys::trivfs_control,
    flags: c_int,
) -> sys::error_t {
    guard_code(|| {
        if flags & sys::FSYS_GOAWAY_FORCE as c_int == 0 {
            // First without stopping anything: a call that hangs in a client's task, which
            // would keep us waiting below, is about a segment.
            if !service().engine().is_empty() {
                return Err(Error::EBUSY);
            }
            stop(ports().ok_or(Error::EBUSY)?)?;
        }
        std::process::exit(0);
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [trivfs_goaway, sys::trivfs_goaway];
};

/// Stops new requests, and sees whether there are users. If so requests go on.
fn stop(ports: &Ports) -> Result<()> {
    // Neither segments nor opens can come into being from here on. The request for this call
    // is on a control port itself, and not waited for.
    inhibit(ports.controls)?;
    let stopped = inhibit(ports.protids);
    if stopped.is_ok() && service().engine().is_empty() && held(ports.protids) == 0 {
        return Ok(());
    }
    // SAFETY: these classes live for ever, and were inhibited above.
    unsafe {
        if stopped.is_ok() {
            sys::ports_resume_class_rpcs(ports.protids);
        }
        sys::ports_resume_class_rpcs(ports.controls);
    }
    Err(Error::EBUSY)
}

fn inhibit(class: *mut sys::port_class) -> Result<()> {
    // SAFETY: the class lives for ever.
    match unsafe { sys::ports_inhibit_class_rpcs(class) } {
        0 => Ok(()),
        // Another goaway is at work, or this call was interrupted.
        _ => Err(Error::EBUSY),
    }
}

/// Opens that somebody holds a right to. libports counts one until it was told that its
/// holder is gone; the kernel knows at once, so `cat` and then `settrans -g` do not race.
fn held(protids: *mut sys::port_class) -> usize {
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
    unsafe { sys::ports_class_iterate(protids, Some(look)) };
    HELD.load(Ordering::Relaxed)
}
