// SPDX-License-Identifier: GPL-2.0-or-later
//! `SHM_LOCK`: pages that the kernel does not take back.
//!
//! The kernel wires ranges of address maps, so a locked segment is mapped somewhere and that
//! mapping is wired. It cannot be a mapping of the server's own: while the kernel wires a range
//! it holds that map, and the pager could not make the pages that the wiring waits for. So the
//! server has a task without threads, the *holder*, which maps what is locked and nothing else.
//!
//! Wiring takes the privileged host port ([`Platform::host`]). Without it, `SHM_LOCK` only
//! marks the segment.
//!
//! # What it costs
//! On GNU Mach a request to return or flush a wired page blocks in the kernel until the page is
//! unwired (`memory_object_lock_page` answers that it must). So msync(2) of a locked segment
//! waits for `SHM_UNLOCK`, and cannot be killed meanwhile; and no thread of the pager may make
//! such a request. A platform decides whether that is worth it: see [`Platform::host`].

use core::ops::Deref;

use gnumach::error::check;
use gnumach::right::{Name, SendRight};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use super::names::MemoryObject;
use super::pager::Memory;
use super::platform::Platform;
use crate::engine::ledger::Charge;
use crate::{Error, Result};

/// A segment's memory, which may be wired.
pub struct Segment {
    // The order of these fields is the order of their drop: the memory has no mapping of ours
    // any more when it goes.
    wired: Mutex<Option<Wired>>,
    memory: Memory,
}

impl Segment {
    /// Not wired.
    #[must_use]
    pub const fn new(memory: Memory) -> Self {
        Self {
            wired: Mutex::new(None),
            memory,
        }
    }

    /// Wires all of it, `size` bytes, for which `charge` was made, with the help of `holder`.
    /// Whoever locks or unlocks the same segment meanwhile waits.
    ///
    /// # Errors
    /// `ENOMEM`: not enough memory that can be wired.
    pub fn wire(&self, host: Name, holder: &Holder, size: u64, charge: Charge) -> Result<()> {
        let mut wired = self.wired.lock();
        if wired.is_none() {
            let live = self.memory.live()?;
            *wired = Some(Wired::new(host, holder, live.right()?, size, charge)?);
        }
        Ok(())
    }

    /// Lets the kernel take the pages back again.
    pub fn unwire(&self) {
        let wired = self.wired.lock().take();
        drop(wired);
    }
}

impl Deref for Segment {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.memory
    }
}

/// A task without threads, in whose map things are wired.
#[derive(Default)]
pub struct Holder(Mutex<Option<SendRight>>);

impl Holder {
    /// The task, made now if it is its first use, or if somebody ended it.
    fn task(&self) -> Result<SendRight> {
        let mut task = self.0.lock();
        if let Some(task) = &*task
            && let Ok(task) = task.try_clone()
        {
            return Ok(task);
        }
        let mut name = 0;
        // SAFETY: a valid out-pointer; the new task inherits nothing.
        check(unsafe { sys::mig_k_task_create(trap::mach_task_self(), 0, &mut name) })
            .map_err(|_| Error::ENOMEM)?;
        // SAFETY: the reply carried this right.
        let new = unsafe { SendRight::from_raw(name) };
        let clone = new.try_clone().map_err(|_| Error::ENOMEM)?;
        *task = Some(new);
        Ok(clone)
    }
}

/// A wired mapping in the holder.
struct Wired {
    task: SendRight,
    address: sys::vm_address_t,
    size: sys::vm_size_t,
    _charge: Charge,
}

impl Wired {
    fn new(
        host: Name,
        holder: &Holder,
        object: &MemoryObject,
        size: u64,
        charge: Charge,
    ) -> Result<Self> {
        const BOTH: sys::vm_prot_t = (sys::VM_PROT_READ | sys::VM_PROT_WRITE) as _;
        let size = size.try_into().map_err(|_| Error::ENOMEM)?;
        let task = holder.task()?;
        let mut address = 0;
        // SAFETY: maps into a task that has no threads.
        check(unsafe {
            trap::vm_map(
                task.name(),
                &mut address,
                size,
                0,
                1,
                object.name(),
                0,
                0,
                BOTH,
                BOTH,
                sys::VM_INHERIT_NONE as _,
            )
        })
        .map_err(|_| Error::ENOMEM)?;
        let wired = Self {
            task,
            address,
            size,
            _charge: charge,
        };
        // SAFETY: changes the map of that task only. It waits for the pager, which needs nothing
        // that this thread holds: the segment's lock is not one of its.
        check(unsafe { sys::mig_k_vm_wire(host, wired.task.name(), address, size, BOTH) })
            .map_err(|_| Error::ENOMEM)?;
        Ok(wired)
    }
}

impl Drop for Wired {
    fn drop(&mut self) {
        // SAFETY: removes a mapping in a task that has no threads; unwiring it comes with that.
        unsafe { trap::vm_deallocate(self.task.name(), self.address, self.size) };
    }
}

/// Wires a segment if the platform can. `false`: it cannot.
///
/// # Errors
/// As of [`Segment::wire`].
pub(super) fn wire(
    platform: &impl Platform,
    holder: &Holder,
    segment: &Segment,
    size: u64,
    charge: Charge,
) -> Result<bool> {
    let Some(host) = platform.host() else {
        return Ok(false);
    };
    segment.wire(host, holder, size, charge).map(|()| true)
}
