// SPDX-License-Identifier: GPL-2.0-or-later
//! `settrans -g`: the translator goes only when nobody would miss it, or when it is forced.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;
use std::thread;
use std::time::Duration;

use gnumach::{sys as mach, trap};
use hurd_ports::guard::guard;
use hurd_ports::holders::held;
use hurd_sys as sys;

use super::{Shell, shell};
use crate::{Error, Result};

/// Time for the answer to `settrans` to be sent before the process ends.
const ANSWER: Duration = Duration::from_millis(50);

/// fsys_goaway: ends the translator where that is forced, or nothing would be lost.
///
/// `EBUSY`: the translator is in use, or somebody has the node open.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_goaway(
    _control: *mut sys::trivfs_control,
    flags: c_int,
) -> sys::error_t {
    guard(|| {
        let shell = shell()?;
        if flags & sys::FSYS_GOAWAY_FORCE as c_int == 0 {
            // First without stopping anything: a call that hangs would keep us waiting below.
            if shell.object.in_use() {
                return Err(Error::EBUSY);
            }
            stop(shell)?;
        }
        leave(shell);
        Ok(())
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [trivfs_goaway, sys::trivfs_goaway];
};

/// Takes the ports down, and ends the process once this call was answered.
///
/// The ports go first, all at once: whoever waits on one learns that nobody answers, and the
/// parent that the node has no translator, even where the kernel cannot end a thread of ours that
/// hangs in a client's task. Nothing is waited for.
fn leave(shell: &Shell) {
    unsafe extern "C" fn destroy(port: *mut c_void) -> sys::error_t {
        // SAFETY: libports hands in a port of its own with a reference.
        unsafe { sys::ports_destroy_right(port) };
        0
    }

    // SAFETY: the bucket lives for ever, and `destroy` is what the function wants. The call's own
    // port has a reference of the loop's.
    unsafe { sys::ports_bucket_iterate(shell.bucket, Some(destroy)) };
    let end = || {
        thread::sleep(ANSWER);
        tell_callers();
        // SAFETY: ends the process, without the work of exit(3), which may wait.
        unsafe { libc::_exit(0) }
    };
    if thread::Builder::new().spawn(end).is_err() {
        // SAFETY: as above.
        unsafe { libc::_exit(0) }
    }
}

/// Gives up the reply right of each call that is under way, so that its caller learns at once that
/// there will be no answer. A process with a thread that hangs in another task does not end before
/// that lets go, and its rights stay as long.
fn tell_callers() {
    let this = trap::mach_task_self();
    let (mut names, mut kinds) = (ptr::null_mut(), ptr::null_mut());
    let (mut count, mut kind_count) = (0, 0);
    // SAFETY: valid out-pointers. The arrays lie in pages of their own, which stay: the process
    // ends. Threads of ours that still use such a right find that it is gone.
    unsafe {
        let code = sys::mach_port_names(this, &mut names, &mut count, &mut kinds, &mut kind_count);
        if code != 0 || count != kind_count {
            return;
        }
        let names = slice::from_raw_parts(names.cast::<u32>(), count as usize);
        let kinds = slice::from_raw_parts(kinds.cast::<u32>(), count as usize);
        for (name, kind) in names.iter().zip(kinds) {
            if kind & mach::MACH_PORT_TYPE_SEND_ONCE != 0 {
                trap::mach_port_deallocate(this, *name);
            }
        }
    }
}

/// Stops new requests, and sees whether there are users. If so requests go on.
fn stop(shell: &Shell) -> Result<()> {
    // Nobody can open the node or make a call on an open from here on. The request for this call
    // is on a control port itself, and not waited for.
    inhibit(shell.controls)?;
    let stopped = inhibit(shell.protids);
    // SAFETY: the class lives for ever, and one goaway at a time gets here.
    let unused = || !shell.object.in_use() && unsafe { held(shell.protids) } == 0;
    if stopped.is_ok() && unused() {
        return Ok(());
    }
    // SAFETY: these classes live for ever, and were inhibited above.
    unsafe {
        if stopped.is_ok() {
            sys::ports_resume_class_rpcs(shell.protids);
        }
        sys::ports_resume_class_rpcs(shell.controls);
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
