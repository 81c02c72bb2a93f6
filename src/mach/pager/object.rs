// SPDX-License-Identifier: GPL-2.0-or-later
//! A memory object: its port, its pages, and the calls on the kernel's side of it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ffi::c_int;
use core::fmt::Write as _;
use core::sync::atomic::{AtomicU64, Ordering};

use gnumach::error::check;
use gnumach::right::{Name, ReceiveRight, SendRight, Status, valid};
use gnumach::sync::{Mutex, MutexGuard};
use gnumach::{sys, trap};

use super::memory::Held;
use super::pages::{Control, Failed, MAPPED, Pages, Refusal, Run, Stored};
use super::queue::Queue;
use super::store::{ALIGNMENT, BLOCK, BLOCK_BYTES, Place, Range, Store};
use super::threads::{Message, Messages, Pager, yield_until};
use crate::engine::ledger::Charge;
use crate::mach::names::{MemoryObject, ObjectName, TaskName};
use crate::{Error, Result};

/// Bytes of a page, `vm_page_size` of `mach/vm_param.h`.
pub const PAGE: u64 = 4096;

/// How many pages are stored.
#[derive(Default)]
pub(super) struct StoredCount(AtomicU64);

impl StoredCount {
    pub(super) fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Moves to a new count, and `total` by as much.
    fn set(&self, new: u64, total: &Self) {
        let old = self.0.swap(new, Ordering::Relaxed);
        // Wraps to the right sum when the count went down.
        total.0.fetch_add(new.wrapping_sub(old), Ordering::Relaxed);
    }
}

/// Which object a message is for: the protected payload of its port. No two ports of the pager
/// have the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ObjectId(pub(super) usize);

/// A segment's memory as the kernel and the pager know it.
pub(super) struct Object {
    pub(super) id: ObjectId,
    pager: &'static Pager,
    /// Of its receive right, for as long as that is in `state`.
    port: Name,
    pub(super) queue: Mutex<Queue<Message>>,
    pub(super) state: Mutex<State>,
    rights: Mutex<Rights>,
}

/// What serving the object's messages changes.
pub(super) struct State {
    pages: Pages,
    /// What is stored of them.
    store: Store,
    count: Arc<StoredCount>,
    /// None once the object is closed: then nothing is served any more.
    port: Option<ReceiveRight>,
    /// The segment's, until nobody can have pages of it any more.
    charge: Option<Charge>,
    /// The segment is gone, and so is the kernel's side that it had. If there is another, somebody
    /// mapped a proxy.
    orphan: bool,
    /// Somebody had a proxy, so the port serves no other segment.
    proxied: bool,
    /// The name of the kernel's side that the pager maps for as long as an orphan is mapped.
    kept: Option<SendRight>,
    /// The kernel has its side of the object.
    attached: bool,
    /// The pager is to try again what failed, and knows.
    listed: bool,
    /// The packer is to copy stored pages together, and knows.
    scattered: bool,
    /// Pages that were lost, for the log.
    losses: u64,
}

/// What the kernel sends when it has made its side of an object.
#[derive(Default)]
struct Rights {
    /// What `vm_region` calls the object, in any task.
    name: Option<SendRight>,
    /// Where the kernel takes pages and orders for them.
    control: Option<SendRight>,
}

impl Object {
    /// An object without pages, and the right to map it.
    ///
    /// # Errors
    /// `ENOMEM`: no port name.
    pub(super) fn new(pager: &'static Pager, id: ObjectId) -> Result<(Self, MemoryObject)> {
        let short = |_| Error::ENOMEM;
        let port = ReceiveRight::allocate().map_err(short)?;
        port.set_payload(id.0).map_err(short)?;
        let right = port.make_send().map_err(short)?;
        port.move_to(pager.set()).map_err(short)?;
        let object = Self {
            id,
            pager,
            port: port.name(),
            queue: Mutex::default(),
            state: Mutex::new(State {
                pages: Pages::new(0),
                store: Store::default(),
                count: Arc::default(),
                port: Some(port),
                charge: None,
                orphan: false,
                proxied: false,
                kept: None,
                attached: false,
                listed: false,
                scattered: false,
                losses: 0,
            }),
            rights: Mutex::default(),
        };
        Ok((object, MemoryObject::new(right)))
    }

    /// From now on the object is a segment's.
    pub(super) fn adopt(&self, pages: u64, count: Arc<StoredCount>, charge: Option<Charge>) {
        let mut state = self.state.lock();
        state.pages = Pages::new(pages);
        state.count = count;
        state.charge = charge;
    }

