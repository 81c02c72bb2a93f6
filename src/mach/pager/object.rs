// SPDX-License-Identifier: GPL-2.0-or-later
//! The external pager: a memory object per segment, served by one thread.
//!
//! # Order
//! One thread receives for all objects and handles each message to its end before the
//! next. That is what keeps content safe (see [`pages`](super::pages)): of one object, the
//! kernel queues a returned page before it can ask for that page again.
//!
//! # Life of a memory object
//! The port is made at a segment's first attach, with a mapping in the server that keeps
//! the kernel's object alive while no client maps it (`anchor`). When the segment is
//! destroyed and nobody else maps the object, the receive right is destroyed: the kernel
//! then drops all pages at once, without returning them. If somebody still maps it (a
//! task made by `task_create` with inheritance, which the server cannot know of), the
//! anchor goes, the pager goes on answering, and the kernel's `memory_object_terminate`
//! says when the last mapping went. Small objects are not destroyed but kept for the next
//! segment, see `spare`.
//!
//! # Locks
//! `objects` is held only to look an object up; an object's `state` by the pager thread while
//! it serves that object, and by others while the kernel cannot ask for its pages; its `rights`
//! to look at them. No call on a client's task is made under any of them.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

use gnumach::error::check;
use gnumach::right::{Name, PortSet, ReceiveRight, SendRight, valid};
use gnumach::serve::{Next, Reply, serve};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use super::pages::{Answer, Pages, Stored};
use super::spare::{self, Spares};
use crate::engine::ledger::Charge;
use crate::engine::world::Protection;
use crate::{Error, Result};

/// Bytes of a page, `vm_page_size` of `mach/vm_param.h`.
pub const PAGE: u64 = 4096;

/// Pages the kernel was given and holds, and pages it gave back.
#[derive(Default)]
pub struct Counters {
    resident: AtomicU64,
    stored: AtomicU64,
}

impl Counters {
    /// Both counts, in pages.
    #[must_use]
    pub fn read(&self) -> (u64, u64) {
        (
            self.resident.load(Ordering::Relaxed),
            self.stored.load(Ordering::Relaxed),
        )
    }

    /// Moves to new counts, and `totals` by as much.
    fn set(&self, pages: &Pages, totals: &Self) {
        for (count, total, new) in [
            (&self.resident, &totals.resident, pages.resident()),
            (&self.stored, &totals.stored, pages.stored()),
        ] {
            let old = count.swap(new, Ordering::Relaxed);
            // Wraps to the right sum when the count went down.
            total.fetch_add(new.wrapping_sub(old), Ordering::Relaxed);
        }
    }
}

/// A segment's memory as the kernel and the pager know it.
pub(super) struct Object {
    pager: &'static Pager,
    pub(super) state: Mutex<State>,
    /// The segment is gone; the kernel will say when the last mapping is.
    orphan: AtomicBool,
    pub(super) rights: Mutex<Rights>,
    pub(super) users: Mutex<Users>,
    pub(super) port: ReceiveRight,
}

/// Whose tasks ever mapped an object, and so may know its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Users {
    /// Nobody's yet.
    #[default]
    None,
    /// Only this user's.
    One(u32),
    /// Several users'.
    Several,
}

/// The pages, and where they are counted.
pub(super) struct State {
    pub(super) pages: Pages,
    counters: Arc<Counters>,
}

/// What the kernel sends when it has made its side of an object.
#[derive(Default)]
pub(super) struct Rights {
    /// What `vm_region` calls the object, in any task.
    name: Option<SendRight>,
    /// Where the kernel takes pages and orders for them.
    pub(super) control: Option<SendRight>,
}

impl State {
    /// Moves the counters to what the pages say.
    fn count(&self, totals: &Counters) {
        self.counters.set(&self.pages, totals);
    }

    /// From now on other pages, counted elsewhere. Of the old ones none is stored.
    fn replace(&mut self, pages: Pages, counters: Arc<Counters>, totals: &Counters) {
        drop(self.pages.drain());
        self.count(totals);
        *self = Self { pages, counters };
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        for page in state.pages.drain() {
            free_page(page);
        }
        state.count(&self.pager.totals);
    }
}

