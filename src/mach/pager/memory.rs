// SPDX-License-Identifier: GPL-2.0-or-later
//! A segment's memory: an object made at first use, and what becomes of it.

use alloc::sync::Arc;

use gnumach::error::check;
use gnumach::right::SendRight;
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use super::object::{Anchor, Counters, Object, PAGE, object_info};
use super::threads::Pager;
use crate::engine::ledger::Charge;
use crate::engine::world::Protection;
use crate::mach::names::{MemoryObject, ObjectName};
use crate::{Error, Result};

/// A memory object that the server keeps.
pub(super) struct Held {
    // The order of these fields is the order of their drop.
    pub(super) object: Arc<Object>,
    right: MemoryObject,
    anchor: Anchor,
}

impl Held {
    /// # Errors
    /// `ENOMEM`: no room in the server's address space.
    pub(super) fn new(object: Arc<Object>, right: MemoryObject) -> Result<Self> {
        let anchor = Anchor::new(&right)?;
        Ok(Self {
            object,
            right,
            anchor,
        })
    }

    /// The memory of the next segment, behind the port of a destroyed one ([`Object::retire`]).
    ///
    /// # Errors
    /// `ENOMEM`: no room in the server's address space, or no port name. The port is closed.
    pub(super) fn revive(object: Arc<Object>, pager: &'static Pager) -> Result<Self> {
        let made = object
            .right()
            .and_then(|right| Self::new(object.clone(), right));
        let held = made.inspect_err(|_| pager.close(&object))?;
        // The kernel's first message is there already. It is served here rather than by a thread
        // that has to be woken.
        object.serve_next();
        match object.set_member(true) {
            Ok(()) => Ok(held),
            Err(error) => {
                pager.end(held);
                Err(error)
            }
        }
    }

    /// The name that `vm_region` answers for mappings of this object, if the kernel told it.
    fn region_name(&self) -> Option<ObjectName> {
        self.object.region_name(&self.anchor)
    }

    /// The name of the kernel's side that is there for as long as this.
    pub(super) fn side(&self) -> Option<SendRight> {
        self.anchor.region_name()
    }

    /// As [`end`](Self::end), for an object that was found mapped before: asks the kernel once if it
    /// still is.
    pub(super) fn end_if_free(self, pager: &'static Pager) -> Option<Self> {
        if is_alone(&self.object, &self.anchor) == Some(false) {
            return Some(self);
        }
        self.end(pager)
    }

    /// The segment is gone, or was before. If nobody else maps the object it ends here, and the
    /// charge is given back; otherwise it is the answer, and to be ended again later.
    pub(super) fn end(self, pager: &'static Pager) -> Option<Self> {
        // This thread receives for the object from here on, so that it need not wait for another.
        if self.object.set_member(false).is_err() {
            return Some(self);
        }
        let Self {
            object,
            right,
            anchor,
        } = self;
        // The kernel's first message is queued, or being served.
        for _ in 0..100 {
            if object.is_ready() {
                break;
            }
            object.catch_up();
            trap::swtch_pri(0);
        }
        // An object of which the kernel does not tell could be anybody's.
        let alone = |anchor: &Anchor| is_alone(&object, anchor).unwrap_or(false);
        let ended = object.detach(&right, anchor, alone);
        if let Err(anchor) = ended {
            // Somebody maps it whom the registry does not know.
            let _ = object.set_member(true);
            return Some(Self {
                object,
                right,
                anchor,
            });
        }
        drop(right);
        match object.status() {
            Some(status) if !status.has_senders => {
                // Without senders nothing is sent any more. What a sender sent before it went is
                // served here, such as the first and the last message of a proxy's short mapping.
                if status.waiting != 0 {
                    object.catch_up();
                }
                pager.retire(object);
            }
            // In a proxy, say. Should the kernel not tell, there are some.
            _ => {
                let _ = object.set_member(true);
                object.leave_to_proxies();
            }
        }
        None
    }
}

/// Whether nothing but its anchor refers to the object: no mapping, no copy that is still to be
/// made. `None`: the kernel does not tell.
fn is_alone(object: &Object, anchor: &Anchor) -> Option<bool> {
    let info = object.region_name(anchor).and_then(object_info)?;
    // One for the anchor, one that the query itself holds.
    Some(info.voi_ref_count <= 2 && info.voi_copy == 0)
}

/// A memory object in use. Dropping it releases the memory once nobody maps it.
pub struct Live {
    pager: &'static Pager,
    /// Taken when it is dropped.
    held: Option<Held>,
}