    /// Destroys the receive right: nothing is served any more, and the charge is given back.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        drop(state.port.take());
        let remains = self.renew(&mut state, 0);
        let charge = state.charge.take();
        drop(state);
        drop((remains, charge));
    }

    /// Readies the port of a destroyed segment for the next one, if nothing of the destroyed
    /// segment is left: the kernel has ended its side, no send right to the port exists anywhere,
    /// and no message waits. Then nobody can have a mapping, a copy or a proxy of the old memory,
    /// and no name of it is alive. The port is in no set, so that nobody else receives for it.
    /// The charge is given back.
    ///
    /// The caller has heard that no send right exists, and has served what waited. `false`: something
    /// is left; the object is to be closed.
    pub(super) fn retire(&self) -> bool {
        // Messages are served in their order and the kernel's last one takes the rights away. So
        // no message of the old memory is in the hands of another thread.
        if self.is_ready() {
            return false;
        }
        let mut state = self.state.lock();
        // The retrier may have it on its list still: it looks at the pages that are there then. The
        // packer would copy pages of the old memory.
        let busy = state.attached || state.scattered;
        if state.port.is_none() || busy || state.proxied {
            return false;
        }
        let remains = self.renew(&mut state, 0);
        state.orphan = false;
        state.losses = 0;
        let charge = state.charge.take();
        drop(state);
        drop((remains, charge));
        true
    }

    /// In place of the pages that are there, `total` new ones.
    fn renew(&self, state: &mut State, total: u64) -> Remains {
        state.count.set(0, self.pager.stored_count());
        // The segment's owner may still read it.
        if Arc::get_mut(&mut state.count).is_none() {
            state.count = Arc::default();
        }
        Remains {
            pages: core::mem::replace(&mut state.pages, Pages::new(total)),
            store: core::mem::take(&mut state.store),
        }
    }

    /// The segment is gone and the kernel has given up its side, but somebody has a right to
    /// map the object again, in a proxy: it lives until no send right to it is left.
    pub(super) fn leave_to_proxies(&self) {
        let mut state = self.state.lock();
        state.proxied = true;
        if let Some(port) = &state.port {
            // Fails for want of memory only, and then the object stays for ever.
            let _ = port.notify_no_senders(0);
        }
    }

    /// `MACH_NOTIFY_NO_SENDERS`: a hint. Closes an orphan that nobody has a right to.
    pub(super) fn no_senders(&self) {
        let abandoned = {
            let state = self.state.lock();
            state.proxied && state.port.as_ref().is_some_and(|port| !has_senders(port))
        };
        if abandoned {
            self.pager.close(self);
        }
    }

    /// Takes the port out of the set, so that the caller can receive what is queued, or puts it
    /// back.
    ///
    /// # Errors
    /// `ENOMEM`: as `mach_port_move_member`.
    pub(super) fn set_member(&self, member: bool) -> Result<()> {
        let set = if member { self.pager.set().name() } else { 0 };
        // SAFETY: both are names of this task; the receive right is in `state` or will be gone.
        let code =
            unsafe { sys::mig_k_mach_port_move_member(trap::mach_task_self(), self.port, set) };
        check(code).map_err(|_| Error::ENOMEM)
    }

    /// Serves what is queued.
    pub(super) fn catch_up(&self) {
        while self.serve_next() {}
    }

    /// Serves the next message that is queued; `false`: there is none.
    pub(super) fn serve_next(&self) -> bool {
        let mut message = Message::default();
        let came = message.poll(self.port);
        if came {
            self.pager.dispatch(&mut message);
        }
        came
    }

    /// If nothing but `anchor` refers to the object, makes it ready to lose its anchor. The kernel
    /// then ends its side of the object, and frees the pages that it has. `None`: somebody maps the
    /// object.
    ///
    /// Only the kernel can tell, under its own lock, whether the anchor was the last mapping: a proxy
    /// may be mapped at the same moment.
    ///
    /// The kernel's last message brings the receive rights of its control and name ports. A call on
    /// one of these would then never return. So nothing is served until it is known whether that
    /// message came. The object is in no set, so no other thread receives it.
    pub(super) fn part(&self, anchor: &Anchor) -> Option<Parting<'_>> {
        let state = self.state.lock();
        // An object of which the kernel does not tell could be anybody's.
        let info = self.info(anchor)?;
        let empty = info.voi_resident_page_count == 0;
        (is_alone(&info) && (empty || self.let_pages_go())).then_some(Parting {
            object: self,
            state,
        })
    }

    /// Waits until the kernel's side is there: its first message is queued, or being served. The
    /// object is in no set.
    pub(super) fn await_ready(&self) {
        yield_until(|| {
            let ready = self.is_ready();
            if !ready {
                self.catch_up();
            }
            ready
        });
    }

    /// Whether nothing but its anchor refers to the object: no mapping, no copy that is still to be
    /// made. `None`: the kernel does not tell.
    pub(super) fn is_alone(&self, anchor: &Anchor) -> Option<bool> {
        self.info(anchor).as_ref().map(is_alone)
    }

    /// What the kernel says of the side that `anchor` keeps.
    fn info(&self, anchor: &Anchor) -> Option<sys::vm_object_info_t> {
        self.region_name(anchor).and_then(object_info)
    }

    /// Pages that exist of it at most.
    pub(super) fn size(&self) -> u64 {
        self.state.lock().pages.size()
    }

    /// Pages that the kernel has in memory. The caller has an anchor of the object.
    pub(super) fn resident(&self) -> u64 {
        // Before the kernel has told the name, it has no page.
        let info = self.name().and_then(object_info);
        info.map_or(0, |info| {
            u64::from(
                info.voi_resident_page_count
                    .saturating_sub(info.voi_absent_count),
            )
        })
    }

    /// When the kernel ends its side of the object, it frees the pages without returning any.
    /// `false`: it could not be told.
    ///
    /// This cannot be taken back. If the side lives on, it keeps its content, and all who map it
    /// share it, but a copy that they make of it becomes private to them
    /// (`vm_object_copy_temporary`).
    fn let_pages_go(&self) -> bool {
        let rights = self.rights.lock();
        let Some(control) = &rights.control else {
            return false;
        };
        // SAFETY: sends a message to the kernel; no memory is involved.
        let code = unsafe {
            sys::mig_k_memory_object_change_attributes(
                control.name(),
                0,
                sys::MEMORY_OBJECT_COPY_TEMPORARY as _,
                0,
            )
        };
        code == 0
    }

    /// What the kernel says of the object's port. `None`: it does not tell, or the object is closed.
    pub(super) fn status(&self) -> Option<Status> {
        self.state.lock().port.as_ref()?.status().ok()
    }

    /// The kernel's side is there: `memory_object_init`.
    pub(super) fn ready(self: &Arc<Self>, control: SendRight, name: SendRight) {
        let Ok(held) = self.hold(&name) else { return };
        // The rights keep it until the kernel's last message, which is served after this one.
        let control_name = control.name();
        let fresh = Rights {
            name: Some(name).filter(|name| valid(name.name())),
            control: Some(control).filter(|control| valid(control.name())),
        };
        let before = {
            let mut state = self.state.lock();
            state.attached = true;
            state.pages.restart();
            // In place of the same name, if somebody asked for it before.
            core::mem::replace(&mut *self.rights.lock(), fresh)
        };
        drop(before);
        if let Some(held) = held {
            self.pager.keep_orphan(held);
        }
        // For the existence map (`pages.rs`): of more than 8 KiB from the first page on, this says
        // that none of the object's pages exists. Should it not arrive, the kernel asks for each.
        // SAFETY: sends a message to the kernel; no memory is involved.
        unsafe { sys::mig_k_memory_object_data_unavailable(control_name, 0, (MAPPED * PAGE) as _) };
        // Not cached: the anchor decides how long the object lives. Before this the kernel asks
        // for no page.
        // SAFETY: sends a message to the kernel; no memory is involved.
        unsafe {
            sys::mig_k_memory_object_ready(control_name, 0, sys::MEMORY_OBJECT_COPY_DELAY as _)
        };
    }

    /// If somebody mapped a proxy of an orphan: maps it too, unless the pager does already, so that
    /// the kernel does not give up its side by itself. Once is enough: of an object that the pager
    /// mapped twice, it could not tell that nobody else maps it.
    ///
    /// # Errors
    /// The side with this name is over already, or there is no memory. Nothing may be asked of such a
    /// side, nor sent to it: its last message is queued, with the receive rights of its ports. A
    /// call would never return, and the thread that made it would be lost.
    fn hold(self: &Arc<Self>, name: &SendRight) -> core::result::Result<Option<Held>, ()> {
        let kept = {
            let state = self.state.lock();
            if !state.orphan {
                return Ok(None);
            }
            state.kept.as_ref().map(SendRight::name)
        };
        if let Some(kept) = kept {
            return if kept == name.name() {
                Ok(None)
            } else {
                Err(())
            };
        }
        let held = self
            .right()
            .and_then(|right| Held::new(self.clone(), right))
            .map_err(drop)?;
        let side = held.side().ok_or(())?;
        let same = side.name() == name.name();
        {
            let mut state = self.state.lock();
            state.proxied = true;
            state.kept = Some(side);
        }
        if same {
            return Ok(Some(held));
        }
        self.pager.keep_orphan(held);
        Err(())
    }

    /// The kernel's side is gone, with all pages: `memory_object_terminate`. A mapping of a proxy
    /// that is made from now on finds new ones.
    pub(super) fn terminated(&self) {
        let mut state = self.state.lock();
        state.attached = false;
        let total = state.pages.total();
        let remains = self.renew(&mut state, total);
        let before = core::mem::take(&mut *self.rights.lock());
        drop(state);
        drop(before);
        self.pager.bury(remains);
    }

    /// One more right to map the object.
    ///
    /// # Errors
    /// `ENOMEM`: as `mach_port_insert_right`. `EINVAL`: the object is closed.
    pub(super) fn right(&self) -> Result<MemoryObject> {
        let state = self.state.lock();
        let port = state.port.as_ref().ok_or(Error::EINVAL)?;
        let right = port.make_send().map_err(|_| Error::ENOMEM)?;
        Ok(MemoryObject::new(right))
    }

    /// Whether the kernel's side is there.
    pub(super) fn is_ready(&self) -> bool {
        self.rights.lock().control.is_some()
    }

    /// What `vm_region` calls the object, if the kernel told it.
    fn name(&self) -> Option<ObjectName> {
        let rights = self.rights.lock();
        let name = rights.name.as_ref();
        name.map(|right| ObjectName::new(right.name()))
    }

    /// What `vm_region` calls the object, if the kernel told it or tells it of `anchor` now.
    pub(super) fn region_name(&self, anchor: &Anchor) -> Option<ObjectName> {
        let mut rights = self.rights.lock();
        if rights.name.is_none() {
            // Its message may still wait for the pager.
            rights.name = anchor.region_name();
        }
        rights
            .name
            .as_ref()
            .map(|right| ObjectName::new(right.name()))
    }

    /// Serves one message: `serve` gets the pages and the kernel's side.
    pub(super) fn serve(
        self: &Arc<Self>,
        control: &SendRight,
        serve: impl FnOnce(&mut Pages, &mut Side<'_>),
    ) {
        self.serve_at(&mut self.state.lock(), control.name(), serve);
    }

    fn serve_at(
        self: &Arc<Self>,
        state: &mut State,
        control: Name,
        serve: impl FnOnce(&mut Pages, &mut Side<'_>),
    ) {
        if state.port.is_none() || !state.attached {
            return;
        }
        let mut side = Side {
            control,
            object: self,
            total: state.pages.total(),
            store: &mut state.store,
            losses: &mut state.losses,
        };
        serve(&mut state.pages, &mut side);
        let total = self.pager.stored_count();
        state.count.set(state.pages.stored(), total);
        if state.pages.is_due() && !state.listed {
            state.listed = self.pager.list_due(self);
        }
        if state.store.is_scattered() && !state.scattered {
            state.scattered = self.pager.list_scattered(self);
        }
    }

    /// Copies stored pages together until they share enough map entries, or there is no memory
    /// for it now. Others serve the object meanwhile.
    pub(super) fn pack(&self) {
        loop {
            let picked = {
                let state = self.state.lock();
                if state.store.is_scattered() {
                    state.store.pick()
                } else {
                    Vec::new()
                }
            };
            let packed = if self.pager.is_paged() {
                !picked.is_empty()
                    && picked
                        .iter()
                        .all(|from| self.state.lock().take(self.pager, *from))
            } else {
                self.pack_block(&picked)
            };
            if !packed {
                self.state.lock().scattered = false;
                return;
            }
        }
    }

    /// Copies pages into a new block; `false`: there is none.
    fn pack_block(&self, picked: &[Place]) -> bool {
        let Some(block) = (!picked.is_empty()).then(new_block).flatten() else {
            return false;
        };
        let bytes = picked.len() * PAGE as usize;
        if !self.state.lock().store.open(block) {
            free(Range {
                address: block,
                bytes: BLOCK_BYTES,
            });
            return false;
        }
        if picked.len() < BLOCK {
            free(Range {
                address: block + bytes,
                bytes: BLOCK_BYTES - bytes,
            });
        }
        for (slot, from) in picked.iter().enumerate() {
            let to = block + slot * PAGE as usize;
            // SAFETY: in the new block, which is the store's; the slot holds nothing yet. This
            // may wait for memory, so that the copy under the lock does not.
            unsafe { core::ptr::with_exposed_provenance_mut::<u64>(to).write_volatile(0) };
            let moved = self.state.lock().pack(self.pager, block, *from, to);
            free_page(if moved { from.at.get() } else { to });
        }
        self.state.lock().store.seal(block);
        true
    }

    /// Tries again what failed.
    pub(super) fn retry(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.listed = false;
        // It is kept until the kernel's last message is served, for which the state is locked.
        let control = self.rights.lock().control.as_ref().map(SendRight::name);
        if let Some(control) = control {
            self.serve_at(&mut state, control, |pages, side| pages.retry(side));
        }
    }
}

/// An object whose anchor is given up: nothing of it is served meanwhile.
pub(super) struct Parting<'a> {
    object: &'a Object,
    state: MutexGuard<'a, State>,
}