/// The pager: all memory objects and the set they are received on.
pub struct Pager {
    objects: Mutex<BTreeMap<Name, Arc<Object>>>,
    totals: Counters,
    spares: Spares,
    set: PortSet,
}

/// The pager that MIG's server functions serve. They carry no context, so there is one in
/// a program.
static PAGER: AtomicPtr<Pager> = AtomicPtr::new(core::ptr::null_mut());

fn pager() -> Option<&'static Pager> {
    // SAFETY: the pointer is null or the leaked box that `Pager::start` stored.
    unsafe { PAGER.load(Ordering::Acquire).as_ref() }
}

impl Pager {
    /// The program's pager. One thread must run [`run`](Self::run).
    ///
    /// # Errors
    /// `ENOMEM` when the port space is full, `EBUSY` when the program has a pager already.
    pub fn start() -> Result<&'static Self> {
        let set = PortSet::allocate().map_err(|_| Error::ENOMEM)?;
        let new = alloc::boxed::Box::into_raw(alloc::boxed::Box::new(Self {
            objects: Mutex::new(BTreeMap::new()),
            totals: Counters::default(),
            spares: Spares::default(),
            set,
        }));
        match PAGER.compare_exchange(
            core::ptr::null_mut(),
            new,
            Ordering::AcqRel,
            Ordering::Acquire,
        ) {
            // SAFETY: `new` is a valid box that is never freed from here on.
            Ok(_) => Ok(unsafe { &*new }),
            Err(_) => {
                // SAFETY: `new` was made above and nobody else saw it.
                drop(unsafe { alloc::boxed::Box::from_raw(new) });
                Err(Error::EBUSY)
            }
        }
    }

    /// Serves the kernel; the body of the pager thread.
    pub fn run(&self) {
        // SAFETY: MIG generated the demultiplexer for replies of this size.
        unsafe { serve(self.set.name(), demux, |_| Next::Wait) };
    }

    /// The sum of all segments' counts.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        self.totals.read()
    }

    fn object(&self, name: Name) -> Option<Arc<Object>> {
        self.objects.lock().get(&name).cloned()
    }

    /// A memory object of `pages` zero pages, which a task of `user` is about to map: a spare one
    /// of that user, or a new one.
    ///
    /// # Errors
    /// `ENOMEM`: no port name, or no room in the server's address space.
    fn create(&'static self, pages: u64, counters: &Arc<Counters>, user: u32) -> Result<Live> {
        if let Some(held) = self.spares.take(user) {
            let mut state = held.object.state.lock();
            state.replace(Pages::new(pages), counters.clone(), &self.totals);
            drop(state);
            return Ok(Live { pager: self, held });
        }
        let short = |_| Error::ENOMEM;
        let port = ReceiveRight::allocate().map_err(short)?;
        let right = port.make_send().map_err(short)?;
        let name = port.name();
        port.move_to(&self.set).map_err(short)?;
        let object = Arc::new(Object {
            pager: self,
            state: Mutex::new(State {
                pages: Pages::new(pages),
                counters: counters.clone(),
            }),
            orphan: AtomicBool::new(false),
            rights: Mutex::default(),
            users: Mutex::default(),
            port,
        });
        self.objects.lock().insert(name, object.clone());
        match Anchor::new(&right) {
            Ok(anchor) => Ok(Live {
                pager: self,
                held: Arc::new(Held {
                    object,
                    right,
                    anchor,
                }),
            }),
            Err(error) => {
                self.objects.lock().remove(&name);
                Err(error)
            }
        }
    }

    /// Lets an object go that nobody maps: its receive right dies with the last reference, and
    /// the pages then go with the anchor, unwritten.
    pub(super) fn forget(&self, held: &Held) {
        self.objects.lock().remove(&held.object.port.name());
    }

    /// The pager thread has handled everything that came for the object before it was retired.
    fn settle(&'static self, port: Name) {
        let Some(held) = self.spares.retired(port) else {
            return;
        };
        let blank = held.look().is_some_and(|look| look.is_blank());
        if blank && !held.object.state.lock().pages.ever_returned() {
            // Whoever it waited for may be gone.
            if let Some(oldest) = self.spares.keep(held) {
                self.forget(&oldest);
            }
        } else {
            self.forget(&held);
        }
    }
}

