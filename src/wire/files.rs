// SPDX-License-Identifier: GPL-2.0-or-later
//! The routines of shm.defs since version 2: for a view of segments as files, and for ipcs(1).

use alloc::vec::Vec;

use gnumach::right::Name;

use super::{Service, defs};
use crate::engine::Held;
use crate::engine::world::Protection;
use crate::mach::names::MemoryObject;
use crate::mach::platform::Platform;
use crate::mach::world::Kernel;
use crate::registry::Holder;
use crate::registry::permission::Access;
use crate::{Caller, Error, Result};

/// Stands for a user where a caller or a ticket has none.
const NO_USER: u32 = u32::MAX;

impl<P: Platform> Service<P> {
    /// `sysvshm_access`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn access(&self, caller: &Caller<'_>, id: i32) -> Result<u32> {
        let access = self.engine.access(caller, id)?;
        Ok(access.bits().into())
    }

    /// `sysvshm_object`: a proxy, and the segment's size in bytes.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, or no such access; `EACCES`: the mode bits; `ENOMEM`: no
    /// memory for the object.
    pub fn object(&self, caller: &Caller<'_>, id: i32, access: u32) -> Result<(MemoryObject, u64)> {
        let access = u8::try_from(access)
            .ok()
            .and_then(Access::from_bits)
            .filter(|access| access.contains(Access::READ))
            .ok_or(Error::EINVAL)?;
        let (memory, size) = self.engine.memory(caller, id, access)?;
        let mut protection = Protection::READ;
        protection.set(Protection::WRITE, access.contains(Access::WRITE));
        protection.set(Protection::EXECUTE, access.contains(Access::EXECUTE));
        let proxy = memory.proxy(protection)?;
        Ok((proxy, size))
    }

    /// `sysvshm_holders`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: neither owner, creator nor root.
    pub fn holders(&self, caller: &Caller<'_>, id: i32) -> Result<Vec<defs::sysvshm_holder_t>> {
        let held = self.engine.holders(caller, id)?;
        Ok(held.iter().map(encode).collect())
    }

    /// `sysvshm_watch`. On success the right is the server's.
    ///
    /// # Errors
    /// `EINVAL`: no right; `ENOSPC`: too many are watching.
    ///
    /// # Safety
    /// `notify` came with the request as a send-once right.
    pub unsafe fn watch(&self, caller: &Caller<'_>, notify: Name) -> Result<()> {
        let user = if caller.privileged() {
            0
        } else {
            caller.uids.first().copied().unwrap_or(NO_USER)
        };
        // SAFETY: handed through from our caller.
        unsafe { self.engine.world().watchers.add(user, notify) }
    }
}

fn encode<P: Platform>(held: &Held<Kernel<P>>) -> defs::sysvshm_holder_t {
    let mut protection = 0;
    for (have, bit) in [
        (Protection::READ, defs::SYSVSHM_READ),
        (Protection::WRITE, defs::SYSVSHM_WRITE),
        (Protection::EXECUTE, defs::SYSVSHM_EXECUTE),
    ] {
        if held.protection.contains(have) {
            protection |= bit;
        }
    }
    let (uid, forking) = match &held.holder {
        Holder::Task(task) => (task.user(), 0),
        Holder::Ticket(_) => (NO_USER, defs::SYSVSHM_FORKING),
    };
    let stuck = if held.stuck { defs::SYSVSHM_STUCK } else { 0 };
    defs::sysvshm_holder_t {
        pid: held.pid.0,
        uid,
        address: held.base,
        size: held.size,
        protection,
        flags: forking | stuck,
    }
}
