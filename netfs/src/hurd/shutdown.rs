// SPDX-License-Identifier: GPL-2.0-or-later
//! `settrans -g`: the translator goes when nobody has a file of it open, or when it is forced.

use std::ffi::c_int;

use hurd_ports::guard::guard;
use hurd_ports::holders::held;
use hurd_sys as sys;

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
        // SAFETY: as above; one goaway at a time gets here.
        if unsafe { held(class) } == 0 {
            return Ok(());
        }
        // SAFETY: inhibited above.
        unsafe { sys::ports_resume_class_rpcs(class) };
        Err(Error::EBUSY)
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_) -> _; 2] = [netfs_shutdown, sys::netfs_shutdown];
};