/// What is left to be done when an anchor was given up and nothing is locked any more.
pub(super) struct Parted {
    /// The object's next anchor: somebody maps it.
    pub(super) anchor: Option<Anchor>,
    /// What the kernel sent meanwhile, which is to be served.
    pub(super) messages: Messages,
    /// Rights that are no more of use.
    _rights: (Option<SendRight>, Option<Rights>),
}

impl Parting<'_> {
    /// The anchor is gone: finds out whether the kernel has ended its side of the object, which
    /// `right` maps. If it has not, because a proxy was mapped at the same moment, the object is
    /// anchored again.
    pub(super) fn settle(mut self, right: &MemoryObject) -> Parted {
        let (object, state) = (self.object, &mut self.state);
        let mut messages = Messages::default();
        let mut next = None;
        let mut over = None;
        if messages.poll(object.port) {
            state.attached = false;
        } else {
            next = Anchor::new(right).ok();
            // If the side ended before it could be anchored, this is the anchor of another one.
            let ended = messages.poll(object.port);
            // Without an anchor the side may end at any time, so that nothing can be asked of it.
            state.attached &= next.is_some() && !ended;
            if ended && next.is_some() {
                // The anchor is looked at from now on, and its name is another.
                over = Some(core::mem::take(&mut *object.rights.lock()));
            }
        }
        state.orphan = true;
        let name = next.as_ref().and_then(Anchor::region_name);
        let kept = core::mem::replace(&mut state.kept, name);
        Parted {
            anchor: next,
            messages,
            _rights: (kept, over),
        }
    }
}

