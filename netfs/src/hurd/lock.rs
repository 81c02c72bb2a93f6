// SPDX-License-Identifier: GPL-2.0-or-later
//! Locks on files (flock(2), fcntl(2)): libnetfs's own but for the wait.
//!
//! A request that waits for a lock keeps a thread until another open gives the lock back, which is
//! as long as its holder likes. So few may wait at once; the next one gets `ENOLCK`.
//!
//! A range that is locked is memory of ours, and each request for a lock of the file looks at all
//! of them with the node's lock held. So they are counted, for an open and for a file.

use std::ffi::c_int;

use gnumach::right::NULL;
use gnumach::sync::Mutex;
use hurd_ports::guard::guard;
use hurd_sys as sys;

use super::callbacks::{Locked, with_user};
use super::io::opened;
use crate::ranges::{Kind, Ranges, range_of};
use crate::{Error, Result};

/// Requests that wait for a lock at once, a quarter of the threads.
const WAITING: usize = super::WORKERS / 4;

/// Of these, for one user.
const OWN: usize = WAITING / 4;

/// The user of each request that waits.
static WAITERS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// What opens have locked.
static RANGES: Mutex<Ranges> = Mutex::new(Ranges::new());

/// One more port of an open.
///
/// # Safety
/// An open, with a reference for the time of the call.
pub(super) unsafe fn joined(open: *mut sys::peropen) {
    // SAFETY: see the contract; its node does not change.
    let node = unsafe { (*open).np };
    RANGES.lock().joined(open.addr(), node.addr());
}

/// One port of an open less, which is not freed yet.
pub(super) fn left(open: *mut sys::peropen) {
    RANGES.lock().left(open.addr());
}

/// The permission to wait, until it is dropped.
struct Waiter(u32);

impl Waiter {
    /// # Errors
    /// `ENOLCK`: too many wait already.
    fn enter(user: u32) -> Result<Self> {
        let mut waiters = WAITERS.lock();
        let own = waiters.iter().filter(|&&waiter| waiter == user).count();
        if waiters.len() >= WAITING || own >= OWN {
            return Err(Error::ENOLCK);
        }
        waiters.push(user);
        Ok(Self(user))
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiters = WAITERS.lock();
        if let Some(place) = waiters.iter().position(|waiter| *waiter == self.0) {
            waiters.swap_remove(place);
        }
    }
}

/// Changes the locks of an open, and waits only where that is asked for and needed.
///
/// # Safety
/// As of [`opened`].
pub(super) unsafe fn change(
    user: &sys::protid,
    mode: c_int,
    command: c_int,
    lock: &mut sys::flock64,
) -> Result<()> {
    // SAFETY: a protid has a peropen, and that a node. What changes of them does so under the
    // node's lock, which libfshelp gives back while it waits.
    unsafe {
        let (peropen, node) = (user.po, (*user.po).np);
        let tweak = |command, lock: &mut sys::flock64| {
            let _locked = Locked::new(node);
            let base = match lock.l_whence.into() {
                libc::SEEK_SET => 0,
                libc::SEEK_CUR => (*peropen).filepointer,
                libc::SEEK_END => (*node).nn_stat.st_size,
                _ => return Err(Error::EINVAL),
            };
            let range = range_of(base, lock.l_start, lock.l_len).ok_or(Error::EINVAL)?;
            let kind = match lock.l_type.into() {
                libc::F_RDLCK => Some(Kind::Shared),
                libc::F_WRLCK => Some(Kind::Exclusive),
                libc::F_UNLCK => None,
                _ => return Err(Error::EINVAL),
            };
            let sets = command != libc::F_GETLK64;
            if sets && !RANGES.lock().allow(peropen.addr(), range, kind) {
                return Err(Error::ENOLCK);
            }
            lock.l_whence = libc::SEEK_SET as _;
            lock.l_start = range.0;
            Error::check(sys::fshelp_rlock_tweak(
                &raw mut (*node).userlock,
                &raw mut (*node).lock,
                &raw mut (*peropen).lock_status,
                mode,
                0,
                0,
                command,
                lock,
                NULL,
            ))?;
            if sets {
                RANGES.lock().change(peropen.addr(), range, kind);
            }
            Ok(())
        };
        if command != libc::F_SETLKW64 {
            return tweak(command, lock);
        }
        let asked = *lock;
        match tweak(libc::F_SETLK64, lock) {
            Err(Error::EAGAIN) => {
                let owner = with_user(user.user, |user| user.uids.first().copied());
                let _waiter = Waiter::enter(owner.unwrap_or(u32::MAX))?;
                *lock = asked;
                tweak(command, lock)
            }
            answer => answer,
        }
    }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_file_lock(
    user: sys::protid_t,
    flags: c_int,
) -> sys::kern_return_t {
    // SAFETY: the stub's arguments: null, or a protid with a reference.
    guard(|| unsafe {
        let user = opened(user)?;
        let kind = if flags & libc::LOCK_UN != 0 {
            libc::F_UNLCK
        } else if flags & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if flags & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(Error::EINVAL);
        };
        let mut lock = sys::flock64 {
            l_type: kind as _,
            l_whence: libc::SEEK_SET as _,
            ..Default::default()
        };
        // flock(2): a lock of either kind on a file opened in any mode.
        let (any, both) = (
            libc::O_RDONLY | libc::O_WRONLY | libc::O_EXEC,
            libc::O_RDONLY | libc::O_WRONLY,
        );
        let open = (*user.po).openstat;
        let mode = if open & any != 0 { open | both } else { open };
        let command = if flags & libc::LOCK_NB != 0 {
            libc::F_SETLK64
        } else {
            libc::F_SETLKW64
        };
        change(user, mode, command, &mut lock)
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_S_file_record_lock(
    user: sys::protid_t,
    command: c_int,
    lock: *mut sys::flock64,
    rendezvous: sys::mach_port_t,
) -> sys::kern_return_t {
    // SAFETY: as above; `lock` is the stub's.
    guard(|| unsafe {
        let user = opened(user)?;
        // libfshelp knows no other.
        if rendezvous != NULL {
            return Err(Error::EOPNOTSUPP);
        }
        let lock = lock.as_mut().ok_or(Error::EINVAL)?;
        change(user, (*user.po).openstat, command, lock)
    })
}
