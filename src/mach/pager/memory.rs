// SPDX-License-Identifier: GPL-2.0-or-later
//! A segment's memory: an object made at first use, and what becomes of it.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use gnumach::error::check;
use gnumach::right::SendRight;
use gnumach::sync::Mutex;
use gnumach::{sys, trap};
use smallvec::SmallVec;

use super::object::{Anchor, Object, PAGE, StoredCount};
use super::threads::Pager;
use crate::engine::ledger::Charge;
use crate::engine::world::{Protection, Usage};
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

    /// The name that `vm_region` answers for mappings of this object, if the kernel told it.
    fn region_name(&self) -> Option<ObjectName> {
        self.object.region_name(&self.anchor)
    }

    /// The name of the kernel's side that is there for as long as this.
    pub(super) fn side(&self) -> Option<SendRight> {
        self.anchor.region_name()
    }

    /// Whether somebody but the server maps it, as far as the kernel tells.
    pub(super) fn is_mapped(&self) -> bool {
        self.object.is_alone(&self.anchor) == Some(false)
    }
}

/// Objects that are ended, or readied, in one go at most.
pub(super) const BATCH: usize = 16;

/// As many as [`BATCH`] of something.
type Several<T> = SmallVec<[T; BATCH]>;

/// Objects that one thread ends in one go, or readies: [`BATCH`] at most.
pub(super) type Batch = Several<Held>;

/// The segments are gone, or were before. The objects that nobody maps end here, and their charges
/// are given back; the others are the answer, and to be ended again later.
///
/// Each step is done for all before the next one. To give an anchor up makes the processor forget
/// all addresses of this task that it has looked up, so that is done for one after the other with
/// nothing between.
pub(super) fn end_all(batch: Batch, pager: &'static Pager) -> Batch {
    let mut mapped = Batch::new();
    let (mut objects, mut rights, mut anchors) = <(Several<_>, Several<_>, Several<_>)>::default();
    for held in batch {
        // This thread receives for the object from here on, so that it need not wait for another.
        if held.object.set_member(false).is_err() {
            mapped.push(held);
            continue;
        }
        held.object.await_ready();
        objects.push(held.object);
        rights.push(held.right);
        anchors.push(Some(held.anchor));
    }

    let mut partings = Several::new();
    for (object, anchor) in objects.iter().zip(&anchors) {
        partings.push(anchor.as_ref().and_then(|anchor| object.part(anchor)));
    }
    for (anchor, _) in anchors
        .iter_mut()
        .zip(&partings)
        .filter(|(_, p)| p.is_some())
    {
        drop(anchor.take());
    }
    let mut parted = Several::new();
    for (parting, right) in partings.into_iter().zip(&rights) {
        parted.push(parting.map(|parting| parting.settle(right)));
    }
    // Nothing is locked any more.
    for (parted, anchor) in parted.into_iter().zip(&mut anchors) {
        if let Some(parted) = parted {
            *anchor = parted.anchor;
            parted.messages.dispatch(pager);
        }
    }

    let mut free = Several::new();
    for ((object, right), anchor) in objects.into_iter().zip(rights).zip(anchors) {
        match anchor {
            // Somebody maps it whom the registry does not know.
            Some(anchor) => {
                let _ = object.set_member(true);
                mapped.push(Held {
                    object,
                    right,
                    anchor,
                });
            }
            None => {
                drop(right);
                free.extend(pager.retire(object));
            }
        }
    }
    ready_all(free, pager);
    mapped
}

/// Readies the ports of destroyed segments ([`Object::retire`]) for the next segments.
fn ready_all(objects: Several<Arc<Object>>, pager: &'static Pager) {
    let mut ready = Batch::new();
    for object in objects {
        let right = object.right();
        match right.and_then(|right| Held::new(object.clone(), right)) {
            Ok(held) => ready.push(held),
            Err(_) => pager.close(&object),
        }
    }
    // The kernel's first message is there already. It is served here rather than by a thread that
    // has to be woken.
    for held in &ready {
        held.object.serve_next();
    }
    for held in ready {
        match held.object.set_member(true) {
            Ok(()) => {
                pager.put_aside(held);
            }
            Err(_) => pager.close(&held.object),
        }
    }
}

/// A memory object in use. Dropping it releases the memory once nobody maps it.
pub struct Live {
    pager: &'static Pager,
    /// Taken when it is dropped.
    held: Option<Held>,
    /// Of the segment.
    pages: u64,
    /// How many of them are stored.
    stored: Arc<StoredCount>,
    /// Somebody was given a [proxy](Memory::proxy).
    proxied: AtomicBool,
}

impl Live {
    /// For `pages` pages that have `charge`.
    pub(super) fn new(
        pager: &'static Pager,
        held: Held,
        pages: u64,
        charge: Option<Charge>,
    ) -> Arc<Self> {
        let stored = Arc::<StoredCount>::default();
        held.object.adopt(pages, stored.clone(), charge);
        let id = held.object.id;
        let live = Arc::new(Self {
            pager,
            held: Some(held),
            pages,
            stored,
            proxied: AtomicBool::new(false),
        });
        pager.begin_use(id, &live);
        live
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

    /// What exists of it. A page that the kernel has given back and kept counts as stored only.
    pub(super) fn usage(&self) -> Usage {
        let resident = self.held().map_or(0, |held| held.object.resident());
        let stored = self.stored.read();
        Usage {
            resident: resident.min(self.pages.saturating_sub(stored)) * PAGE,
            stored: stored * PAGE,
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        self.pager.end_use(held.object.id);
        if *self.proxied.get_mut() {
            // From now on the proxy is to give new memory.
            self.pager.end(held);
        } else {
            self.pager.end_soon(held);
        }
    }
}

/// A segment's memory. It costs the kernel nothing until it is first mapped.
pub struct Memory {
    pager: &'static Pager,
    pages: u64,
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
                let live = Live::new(self.pager, held, self.pages, charge.take());
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
        live.proxied.store(true, Ordering::Relaxed);
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

    /// What exists of it. It asks the kernel, which answers at once.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.used().map_or(Usage::default(), |live| live.usage())
    }
}