impl State {
    /// Copies a stored page to the next slot of a block, if it is still stored where it was and can
    /// be read.
    fn pack(&mut self, pager: &Pager, block: usize, from: Place, to: usize) -> bool {
        // SAFETY: two pages of anonymous memory that nothing but the store refers to: the stored
        // page, and a slot that holds nothing.
        let copied = self.store.has(from) && unsafe { pager.copy_page(from.at.get(), to) };
        let moved = self.store.fill(block, from, copied);
        if moved && let Some(to) = Stored::new(to) {
            self.pages.moved(from.page, from.at, to);
        }
        moved
    }

    /// Copies a stored page to a block that stays whole, if it is still stored where it was. `false`:
    /// there is no memory for it, or it cannot be read.
    fn take(&mut self, pager: &Pager, from: Place) -> bool {
        if !self.store.has(from) {
            return true;
        }
        let Some(to) = slot(&mut self.store) else {
            return false;
        };
        // SAFETY: two pages of anonymous memory that nothing but the store refers to: the stored
        // page, and a slot that holds nothing.
        if !unsafe { pager.copy_page(from.at.get(), to) } {
            return false;
        }
        if let Some(to) = self.store.keep_copy(from.page) {
            self.pages.moved(from.page, from.at, to);
            give_back(&mut self.store, from.at);
        }
        true
    }
}