/// A one-page mapping without access in the server, which keeps the kernel's object.
pub(super) struct Anchor {
    address: usize,
}

impl Anchor {
    fn new(object: &SendRight) -> Result<Self> {
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
    fn name(&self) -> Option<SendRight> {
        let address = self.address as u64;
        let region = crate::mach::region::region(trap::mach_task_self(), address).ok()??;
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

/// A memory object that the server keeps.
pub(super) struct Held {
    // The order of these fields is the order of their drop.
    pub(super) object: Arc<Object>,
    pub(super) right: SendRight,
    anchor: Anchor,
}

impl Held {
    /// The name that `vm_region` answers for mappings of this object, if the kernel told it.
    fn region_name(&self) -> Option<Name> {
        let mut rights = self.object.rights.lock();
        if rights.name.is_none() {
            // Its message may still wait for the pager.
            rights.name = self.anchor.name();
        }
        rights.name.as_ref().map(SendRight::name)
    }

    /// Asks the kernel about the object. `None`: it does not say.
    pub(super) fn look(&self) -> Option<Look> {
        let name = self.region_name()?;
        let mut info = sys::vm_object_info_t::default();
        let (mut shadow, mut copy) = (0, 0);
        // SAFETY: `name` is a name right that we hold, the others are valid out-pointers.
        let code =
            unsafe { sys::mig_k_mach_vm_object_info(name, &mut info, &mut shadow, &mut copy) };
        if code != 0 {
            return None;
        }
        for right in [shadow, copy] {
            // SAFETY: the kernel moved these rights to us.
            drop(unsafe { SendRight::from_raw(right) });
        }
        Some(Look {
            // One for the anchor, one that the query itself holds.
            alone: info.voi_ref_count <= 2 && copy == 0,
            empty: info.voi_resident_page_count == 0 && info.voi_paging_in_progress == 0,
        })
    }
}

/// What the kernel says of an object.
pub(super) struct Look {
    /// Nothing but its anchor refers to it: no mapping, no copy that is still to be made.
    pub(super) alone: bool,
    /// It has no page, and none is under way in or out.
    empty: bool,
}

impl Look {
    /// As good as new.
    pub(super) fn is_blank(&self) -> bool {
        self.alone && self.empty
    }
}

/// A memory object in use. Dropping it releases the memory once nobody maps it.
pub struct Live {
    pager: &'static Pager,
    held: Arc<Held>,
}

impl Live {
    /// The right to map.
    pub fn right(&self) -> &SendRight {
        &self.held.right
    }

    /// The name that `vm_region` answers for mappings of this object.
    ///
    /// # Errors
    /// `EAGAIN`: the kernel has not told it yet, and does not when asked.
    pub fn region_name(&self) -> Result<Name> {
        self.held.region_name().ok_or(Error::EAGAIN)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // An object of which the kernel does not tell could be anybody's.
        if !self.held.look().is_some_and(|look| look.alone) {
            // Somebody maps it whom the registry does not know. Without the anchor the kernel
            // terminates the object when that mapping goes, and `terminate` below cleans up.
            self.held.object.orphan.store(true, Ordering::Release);
        } else if !self.pager.spares.retire(&self.held) {
            self.pager.forget(&self.held);
        }
    }
}

/// A segment's memory. It costs the kernel nothing until it is first mapped.
pub struct Memory {
    pager: &'static Pager,
    pages: u64,
    counters: Arc<Counters>,
    live: Mutex<Option<Arc<Live>>>,
    /// For its pages.
    _charge: Charge,
}

impl Memory {
    /// Zero memory of `size` bytes, rounded up to pages, for which `charge` was made.
    #[must_use]
    pub fn new(pager: &'static Pager, size: u64, charge: Charge) -> Self {
        Self {
            pager,
            pages: size.div_ceil(PAGE),
            counters: Arc::default(),
            live: Mutex::new(None),
            _charge: charge,
        }
    }

    /// The memory object, made now if this is its first use, for a task of `user` to map.
    ///
    /// # Errors
    /// `ENOMEM` as of making it.
    pub fn live(&self, user: u32) -> Result<Arc<Live>> {
        let mut cell = self.live.lock();
        let live = match &*cell {
            Some(live) => live.clone(),
            None => cell
                .insert(Arc::new(self.pager.create(
                    self.pages,
                    &self.counters,
                    user,
                )?))
                .clone(),
        };
        drop(cell);
        let mut users = live.held.object.users.lock();
        *users = match *users {
            Users::None => Users::One(user),
            Users::One(other) if other == user => Users::One(user),
            _ => Users::Several,
        };
        drop(users);
        Ok(live)
    }

    /// A send right to a proxy of the memory object, which allows exactly `protection`, for a
    /// caller of `user` to keep as long as it likes. So the object never serves again.
    ///
    /// # Errors
    /// `ENOMEM`: as of making the object, or the proxy.
    pub fn proxy(&self, user: u32, protection: Protection) -> Result<SendRight> {
        let live = self.live(user)?;
        *live.held.object.users.lock() = Users::Several;
        let (protection, _) = crate::mach::map::protection(protection);
        let (mut object, mut zero) = (live.right().name(), 0);
        let (mut start, mut length) = (0, (self.pages * PAGE) as _);
        let mut proxy = 0;
        // SAFETY: arrays of one element each, and a valid out-pointer; the right is lent.
        check(unsafe {
            sys::mig_k_memory_object_create_proxy(
                trap::mach_task_self(),
                protection,
                &mut object,
                sys::MACH_MSG_TYPE_COPY_SEND,
                1,
                &mut zero,
                1,
                &mut start,
                1,
                &mut length,
                1,
                &mut proxy,
            )
        })
        .map_err(|_| Error::ENOMEM)?;
        // SAFETY: the reply carried this right.
        Ok(unsafe { SendRight::from_raw(proxy) })
    }

    /// The memory object if it was ever used.
    #[must_use]
    pub fn used(&self) -> Option<Arc<Live>> {
        self.live.lock().clone()
    }

    /// What exists of it.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}

fn free_page(page: Stored) {
    // SAFETY: a page that the kernel moved into this task with `data_return`, and that only
    // the pager's bookkeeping, which has just forgotten it, knew of.
    unsafe { trap::vm_deallocate(trap::mach_task_self(), page.get() as _, PAGE as _) };
}

/// # Safety
/// As [`gnumach::serve::Demux`].
unsafe fn demux(request: *mut sys::mach_msg_header_t, reply: *mut Reply) -> bool {
    // SAFETY: a whole message and room for a reply, see the contract; the message is handed
    // through from our caller.
    unsafe {
        if (*request).msgh_id == spare::LAST_WORD {
            // Only we have send rights to these ports, beside the kernel.
            if let Some(pager) = pager() {
                pager.settle((*request).__bindgen_anon_2.msgh_local_port);
            }
            (*reply).RetCode = 0;
            return true;
        }
        sys::pager_memory_object_server(request, reply.cast()) != 0
    }
}

impl Object {
    /// From now on the object has no pages, and is counted nowhere.
    pub(super) fn close_books(&self) {
        let mut state = self.state.lock();
        for page in state.pages.drain() {
            free_page(page);
        }
        state.replace(Pages::new(0), Arc::default(), &self.pager.totals);
    }

    /// Answers `memory_object_data_request`.
    fn request(&self, control: &SendRight, offset: u64, length: u64) {
        let mut page = offset / PAGE;
        let end = page + length.div_ceil(PAGE);
        let mut state = self.state.lock();
        while page < end {
            page = match state.pages.request(page) {
                Answer::Stored(stored) => {
                    supply(control, page, stored.get(), 1, true);
                    page + 1
                }
                Answer::Zeros { count: 1, .. } => {
                    fill_with_zeros(control, page);
                    page + 1
                }
                Answer::Zeros { first, count } => {
                    if supply_zeros(control, first, count) {
                        // What finds no memory now is supplied when it is asked for.
                        while let Some((first, count)) = state.pages.ahead()
                            && supply_zeros(control, first, count)
                        {}
                    } else {
                        refuse(control, page, sys::KERN_RESOURCE_SHORTAGE as _);
                    }
                    first + count
                }
                Answer::Beyond => {
                    refuse(control, page, sys::KERN_INVALID_ADDRESS as _);
                    page + 1
                }
            };
        }
        state.count(&self.pager.totals);
    }

    /// Keeps what `memory_object_data_return` brought.
    fn returned(&self, offset: u64, data: usize, length: u64) {
        let mut state = self.state.lock();
        for n in 0..length / PAGE {
            let Some(address) = Stored::new(data + (n * PAGE) as usize) else {
                continue;
            };
            if let Some(old) = state.pages.returned(offset / PAGE + n, address) {
                free_page(old);
            }
        }
        state.count(&self.pager.totals);
    }
}

/// Gives the kernel `count` new pages of zeros as pages `first` on of the object; `false` if
/// there is no memory.
fn supply_zeros(control: &SendRight, first: u64, count: u64) -> bool {
    let mut address = 0;
    let size = (count * PAGE) as _;
    // SAFETY: new anonymous memory at an address the kernel chooses.
    let code = unsafe { trap::vm_allocate(trap::mach_task_self(), &mut address, size, 1) };
    if code == 0 {
        supply(control, first, address, count, false);
    }
    code == 0
}

/// Lets the kernel clear one page that it asked for: cheaper than to move one to it.
fn fill_with_zeros(control: &SendRight, page: u64) {
    // SAFETY: sends a message to the kernel; no memory is involved.
    unsafe {
        sys::mig_k_memory_object_data_unavailable(control.name(), (page * PAGE) as _, PAGE as _)
    };
}

/// Moves `count` pages at `address` to the kernel as pages `first` on of the object.
fn supply(control: &SendRight, first: u64, address: usize, count: u64, precious: bool) {
    // SAFETY: the range is anonymous memory that only the pager's bookkeeping knew of, and
    // the kernel takes it out of this task (`Dealloc`).
    let code = unsafe {
        sys::mig_k_memory_object_data_supply(
            control.name(),
            (first * PAGE) as _,
            address as _,
            (count * PAGE) as _,
            1,
            sys::VM_PROT_NONE as _,
            c_int::from(precious) as _,
            0,
        )
    };
    if code == sys::MACH_SEND_INVALID_DEST {
        // The object is gone, and nothing was sent: the memory is still ours.
        // SAFETY: as above.
        unsafe { trap::vm_deallocate(trap::mach_task_self(), address as _, (count * PAGE) as _) };
    }
}

/// Lets the fault on `page` fail.
fn refuse(control: &SendRight, page: u64, why: c_int) {
    // SAFETY: sends a message to the kernel; no memory is involved.
    unsafe {
        sys::mig_k_memory_object_data_error(control.name(), (page * PAGE) as _, PAGE as _, why)
    };
}

/// The routines that MIG's memory_object server stubs call. Each right that comes with a
/// message is ours once the routine answers 0, as all of these do.
mod routines {
    use super::*;

    type Code = sys::kern_return_t;

    fn served(name: Name, control: Name, body: impl FnOnce(&Arc<Object>, &SendRight)) -> Code {
        // SAFETY: the right came with the message, and answering 0 makes it ours.
        let control = unsafe { SendRight::from_raw(control) };
        if let Some(object) = pager().and_then(|pager| pager.object(name)) {
            body(&object, &control);
        }
        0
    }

    /// The kernel has its side of a new mapping ready, and waits for ours.
    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_init(
        object: Name,
        control: Name,
        name: Name,
        page_size: sys::vm_size_t,
    ) -> Code {
        // SAFETY: as in `served`.
        let name = unsafe { SendRight::from_raw(name) };
        debug_assert_eq!(page_size as u64, PAGE);
        served(object, control, |object, control| {
            let fresh = Rights {
                name: Some(name).filter(|name| valid(name.name())),
                control: control.try_clone().ok(),
            };
            // In place of the same name, if somebody asked for it before.
            let before = core::mem::replace(&mut *object.rights.lock(), fresh);
            drop(before);
            // Not cached: the anchor decides how long the object lives.
            // SAFETY: sends a message to the kernel; no memory is involved.
            unsafe {
                sys::mig_k_memory_object_ready(
                    control.name(),
                    0,
                    sys::MEMORY_OBJECT_COPY_DELAY as _,
                )
            };
        })
    }

    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_terminate(object: Name, control: Name, name: Name) -> Code {
        for right in [control, name] {
            // SAFETY: the kernel moves both receive rights to us.
            drop(unsafe { ReceiveRight::from_raw(right) });
        }
        if let Some(pager) = pager() {
            let mut objects = pager.objects.lock();
            let orphan = objects
                .get(&object)
                .is_some_and(|object| object.orphan.load(Ordering::Acquire));
            let gone = if orphan {
                objects.remove(&object)
            } else {
                None
            };
            drop(objects);
            drop(gone);
        }
        0
    }

    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_data_request(
        object: Name,
        control: Name,
        offset: sys::vm_offset_t,
        length: sys::vm_size_t,
        _access: sys::vm_prot_t,
    ) -> Code {
        served(object, control, |object, control| {
            object.request(control, offset as u64, length as u64);
        })
    }

    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_data_return(
        object: Name,
        control: Name,
        offset: sys::vm_offset_t,
        data: sys::pointer_t,
        length: sys::mach_msg_type_number_t,
        _dirty: sys::boolean_t,
        _kernel_copy: sys::boolean_t,
    ) -> Code {
        let mut kept = false;
        let code = served(object, control, |object, _| {
            kept = true;
            object.returned(offset as u64, data, u64::from(length));
        });
        if !kept {
            // SAFETY: the kernel moved the data to us, and nobody keeps it.
            unsafe {
                trap::vm_deallocate(trap::mach_task_self(), data as _, length as sys::vm_size_t)
            };
        }
        code
    }

    /// Pages are never supplied locked, so there is nothing to unlock.
    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_data_unlock(
        object: Name,
        control: Name,
        _offset: sys::vm_offset_t,
        _length: sys::vm_size_t,
        _access: sys::vm_prot_t,
    ) -> Code {
        served(object, control, |_, _| ())
    }

    /// Sent only to objects with copy strategy CALL, which ours have not: an error lets the
    /// loop destroy the rights.
    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_copy(
        _object: Name,
        _control: Name,
        _offset: sys::vm_offset_t,
        _length: sys::vm_size_t,
        _new: Name,
    ) -> Code {
        sys::KERN_FAILURE as _
    }

    /// Completions answer requests with a reply port; we make none.
    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_lock_completed(
        object: Name,
        control: Name,
        _offset: sys::vm_offset_t,
        _length: sys::vm_size_t,
    ) -> Code {
        served(object, control, |_, _| ())
    }

    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_supply_completed(
        object: Name,
        control: Name,
        _offset: sys::vm_offset_t,
        _length: sys::vm_size_t,
        _result: Code,
        _error_offset: sys::vm_offset_t,
    ) -> Code {
        served(object, control, |_, _| ())
    }

    #[unsafe(no_mangle)]
    extern "C" fn pager_S_memory_object_change_completed(
        _object: Name,
        _may_cache: sys::boolean_t,
        _copy_strategy: sys::memory_object_copy_strategy_t,
    ) -> Code {
        0
    }
}
