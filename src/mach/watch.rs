// SPDX-License-Identifier: GPL-2.0-or-later
//! Who wants to be told of the next change of the table (`sysvshm_watch`).

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

use gnumach::header;
use gnumach::right::{Name, valid};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use crate::{Error, Result};

/// Watchers at most.
const ALL: usize = 256;

/// Watchers of one user at most; root is exempt.
const PER_USER: usize = 16;

/// One send-once right each. Telling them takes time only when there are any.
#[derive(Default)]
pub struct Watchers {
    any: AtomicBool,
    list: Mutex<Vec<Watcher>>,
}

struct Watcher {
    user: u32,
    notify: SendOnce,
}

/// A send-once right. Dropping it unused tells its holder that, by the kernel's notification.
struct SendOnce(Name);

impl SendOnce {
    /// Uses the right for a message that is a header with this id.
    fn send(self, id: sys::mach_msg_id_t) {
        if header::send(self.0, sys::MACH_MSG_TYPE_MOVE_SEND_ONCE, id).is_ok() {
            // The message took the right.
            core::mem::forget(self);
        }
    }
}

impl Drop for SendOnce {
    fn drop(&mut self) {
        // SAFETY: the right is ours, and this is its last use. It may have become a dead name.
        unsafe { trap::mach_port_deallocate(trap::mach_task_self(), self.0) };
    }
}

impl Watchers {
    /// Takes over the right `notify`, of a caller whose first user id is `user`.
    ///
    /// # Errors
    /// `EINVAL`: it is no right; `ENOSPC`: there are too many. The right is then the caller's
    /// still.
    ///
    /// # Safety
    /// `notify` is a send-once right, null or dead; on success it is the callee's.
    pub unsafe fn add(&self, user: u32, notify: Name) -> Result<()> {
        if !valid(notify) {
            return Err(Error::EINVAL);
        }
        let mut list = self.list.lock();
        let of_user = || list.iter().filter(|watcher| watcher.user == user).count();
        if list.len() >= ALL || (user != 0 && of_user() >= PER_USER) {
            return Err(Error::ENOSPC);
        }
        list.push(Watcher {
            user,
            notify: SendOnce(notify),
        });
        self.any.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Tells them all.
    pub fn tell(&self, id: sys::mach_msg_id_t) {
        if !self.any.load(Ordering::SeqCst) {
            return;
        }
        let list = {
            let mut list = self.list.lock();
            self.any.store(false, Ordering::SeqCst);
            core::mem::take(&mut *list)
        };
        for watcher in list {
            watcher.notify.send(id);
        }
    }
}