/// A slot for a page that comes, if there is memory for it.
fn slot(store: &mut Store) -> Option<usize> {
    if let Some(slot) = store.next_slot() {
        return Some(slot);
    }
    let block = new_block()?;
    if !store.open_whole(block) {
        free(Range {
            address: block,
            bytes: BLOCK_BYTES,
        });
    }
    store.next_slot()
}

/// A page is no longer stored there: frees its memory, unless its block stays whole.
fn give_back(store: &mut Store, at: Stored) {
    if !store.is_whole(at.get()) {
        free_page(at.get());
    }
    store.forget(at).into_iter().for_each(free);
}

impl Drop for Object {
    fn drop(&mut self) {
        self.close();
        // They wait for one that was received by another thread, and dropped when the object was not
        // known any more.
        let waiting = self.queue.get_mut().abandon();
        waiting.for_each(|mut message| message.destroy());
    }
}

/// Should the kernel not say, there are some.
fn has_senders(port: &ReceiveRight) -> bool {
    port.status().map_or(true, |status| status.has_senders)
}

/// The pages of a segment that is gone. Dropping it frees what is stored.
pub(super) struct Remains {
    pages: Pages,
    store: Store,
}

impl Remains {
    /// How many stored pages are to be freed.
    pub(super) fn size(&self) -> u64 {
        self.pages.stored()
    }
}