impl Live {
    pub(super) fn new(pager: &'static Pager, held: Held) -> Self {
        Self {
            pager,
            held: Some(held),
        }
    }

    fn held(&self) -> Result<&Held> {
        self.held.as_ref().ok_or(Error::EAGAIN)
    }

    /// The right to map.
    ///
    /// # Errors
    /// None while it is in use.
    pub fn right(&self) -> Result<&MemoryObject> {
        Ok(&self.held()?.right)
    }

    /// The name that `vm_region` answers for mappings of this object.
    ///
    /// # Errors
    /// `EAGAIN`: the kernel has not told it yet, and does not when asked.
    pub fn region_name(&self) -> Result<ObjectName> {
        self.held()?.region_name().ok_or(Error::EAGAIN)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            self.pager.end(held);
        }
    }
}

/// A segment's memory. It costs the kernel nothing until it is first mapped.
pub struct Memory {
    pager: &'static Pager,
    pages: u64,
    counters: Arc<Counters>,
    live: Mutex<Cell>,
}

/// What is there of a segment's memory.
enum Cell {
    /// Nothing but what was charged for it, which the object takes over.
    Unused(Option<Charge>),
    Live(Arc<Live>),
}

impl Memory {
    /// Zero memory of `size` bytes, rounded up to pages. `charge` is kept until the kernel is
    /// done with the pages.
    #[must_use]
    pub fn new(pager: &'static Pager, size: u64, charge: Charge) -> Self {
        Self {
            pager,
            pages: size.div_ceil(PAGE),
            counters: Arc::default(),
            live: Mutex::new(Cell::Unused(Some(charge))),
        }
    }

    /// The memory object, made now if this is its first use.
    ///
    /// # Errors
    /// `ENOMEM`: no port name, or no room in the server's address space.
    pub fn live(&self) -> Result<Arc<Live>> {
        let mut cell = self.live.lock();
        match &mut *cell {
            Cell::Live(live) => Ok(live.clone()),
            Cell::Unused(charge) => {
                let held = self.pager.take()?;
                let charge = charge.take();
                held.object.adopt(self.pages, self.counters.clone(), charge);
                let live = Arc::new(Live::new(self.pager, held));
                *cell = Cell::Live(live.clone());
                Ok(live)
            }
        }
    }

    /// The memory object if it was ever used.
    #[must_use]
    pub fn used(&self) -> Option<Arc<Live>> {
        match &*self.live.lock() {
            Cell::Live(live) => Some(live.clone()),
            Cell::Unused(_) => None,
        }
    }

    /// A proxy of the whole memory, for a task to map itself: a right that can be mapped with
    /// `protection` at most, and that takes no messages of a pager.
    ///
    /// Whoever has it can hand it on. A mapping made through it is no attachment. It keeps the
    /// pages, and their charge, after the segment is destroyed. The proxy alone does not: if
    /// nobody maps the memory when the segment is destroyed, the memory goes, and mapping the
    /// proxy then gives private zero memory. The mask holds against honest clients only
    /// (README, "What no server can promise here").
    ///
    /// # Errors
    /// `ENOMEM`: as [`live`](Self::live), or the kernel has no memory.
    pub fn proxy(&self, protection: Protection) -> Result<MemoryObject> {
        let live = self.live()?;
        let (maximum, _) = crate::mach::map::protection(protection);
        let mut objects = [live.right()?.name()];
        let (mut offsets, mut starts) = ([0], [0]);
        let mut lengths = [usize::try_from(self.pages * PAGE).map_err(|_| Error::ENOMEM)?];
        let mut proxy = 0;
        // SAFETY: each array has the one element that its count says; `proxy` is a valid
        // out-pointer, and the right in it is ours on success.
        check(unsafe {
            sys::mig_k_memory_object_create_proxy(
                trap::mach_task_self(),
                maximum,
                objects.as_mut_ptr(),
                sys::MACH_MSG_TYPE_COPY_SEND,
                1,
                offsets.as_mut_ptr(),
                1,
                starts.as_mut_ptr(),
                1,
                lengths.as_mut_ptr(),
                1,
                &mut proxy,
            )
        })
        .map_err(|_| Error::ENOMEM)?;
        // SAFETY: as above.
        Ok(MemoryObject::new(unsafe { SendRight::from_raw(proxy) }))
    }

    /// What exists of it.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}
