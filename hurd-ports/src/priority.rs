// SPDX-License-Identifier: GPL-2.0-or-later
//! The priority of a server's threads.
//!
//! A thread that waits for another server is made ready by the answer, and not run at once. With the
//! priority of clients it then stands behind each of them that is busy, for up to a tenth of a second
//! each: with three busy users an attach took half a second on a machine with one processor, and all
//! of it was such a wait. libports's own loop raises the priority of its threads for that reason.

use std::ffi::c_int;
use std::sync::OnceLock;

use gnumach::right::SendRight;
use hurd_sys as sys;

use crate::{Error, Result};

/// That of libports's threads (`THREAD_PRI` of libports/manage-multithread.c). 0 is the best, and
/// programs have 25.
const SERVER: c_int = 2;

/// The best that a thread may ask for.
const BEST: c_int = 0;

/// Raises the priority of the calling thread to that of the Hurd's other servers, if the program
/// is root's. Without that privilege nothing changes.
pub fn raise() {
    static PRIVILEGE: OnceLock<Option<SendRight>> = OnceLock::new();
    let Some(privilege) = PRIVILEGE.get_or_init(|| processors().ok()) else {
        return;
    };
    // SAFETY: the reference of `mach_thread_self` is ours; only this thread changes. A kernel that
    // refuses leaves it as it was.
    unsafe {
        let thread = SendRight::from_raw(sys::mach_thread_self());
        if sys::thread_max_priority(thread.name(), privilege.name(), BEST) == 0 {
            sys::thread_priority(thread.name(), SERVER, 0);
        }
    }
}

/// The port by which a thread gets a better priority than programs may have.
fn processors() -> Result<SendRight> {
    let (mut host, mut set, mut privilege) = (0, 0, 0);
    // SAFETY: valid out-pointers, and a null one for what is not wanted; the references are ours.
    unsafe {
        Error::check(sys::get_privileged_ports(&mut host, std::ptr::null_mut()))?;
        let host = SendRight::from_raw(host);
        let thread = SendRight::from_raw(sys::mach_thread_self());
        Error::check(sys::thread_get_assignment(thread.name(), &mut set))?;
        let set = SendRight::from_raw(set);
        Error::check(sys::host_processor_set_priv(
            host.name(),
            set.name(),
            &mut privilege,
        ))?;
        Ok(SendRight::from_raw(privilege))
    }
}