impl Drop for Remains {
    fn drop(&mut self) {
        self.store.drain().for_each(free);
    }
}

/// A one-page mapping without access in the server, which keeps the kernel's object.
pub(super) struct Anchor {
    address: usize,
}

impl Anchor {
    pub(super) fn new(object: &MemoryObject) -> Result<Self> {
        let task = trap::mach_task_self();
        let mut address = 0;
        // SAFETY: maps a page without access at an address the kernel chooses: nothing of
        // this program's memory changes.
        check(unsafe {
            trap::vm_map(
                task,
                &mut address,
                PAGE as _,
                0,
                1,
                object.name(),
                0,
                0,
                sys::VM_PROT_NONE as _,
                sys::VM_PROT_NONE as _,
                sys::VM_INHERIT_NONE as _,
            )
        })
        .map_err(|_| Error::ENOMEM)?;
        Ok(Self { address })
    }

    /// What `vm_region` calls the object.
    pub(super) fn region_name(&self) -> Option<SendRight> {
        let address = self.address as u64;
        let region =
            crate::mach::region::region(TaskName::new(trap::mach_task_self()), address).ok()??;
        // Null is memory that nobody touched yet, in any task.
        (region.address == address && valid(region.object.name())).then_some(region.object)
    }
}

impl Drop for Anchor {
    fn drop(&mut self) {
        // SAFETY: the page that `new` mapped; it has no access, so nothing points into it.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), self.address as _, PAGE as _) };
    }
}

/// New memory for a block of stored pages. The kernel joins none with it that is inherited.
fn new_block() -> Option<usize> {
    let mut address: usize = 0;
    // SAFETY: new anonymous memory at an address that the kernel chooses.
    let code = unsafe {
        trap::vm_map(
            trap::mach_task_self(),
            &mut address,
            BLOCK_BYTES as _,
            (ALIGNMENT - 1) as _,
            1,
            0,
            0,
            0,
            (sys::VM_PROT_READ | sys::VM_PROT_WRITE) as _,
            sys::VM_PROT_ALL as _,
            sys::VM_INHERIT_NONE as _,
        )
    };
    (code == 0 && address != 0).then_some(address)
}

fn free(Range { address, bytes }: Range) {
    // SAFETY: pages that the kernel moved into this task with `data_return`, or a part of a block;
    // only the pager's bookkeeping, which has just forgotten them, knew of them.
    unsafe { trap::vm_deallocate(trap::mach_task_self(), address as _, bytes as _) };
}

fn free_page(address: usize) {
    free(Range {
        address,
        bytes: PAGE as usize,
    });
}

/// Whether nothing but an anchor refers to an object: one reference is the anchor's, one the query's.
fn is_alone(info: &sys::vm_object_info_t) -> bool {
    info.voi_ref_count <= 2 && info.voi_copy == 0
}

/// What the kernel says of the object with this name, if it says anything.
pub(super) fn object_info(name: ObjectName) -> Option<sys::vm_object_info_t> {
    let mut info = sys::vm_object_info_t::default();
    let (mut shadow, mut copy) = (0, 0);
    // SAFETY: `name` is only looked at; the others are valid out-pointers.
    let code =
        unsafe { sys::mig_k_mach_vm_object_info(name.raw(), &mut info, &mut shadow, &mut copy) };
    if code != 0 {
        return None;
    }
    for right in [shadow, copy] {
        // SAFETY: the kernel moved these rights to us.
        drop(unsafe { SendRight::from_raw(right) });
    }
    Some(info)
}

