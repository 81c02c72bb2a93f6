// SPDX-License-Identifier: GPL-2.0-or-later
//! What the tests of the translator add to [`shm::wire::client`].

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};
use shm::Error;
pub use shm::wire::client::{Attached, Client};
use shm::wire::defs;
use std::sync::atomic::AtomicU32;

pub const EPERM: Kern = code(Error::EPERM);
pub const ESRCH: Kern = code(Error::ESRCH);
pub const EACCES: Kern = code(Error::EACCES);
pub const EINVAL: Kern = code(Error::EINVAL);
pub const ENOSPC: Kern = code(Error::ENOSPC);
pub const EOPNOTSUPP: Kern = code(Error::EOPNOTSUPP);
/// The Hurd's number: no call of shm.defs answers it.
pub const EROFS: i32 = 0x4000_001e;

/// What the server under test speaks.
pub const VERSION: u32 = defs::SYSVSHM_VERSION;

pub const CREATE: u32 = defs::SYSVSHM_CREATE;
pub const RDONLY: u32 = defs::SYSVSHM_RDONLY;

/// An errno as the calls answer it.
const fn code(error: Error) -> Kern {
    match check(error.hurd()) {
        Err(code) => code,
        Ok(()) => panic!("an errno is not 0"),
    }
}

/// A word of an attachment that this task has until its test detaches it.
pub fn word(attached: &Attached, index: usize) -> &AtomicU32 {
    assert!((index as u64) < attached.size / 4);
    // SAFETY: mapped, as the server said, until the test detaches it; atomics may be shared.
    unsafe { &*(attached.address as *const AtomicU32).add(index) }
}

/// The same node with at most these ids (io_restrict_auth).
pub fn restricted(client: &Client, uids: &[u32], gids: &[u32]) -> Client {
    let mut port = NULL;
    // SAFETY: the stub copies the arrays and fills in the right, which is ours.
    unsafe {
        let code = hurd_sys::io_restrict_auth(
            client.right().name(),
            &mut port,
            uids.as_ptr(),
            uids.len() as _,
            gids.as_ptr(),
            gids.len() as _,
        );
        assert_eq!(code, 0);
        Client::new(SendRight::from_raw(port))
    }
}

/// A task without a process of its own making: what is left of it goes when dropped.
pub struct Task(pub SendRight);

impl Task {
    pub fn create() -> Self {
        let mut task = NULL;
        // SAFETY: a valid out-pointer; the reference is ours.
        unsafe {
            let code = sys::mig_k_task_create(trap::mach_task_self(), 0, &mut task);
            assert_eq!(code, 0);
            Self(SendRight::from_raw(task))
        }
    }

    pub fn name(&self) -> Name {
        self.0.name()
    }

    pub fn terminate(&self) {
        // SAFETY: the task is our own.
        unsafe { sys::mig_k_task_terminate(self.name()) };
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.terminate();
    }
}