/// The kernel's side of an object, by messages to its control port.
pub(super) struct Side<'a> {
    control: Name,
    object: &'a Object,
    /// Pages of the segment.
    total: u64,
    store: &'a mut Store,
    losses: &'a mut u64,
}

/// Where a page is in its memory object, in bytes.
fn offset(page: u64) -> sys::vm_offset_t {
    (page * PAGE) as _
}

fn sent(code: sys::kern_return_t) -> core::result::Result<(), Failed> {
    match code {
        0 => Ok(()),
        sys::MACH_SEND_INVALID_DEST => Err(Failed::Gone),
        _ => Err(Failed::Short),
    }
}

impl Side<'_> {
    /// Notes a page that came with a message, and answers where it is stored. `None`: there is no
    /// memory for it, or it cannot be read, and it is freed.
    pub(super) fn keep(&mut self, page: u64, at: Stored) -> Option<Stored> {
        let paged = self.object.pager.is_paged();
        let slot = paged.then(|| slot(self.store)).flatten();
        let Some(to) = slot else {
            let kept = self.store.keep(Place { page, at });
            if !kept {
                free_page(at.get());
            }
            return kept.then_some(at);
        };
        // SAFETY: two pages of anonymous memory: one came with the message and is this call's, the
        // other is a slot of the store's that holds nothing.
        let copied = unsafe { self.object.pager.copy_page(at.get(), to) };
        free_page(at.get());
        copied.then(|| self.store.keep_copy(page)).flatten()
    }

    /// Supplies pages at `address`. With `moved` the kernel takes them out of this task.
    ///
    /// There is no reply port: where the kernel has a page already it gives up the reply right
    /// twice, and panics.
    fn data_supply(
        &self,
        run: Run,
        address: usize,
        moved: bool,
        lock: Lock,
        precious: bool,
    ) -> core::result::Result<(), Failed> {
        let lock = match lock {
            Lock::None => sys::VM_PROT_NONE,
            Lock::All => sys::VM_PROT_ALL,
        };
        // SAFETY: the range is anonymous memory that only the pager's bookkeeping knows of.
        sent(unsafe {
            sys::mig_k_memory_object_data_supply(
                self.control,
                offset(run.first),
                address as _,
                (run.count * PAGE) as _,
                moved.into(),
                lock as _,
                precious.into(),
                0,
            )
        })
    }

    /// Supplies new pages of zeros.
    fn new_pages(&self, run: Run, lock: Lock) -> core::result::Result<(), Failed> {
        let mut address = 0;
        let size = (run.count * PAGE) as _;
        // SAFETY: new anonymous memory at an address the kernel chooses.
        let code = unsafe { trap::vm_allocate(trap::mach_task_self(), &mut address, size, 1) };
        if code != 0 {
            return Err(Failed::Short);
        }
        let answer = self.data_supply(run, address, true, lock, false);
        if answer.is_err() {
            // SAFETY: allocated above, and the kernel did not take it.
            unsafe { trap::vm_deallocate(trap::mach_task_self(), address as _, size) };
        }
        answer
    }

    fn info(&self) -> Option<sys::vm_object_info_t> {
        self.object.name().and_then(object_info)
    }

    /// Changes the lock of a page, or drops it. `reply`: the completion comes to the object's port.
    fn lock_request(
        &self,
        page: u64,
        flush: bool,
        lock: i32,
        reply: bool,
    ) -> core::result::Result<(), Failed> {
        // SAFETY: sends a message to the kernel; no memory is involved. The object is not closed
        // while it is served, so the port is its own.
        sent(unsafe {
            sys::mig_k_memory_object_lock_request(
                self.control,
                offset(page),
                PAGE as _,
                sys::MEMORY_OBJECT_RETURN_NONE as _,
                flush.into(),
                lock as _,
                if reply { self.object.port } else { 0 },
            )
        })
    }
}

/// Which access a page is supplied without.
#[derive(Clone, Copy)]
enum Lock {
    None,
    All,
}

fn one(page: u64) -> Run {
    Run {
        first: page,
        count: 1,
    }
}

impl Control for Side<'_> {
    fn supply_zeros(&mut self, run: Run) -> core::result::Result<(), Failed> {
        self.new_pages(run, Lock::None)
    }

    fn zero(&mut self, page: u64) -> core::result::Result<(), Failed> {
        // SAFETY: sends a message to the kernel; no memory is involved.
        sent(unsafe {
            sys::mig_k_memory_object_data_unavailable(self.control, offset(page), PAGE as _)
        })
    }

    fn supply(&mut self, page: u64, stored: Stored) -> core::result::Result<(), Failed> {
        // From a block that stays whole it goes as a copy.
        let moved = !self.store.is_whole(stored.get());
        self.data_supply(one(page), stored.get(), moved, Lock::None, true)?;
        self.store.forget(stored).into_iter().for_each(free);
        Ok(())
    }

    fn probe(&mut self, page: u64, content: Option<Stored>) -> core::result::Result<(), Failed> {
        match content {
            Some(stored) => self.data_supply(one(page), stored.get(), false, Lock::All, true),
            None => self.new_pages(one(page), Lock::All),
        }
    }

    fn fence(&mut self, page: u64) -> core::result::Result<(), Failed> {
        // Where no page is, nothing is changed and nothing is waited for.
        let beyond = self.total + page;
        self.lock_request(beyond, false, sys::VM_PROT_NO_CHANGE as _, true)
    }

    fn nobody_waits(&mut self) -> bool {
        self.info().is_some_and(|info| info.voi_absent_count == 0)
    }

    fn is_calm(&mut self) -> bool {
        let calm = |info: sys::vm_object_info_t| info.voi_paging_in_progress == 0;
        self.info().is_some_and(calm)
    }

    fn is_locked(&mut self, page: u64) -> core::result::Result<bool, Failed> {
        let name = self.object.name().ok_or(Failed::Gone)?.raw();
        let (mut array, mut count) = (core::ptr::null_mut(), 0);
        // SAFETY: `name` is a name right that we hold, the others are valid out-pointers. The
        // reply's memory is ours on success.
        let code = unsafe { sys::mig_k_mach_vm_object_pages(name, &mut array, &mut count) };
        sent(code)?;
        if array.is_null() {
            return Ok(false);
        }
        // SAFETY: as many elements as the kernel says, until they are deallocated below.
        let all = unsafe { core::slice::from_raw_parts(array, count as usize) };
        let locked = all
            .iter()
            .any(|info| info.vpi_offset as u64 == page * PAGE && info.vpi_page_lock != 0);
        // SAFETY: see above; `all` is not used any more.
        unsafe {
            trap::vm_deallocate(
                trap::mach_task_self(),
                array.expose_provenance() as _,
                size_of_val(all) as _,
            )
        };
        Ok(locked)
    }

    fn unlock(&mut self, page: u64) -> core::result::Result<(), Failed> {
        self.lock_request(page, false, sys::VM_PROT_NONE as _, false)
    }

    fn flush(&mut self, page: u64) -> core::result::Result<(), Failed> {
        self.lock_request(page, true, sys::VM_PROT_NO_CHANGE as _, false)
    }

    fn refuse(&mut self, page: u64, why: Refusal) -> core::result::Result<(), Failed> {
        let code: c_int = match why {
            Refusal::Beyond => sys::KERN_INVALID_ADDRESS as _,
            Refusal::Lost => sys::KERN_MEMORY_FAILURE as _,
            Refusal::Short => sys::KERN_RESOURCE_SHORTAGE as _,
        };
        // SAFETY: sends a message to the kernel; no memory is involved.
        sent(unsafe {
            sys::mig_k_memory_object_data_error(self.control, offset(page), PAGE as _, code as _)
        })
    }

    fn free(&mut self, stored: Stored) {
        give_back(self.store, stored);
    }

    fn lost(&mut self, page: u64) {
        *self.losses += 1;
        // One line for the first, and then ever fewer.
        if self.losses.is_power_of_two() {
            let mut line = Line::default();
            let _ = write!(
                line,
                "no memory for page {page} of a segment of {} pages, which the kernel gave back: \
                 it is lost, and touching it is an error ({} so far)",
                self.total, self.losses
            );
            self.object.pager.log(line.as_str());
        }
    }
}

/// A line of the log that needs no memory. What does not fit is cut.
struct Line {
    text: [u8; 192],
    length: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            text: [0; 192],
            length: 0,
        }
    }
}

impl Line {
    fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

impl core::fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            let place = self.text.get_mut(self.length).ok_or(core::fmt::Error)?;
            *place = byte;
            self.length += 1;
        }
        Ok(())
    }
}
