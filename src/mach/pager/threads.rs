// SPDX-License-Identifier: GPL-2.0-or-later
//! The pager's table of objects and its threads.
//!
//! | thread | does | may wait for |
//! |---|---|---|
//! | servers, 2 to [`SERVERS`] | the kernel's messages, in the order of each object | the kernel's memory, paging space |
//! | undertaker | frees stored pages of destroyed segments, makes objects in reserve | the kernel |
//! | warden | looks whether orphans are still mapped ([`orphans`](super::orphans)) | the kernel |
//! | retrier | acts that failed for want of memory, and ends what waits, 20 times a second | as servers |
//! | packer | copies stored pages together | as servers; the default pager |
//!
//! A server that waits is replaced by another.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;

use gnumach::right::{Name, PortSet};
use gnumach::serve::Reply;
use gnumach::sync::{Event, Mutex};
use gnumach::{header, sys, trap};
use once_cell::race::OnceBox;
use smallvec::SmallVec;

use super::memory::{BATCH, Batch, Held, Live};
use super::object::{Object, ObjectId, Remains, StoredCount};
use super::orphans::Orphans;
use crate::engine::world::Usage;
use crate::{Error, Result};

/// Threads that serve the kernel at most.
pub const SERVERS: usize = 32;

/// Idle servers that stay.
const IDLE_SERVERS: usize = 2;

/// Milliseconds after which an idle server ends if enough others are idle.
const IDLE: u32 = 5_000;

/// Time between two rounds of the retrier.
const RETRY: Duration = Duration::from_millis(50);

/// How long a thread sleeps that is woken when there is something to do.
const LONG: Duration = Duration::from_secs(60);

/// Objects in reserve below which others are made in advance.
const RESERVE: usize = 4;

/// Objects in reserve at most. Each costs the kernel an object, and the server a map entry and three
/// port names: of the object, its control port and its name.
pub const RESERVE_MAX: usize = 32;

/// Pages that the kernel may still have of destroyed segments that wait for their end, in all.
const ENDING: u64 = 2048;

/// Stored pages of a destroyed segment that are freed on the spot: waking a thread costs as much. And
/// pages of an object that is ended together with others.
const FEW: u64 = 256;

/// Pages that may wait for the undertaker, or for the end of large objects. Beyond these, destroying
/// a segment takes its time, so that segments are not made faster than they are freed.
const BACKLOG: u64 = 32_768;

/// The pager: all memory objects and the set they are received on.
pub struct Pager {
    objects: Mutex<BTreeMap<ObjectId, Arc<Object>>>,
    stored: StoredCount,
    /// The objects of segments, in use.
    used: Mutex<BTreeMap<ObjectId, Weak<Live>>>,
    set: PortSet,
    next: AtomicUsize,
    reserve: Mutex<Vec<Held>>,
    ending: Mutex<Ending>,
    /// Threads that end what they took from `ending`.
    busy: AtomicUsize,
    /// One of them is done.
    ended: Event,
    /// The retrier does something else.
    retrying: AtomicBool,
    dead: Mutex<Vec<Remains>>,
    backlog: AtomicU64,
    pub(super) orphans: Orphans,
    undertaker: Event,
    /// For the retrier.
    due: Noted,
    /// For the packer.
    scattered: Noted,
    servers: AtomicUsize,
    idle: AtomicUsize,
    /// The system has paging space, as far as the packer knows.
    paged: AtomicBool,
    hooks: OnceBox<Hooks>,
}

/// Objects of segments that were just destroyed.
#[derive(Default)]
struct Ending {
    /// Those with few pages, which wait for each other.
    batch: Batch,
    /// What the kernel may have of them.
    pages: u64,
    /// Those with many, and how many.
    large: Vec<(Held, u64)>,
}

impl Ending {
    fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.large.is_empty()
    }

    fn take_batch(&mut self) -> Batch {
        self.pages = 0;
        core::mem::take(&mut self.batch)
    }
}

/// For as long as a thread ends what it took from [`Pager::ending`].
struct Busy<'a>(&'a Pager);

impl<'a> Busy<'a> {
    /// Takes something of what waits, if it does. It never seems that nothing waits and nobody is busy.
    fn take<T>(pager: &'a Pager, from: impl FnOnce(&mut Ending) -> Option<T>) -> Option<(Self, T)> {
        let mut ending = pager.ending.lock();
        let taken = from(&mut ending)?;
        pager.busy.fetch_add(1, Ordering::SeqCst);
        Some((Self(pager), taken))
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
        self.0.ended.signal();
    }
}

/// Functions of the program that the pager is in.
struct Hooks {
    log: Box<Log>,
    guard: Box<Guard>,
    copy: CopyPage,
}

/// Objects that one thread is to look at.
#[derive(Default)]
struct Noted {
    objects: Mutex<Vec<Arc<Object>>>,
    added: Event,
}

impl Noted {
    /// Notes an object; `false` if there is no memory for that.
    fn add(&self, object: &Arc<Object>) -> bool {
        let mut objects = self.objects.lock();
        if objects.try_reserve(1).is_err() {
            return false;
        }
        objects.push(object.clone());
        drop(objects);
        self.added.signal();
        true
    }

    /// Takes all that were noted.
    fn poll(&self) -> Vec<Arc<Object>> {
        core::mem::take(&mut *self.objects.lock())
    }

    /// Takes all that were noted. Sleeps until there are some.
    fn take(&self) -> Vec<Arc<Object>> {
        loop {
            let seen = self.added.read();
            let objects = self.poll();
            if !objects.is_empty() {
                return objects;
            }
            self.added.wait(seen, LONG);
        }
    }
}

/// Takes a line for the system's log.
type Log = dyn Fn(&str) + Send + Sync;

/// Runs a body, and answers whether it ended without a panic.
type Guard = dyn Fn(&str, &mut dyn FnMut()) -> bool + Send + Sync;

/// Copies the page at the first address to the second; `false` if it cannot be read.
///
/// # Safety
/// Both are pages of this task's memory, the second one mapped for writing, and nobody else refers
/// to either.
pub type CopyPage = unsafe fn(from: usize, to: usize) -> bool;

/// The pager that MIG's server functions serve. They carry no context but the object's
/// payload, so there is one in a program.
static PAGER: OnceBox<Pager> = OnceBox::new();

pub(super) fn pager() -> Option<&'static Pager> {
    PAGER.get()
}

/// Starts a thread.
trait Spawn: Fn(Box<dyn FnOnce() + Send>) -> bool + Send + Sync {}
impl<F: Fn(Box<dyn FnOnce() + Send>) -> bool + Send + Sync> Spawn for F {}

impl Pager {
    /// The program's pager, which does nothing before [`run`](Self::run).
    ///
    /// # Errors
    /// `ENOMEM` when the port space is full, `EBUSY` when the program has a pager already.
    pub fn start() -> Result<&'static Self> {
        let set = PortSet::allocate().map_err(|_| Error::ENOMEM)?;
        let new = Box::new(Self {
            objects: Mutex::new(BTreeMap::new()),
            stored: StoredCount::default(),
            used: Mutex::default(),
            set,
            next: AtomicUsize::new(1),
            reserve: Mutex::default(),
            ending: Mutex::default(),
            busy: AtomicUsize::new(0),
            ended: Event::new(),
            retrying: AtomicBool::new(false),
            dead: Mutex::default(),
            backlog: AtomicU64::new(0),
            orphans: Orphans::default(),
            undertaker: Event::new(),
            due: Noted::default(),
            scattered: Noted::default(),
            servers: AtomicUsize::new(0),
            idle: AtomicUsize::new(0),
            paged: AtomicBool::new(false),
            hooks: OnceBox::new(),
        });
        PAGER.set(new).map_err(|_| Error::EBUSY)?;
        PAGER.get().ok_or(Error::EBUSY)
    }

    /// Starts the pager's threads. `spawn` runs a closure in a new thread, `log` takes a line
    /// for the system's log, `pages_out` tells whether the system has paging space, as far as it
    /// knows: then pages are copied together as they come ([`store`](super::store)). `copy` copies
    /// a page, which may be paged out.
    /// `guard` runs a body and answers whether it ended without a panic.
    ///
    /// # Errors
    /// `ENOMEM`: one of the first threads cannot be started. `EBUSY`: it runs already.
    pub fn run<E>(
        &'static self,
        log: impl Fn(&str) + Send + Sync + 'static,
        spawn: impl Fn(Box<dyn FnOnce() + Send>) -> core::result::Result<(), E> + Send + Sync + 'static,
        pages_out: impl Fn() -> bool + Send + 'static,
        copy: CopyPage,
        guard: impl Fn(&str, &mut dyn FnMut()) -> bool + Send + Sync + 'static,
    ) -> Result<()> {
        let hooks = Hooks {
            log: Box::new(log),
            guard: Box::new(guard),
            copy,
        };
        self.hooks.set(Box::new(hooks)).map_err(|_| Error::EBUSY)?;
        let spawn: &'static dyn Spawn = Box::leak(Box::new(move |work| spawn(work).is_ok()));
        let mut started = true;
        for _ in 0..IDLE_SERVERS {
            started &= self.add_server(spawn);
        }
        started &= spawn(Box::new(|| self.go_on("freeing pages", Self::bury_all)));
        started &= spawn(Box::new(|| {
            self.go_on("looking after orphans", Self::look_after_orphans);
        }));
        started &= spawn(Box::new(|| self.go_on("retrying", Self::retry_all)));
        let pack = move || {
            while !self.guard("packing pages", || self.pack_all(&pages_out)) {}
        };
        started &= spawn(Box::new(pack));
        if started { Ok(()) } else { Err(Error::ENOMEM) }
    }

    /// Pages that are stored, of segments and of what is left of destroyed ones.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored.read()
    }

    pub(super) fn stored_count(&self) -> &StoredCount {
        &self.stored
    }

    /// What exists of all segments' memory. It asks the kernel once for each that was attached.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let mut sum = Usage::default();
        let mut from = ObjectId(0);
        loop {
            // A few at a time, so that nobody waits for long and no memory is needed.
            let some: SmallVec<[(ObjectId, Weak<Live>); BATCH]> = {
                let used = self.used.lock();
                let rest = used.range(from..).take(BATCH);
                rest.map(|(id, live)| (*id, live.clone())).collect()
            };
            let Some((last, _)) = some.last() else {
                return sum;
            };
            from = ObjectId(last.0 + 1);
            for live in some.iter().filter_map(|(_, live)| live.upgrade()) {
                let usage = live.usage();
                sum.resident += usage.resident;
                sum.stored += usage.stored;
            }
        }
    }

    /// A segment uses the object from now on.
    pub(super) fn begin_use(&self, id: ObjectId, live: &Arc<Live>) {
        self.used.lock().insert(id, Arc::downgrade(live));
    }

    /// The segment that used the object is gone.
    pub(super) fn end_use(&self, id: ObjectId) {
        self.used.lock().remove(&id);
    }

    pub(super) fn set(&self) -> &PortSet {
        &self.set
    }

    pub(super) fn log(&self, line: &str) {
        if let Some(hooks) = self.hooks.get() {
            (hooks.log)(line);
        }
    }

    /// Runs `body`. Where the program unwinds, a panic ends here, with a line in the log that names
    /// `what`: it costs what was being done to one object, whose faults may wait for ever then.
    pub(super) fn guard(&self, what: &str, body: impl FnOnce()) -> bool {
        let mut body = Some(body);
        let mut once = || {
            if let Some(body) = body.take() {
                body();
            }
        };
        if let Some(hooks) = self.hooks.get() {
            return (hooks.guard)(what, &mut once);
        }
        once();
        true
    }

    /// Runs the body of a thread, which does not end, and again after a panic in it.
    fn go_on(&'static self, what: &str, body: fn(&'static Self)) {
        while !self.guard(what, || body(self)) {}
    }

    pub(super) fn object(&self, id: ObjectId) -> Option<Arc<Object>> {
        self.objects.lock().get(&id).cloned()
    }

    /// An object of which nobody has anything: one of the reserve, or a new one.
    ///
    /// # Errors
    /// `ENOMEM`: no port name, or no room in the server's address space.
    pub(super) fn take(&'static self) -> Result<Held> {
        let (ready, left) = {
            let mut reserve = self.reserve.lock();
            (reserve.pop(), reserve.len())
        };
        if left < RESERVE {
            self.undertaker.signal();
        }
        ready.map_or_else(|| self.make(), Ok)
    }

    fn make(&'static self) -> Result<Held> {
        let id = ObjectId(self.next.fetch_add(1, Ordering::Relaxed));
        let (object, right) = Object::new(self, id)?;
        let object = Arc::new(object);
        self.objects.lock().insert(id, object.clone());
        Held::new(object, right).inspect_err(|_| self.forget(id))
    }

    /// What the kernel sends for the object is dropped from now on.
    pub(super) fn forget(&self, id: ObjectId) {
        let gone = self.objects.lock().remove(&id);
        drop(gone);
    }

    /// Ends an object: what the kernel sends for it is dropped, and its port dies.
    pub(super) fn close(&self, object: &Object) {
        self.forget(object.id);
        object.close();
    }

    /// The segment is gone: its object is ended some time later by the retrier, so that whoever
    /// destroyed the segment need not wait. It is ended now if the retrier acts: that may wait for
    /// memory.
    pub(super) fn end_soon(&'static self, held: Held) {
        let pages = held.object.size();
        if self.retrying.load(Ordering::SeqCst) {
            self.end(held);
        } else if pages > FEW {
            self.end_large(held, pages);
        } else {
            self.end_small(held, pages);
        }
    }

    /// Ends an object together with others, since a step of ending one costs little when it was
    /// just done for another.
    fn end_small(&'static self, held: Held, pages: u64) {
        let mut alone = false;
        let full = Busy::take(self, |ending| {
            alone = ending.is_empty();
            ending.batch.push(held);
            ending.pages += pages;
            let full = ending.batch.len() >= BATCH || ending.pages >= ENDING;
            full.then(|| ending.take_batch())
        });
        match full {
            Some((_busy, batch)) => self.end_batch(batch),
            None if alone => self.due.added.signal(),
            // The retrier was woken for the first one, and takes all.
            None => {}
        }
    }

    /// Whether so many pages may wait to be freed besides those that do. Those of one segment may,
    /// however many they are, if no others wait.
    fn may_wait(&self, pages: u64) -> bool {
        let backlog = self.backlog.load(Ordering::Relaxed);
        backlog.saturating_add(pages) <= BACKLOG.max(pages)
    }

    /// Leaves an object to the retrier, unless too many pages wait already.
    fn end_large(&'static self, held: Held, pages: u64) {
        if !self.may_wait(pages) {
            return self.end(held);
        }
        let alone = {
            let mut ending = self.ending.lock();
            if ending.large.try_reserve(1).is_err() {
                drop(ending);
                return self.end(held);
            }
            let alone = ending.is_empty();
            ending.large.push((held, pages));
            self.backlog.fetch_add(pages, Ordering::Relaxed);
            alone
        };
        if alone {
            self.due.added.signal();
        }
    }

    /// Ends the objects with few pages that wait; `false`: there are none.
    fn end_few(&'static self) -> bool {
        let some = |ending: &mut Ending| (!ending.batch.is_empty()).then(|| ending.take_batch());
        let Some((_busy, batch)) = Busy::take(self, some) else {
            return false;
        };
        self.end_batch(batch);
        true
    }

    /// Ends one of the objects with many pages that wait; `false`: there is none.
    fn end_next(&'static self) -> bool {
        let next = Busy::take(self, |ending| ending.large.pop());
        let Some((_busy, (held, pages))) = next else {
            return false;
        };
        self.end(held);
        self.backlog.fetch_sub(pages, Ordering::Relaxed);
        true
    }

    /// Ends what waits for its end; `false`: there is nothing.
    pub fn end_waiting(&'static self) -> bool {
        let mut some = self.end_few();
        while self.end_next() {
            some = true;
        }
        some
    }

    /// Waits until another thread has ended something, for `time` at most. `false`, at once: none is
    /// at that.
    pub(super) fn await_end(&self, time: Duration) -> bool {
        let seen = self.ended.read();
        let busy = self.busy.load(Ordering::SeqCst) != 0;
        if busy {
            self.ended.wait(seen, time);
        }
        busy
    }

    /// The kernel has ended its side of the object, which is in no set, and of which nobody has the
    /// anchor. The answer is to be readied for the next segment, if nobody has a right to the old
    /// one.
    pub(super) fn retire(&self, object: Arc<Object>) -> Option<Arc<Object>> {
        match object.status() {
            Some(status) if !status.has_senders => {
                // Without senders nothing is sent any more. What a sender sent before it went is
                // served here, such as the first and the last message of a proxy's short mapping.
                if status.waiting != 0 {
                    object.catch_up();
                }
                // The kernel's last message may wait for one that another thread has received.
                yield_until(|| !object.is_ready());
                let room = self.reserve.lock().len() < RESERVE_MAX;
                if room && object.retire() {
                    return Some(object);
                }
                self.close(&object);
            }
            // In a proxy, say. Should the kernel not tell, there are some.
            _ => {
                let _ = object.set_member(true);
                object.leave_to_proxies();
            }
        }
        None
    }

    /// Adds an object to the reserve. `false`: there was no room, and it is closed.
    pub(super) fn put_aside(&self, held: Held) -> bool {
        let mut reserve = self.reserve.lock();
        if reserve.len() >= RESERVE_MAX || reserve.try_reserve(1).is_err() {
            drop(reserve);
            self.close(&held.object);
            return false;
        }
        reserve.push(held);
        true
    }

    /// Frees the stored pages of a segment that is gone: now, if they are few or too many wait
    /// already.
    pub(super) fn bury(&self, remains: Remains) {
        let size = remains.size();
        if size <= FEW || !self.may_wait(size) {
            return;
        }
        let mut dead = self.dead.lock();
        if dead.try_reserve(1).is_err() {
            return;
        }
        dead.push(remains);
        drop(dead);
        self.backlog.fetch_add(size, Ordering::Relaxed);
        self.undertaker.signal();
    }

    /// The undertaker's body.
    fn bury_all(&'static self) {
        loop {
            let seen = self.undertaker.read();
            loop {
                let next = self.dead.lock().pop();
                let Some(remains) = next else { break };
                let size = remains.size();
                drop(remains);
                self.backlog.fetch_sub(size, Ordering::Relaxed);
            }
            while self.reserve.lock().len() < RESERVE {
                let Ok(held) = self.make() else { break };
                if !self.put_aside(held) {
                    break;
                }
            }
            self.undertaker.wait(seen, LONG);
        }
    }

    /// Something of the object failed and is to be tried again; `false` if there is no memory to
    /// note that.
    pub(super) fn list_due(&self, object: &Arc<Object>) -> bool {
        self.due.add(object)
    }

    /// The retrier's body.
    fn retry_all(&'static self) {
        loop {
            let seen = self.due.added.read();
            let ending = !self.ending.lock().is_empty();
            let due = self.due.poll();
            if !ending && due.is_empty() {
                self.due.added.wait(seen, LONG);
                continue;
            }
            // Not at once: what failed has just failed, and what was destroyed waits for others.
            let pause = Event::new();
            pause.wait(pause.read(), RETRY);
            self.retrying.store(!due.is_empty(), Ordering::SeqCst);
            self.end_waiting();
            due.iter().for_each(Object::retry);
            self.retrying.store(false, Ordering::SeqCst);
        }
    }

    /// Stored pages of the object have too many map entries; `false` if there is no memory to
    /// note that.
    pub(super) fn list_scattered(&self, object: &Arc<Object>) -> bool {
        self.scattered.add(object)
    }

    /// The packer's body.
    fn pack_all(&self, pages_out: &impl Fn() -> bool) {
        loop {
            let scattered = self.scattered.take();
            self.paged.store(pages_out(), Ordering::Relaxed);
            scattered.iter().for_each(|object| object.pack());
        }
    }

    /// Whether the system has paging space, as far as is known.
    pub(super) fn is_paged(&self) -> bool {
        self.paged.load(Ordering::Relaxed)
    }

    /// Copies a page; `false` if it cannot be read.
    ///
    /// # Safety
    /// As for [`CopyPage`].
    pub(super) unsafe fn copy_page(&self, from: usize, to: usize) -> bool {
        let hooks = self.hooks.get();
        // SAFETY: the caller promises what the function asks for.
        hooks.is_some_and(|hooks| unsafe { (hooks.copy)(from, to) })
    }

    fn add_server(&'static self, spawn: &'static dyn Spawn) -> bool {
        self.servers.fetch_add(1, Ordering::Relaxed);
        self.idle.fetch_add(1, Ordering::Relaxed);
        let started = spawn(Box::new(move || {
            self.serve(spawn);
            self.servers.fetch_sub(1, Ordering::Relaxed);
        }));
        if !started {
            self.servers.fetch_sub(1, Ordering::Relaxed);
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
        started
    }

    /// A server's body: until it is not needed any more, or the set is gone.
    fn serve(&'static self, spawn: &'static dyn Spawn) {
        let mut message = Message::default();
        loop {
            let many = self.idle.load(Ordering::Relaxed) > IDLE_SERVERS;
            match message.receive(self.set.name(), many.then_some(IDLE)) {
                Received::Message => {
                    let last = self.idle.fetch_sub(1, Ordering::Relaxed) == 1;
                    if last && self.servers.load(Ordering::Relaxed) < SERVERS {
                        self.add_server(spawn);
                    }
                    self.dispatch(&mut message);
                    self.idle.fetch_add(1, Ordering::Relaxed);
                }
                Received::Nothing => {
                    let fewer = |idle: usize| (idle > IDLE_SERVERS).then(|| idle - 1);
                    let left = self
                        .idle
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
                    if left.is_ok() {
                        return;
                    }
                }
                Received::Interrupted => {}
                Received::Dead => return,
            }
        }
    }

    /// Serves a message, and those that waited for it, if it is its turn.
    pub(super) fn dispatch(&self, message: &mut Message) {
        let Some(object) = message.payload().and_then(|id| self.object(id)) else {
            message.destroy();
            return;
        };
        loop {
            let turn = object.queue.lock().arrive(message.number(), *message);
            match turn {
                Ok(None) => return,
                Ok(Some(_)) => break,
                Err(_) => {
                    // There is no memory to let it wait: its turn comes soon.
                    trap::swtch_pri(0);
                }
            }
        }
        message.answer(&object);
        loop {
            let next = object.queue.lock().served();
            let Some(mut next) = next else { return };
            next.answer(&object);
        }
    }
}

/// Lets other threads run until something is so, but not for long.
pub(super) fn yield_until(is_so: impl Fn() -> bool) {
    for _ in 0..100 {
        if is_so() {
            break;
        }
        trap::swtch_pri(0);
    }
}

/// A message of the kernel to a pager. None is longer.
#[derive(Clone, Copy, Default)]
#[repr(C, align(16))]
pub(super) struct Message([u64; 32]);

/// Messages of one port that were received and are to be served later, in their order.
#[derive(Default)]
pub(super) struct Messages(SmallVec<[Message; 1]>);

impl Messages {
    /// Receives what waits at a port that is in no set, up to the kernel's last message,
    /// `memory_object_terminate`. Answers whether that came.
    pub(super) fn poll(&mut self, port: Name) -> bool {
        loop {
            while self.0.try_reserve(1).is_err() {
                // As in `Pager::dispatch`.
                trap::swtch_pri(0);
            }
            let mut message = Message::default();
            if !message.poll(port) {
                return false;
            }
            self.0.push(message);
            if message.head().msgh_id == TERMINATE {
                return true;
            }
        }
    }

    /// Serves them.
    pub(super) fn dispatch(mut self, pager: &Pager) {
        for message in &mut self.0 {
            pager.dispatch(message);
        }
    }
}

/// What a receive brought.
enum Received {
    Message,
    /// The time is over.
    Nothing,
    Interrupted,
    /// There is nothing to receive from any more.
    Dead,
}

/// Offset of the data's descriptor in `memory_object_data_return`, in words: behind the header,
/// the control port and the offset, each with a descriptor.
const DATA_DESCRIPTOR: usize = size_of::<sys::mach_msg_header_t>() / 8 + 4;

/// The id of `memory_object_data_return`.
const DATA_RETURN: i32 = 2208;

/// The id of `memory_object_terminate`.
const TERMINATE: i32 = 2201;

impl Message {
    fn head(&self) -> &sys::mach_msg_header_t {
        // SAFETY: the words are large enough and aligned for a header, any bits of which are one.
        unsafe { &*self.0.as_ptr().cast() }
    }

    /// Its place in the order of its port's messages.
    fn number(&self) -> u32 {
        self.head().msgh_seqno
    }

    /// Which object it is for.
    fn payload(&self) -> Option<ObjectId> {
        header::payload(self.head()).map(ObjectId)
    }

    /// Receives what waits at a port that is in no set; `false`: nothing does.
    pub(super) fn poll(&mut self, port: Name) -> bool {
        loop {
            match self.receive(port, Some(0)) {
                Received::Message => return true,
                Received::Interrupted => {}
                Received::Nothing | Received::Dead => return false,
            }
        }
    }

    fn receive(&mut self, from: Name, timeout: Option<u32>) -> Received {
        let option = match timeout {
            Some(_) => sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT,
            None => sys::MACH_RCV_MSG,
        };
        let input = self.0.as_mut_ptr().cast::<sys::mach_msg_header_t>();
        // SAFETY: the buffer is ours and as large as the limit says.
        let code = unsafe {
            trap::mach_msg(
                input,
                option as _,
                0,
                size_of::<Self>() as _,
                from,
                timeout.unwrap_or(0),
                0,
            )
        };
        let plain = code & !(sys::MACH_MSG_MASK);
        if code == 0 {
            Received::Message
        } else if plain == sys::MACH_RCV_BODY_ERROR {
            self.mend();
            Received::Message
        } else if [sys::MACH_RCV_TOO_LARGE, sys::MACH_RCV_HEADER_ERROR].contains(&plain) {
            // Of these the header arrives, whose number counts.
            self.empty();
            Received::Message
        } else if code == sys::MACH_RCV_TIMED_OUT {
            Received::Nothing
        } else if code == sys::MACH_RCV_INTERRUPTED {
            Received::Interrupted
        } else {
            Received::Dead
        }
    }

    /// The memory in the message found no room here: its address is null and its descriptor
    /// says that there is nothing. The routine is to learn how much it was.
    fn mend(&mut self) {
        if self.head().msgh_id != DATA_RETURN {
            return;
        }
        if let Some(word) = self.0.get_mut(DATA_DESCRIPTOR) {
            // SAFETY: the word holds a descriptor, which is no longer than it.
            let descriptor = unsafe { &mut *(&raw mut *word).cast::<sys::mach_msg_type_t>() };
            // The data are bytes.
            descriptor.set_msgt_size(8);
        }
    }

    /// Leaves the header alone, with an id that nobody knows.
    fn empty(&mut self) {
        let input = self.0.as_mut_ptr().cast::<sys::mach_msg_header_t>();
        // SAFETY: as in `head`.
        unsafe {
            (*input).msgh_size = size_of::<sys::mach_msg_header_t>() as _;
            (*input).msgh_bits &= !sys::MACH_MSGH_BITS_COMPLEX;
            (*input).msgh_id = 0;
        }
    }

    /// Calls the routine for it. The kernel waits for no reply.
    fn answer(&mut self, object: &Object) {
        if self.head().msgh_id == sys::MACH_NOTIFY_NO_SENDERS as i32 {
            return object.no_senders();
        }
        let mut reply = core::mem::MaybeUninit::<Reply>::zeroed();
        let input = self.0.as_mut_ptr().cast::<sys::mach_msg_header_t>();
        // SAFETY: a whole message, and room for what the server stub answers: a reply header.
        let code = unsafe {
            let known = sys::pager_memory_object_server(input, reply.as_mut_ptr().cast());
            if known == 0 {
                sys::MIG_BAD_ID
            } else {
                (*reply.as_ptr()).RetCode
            }
        };
        if code != 0 && code != sys::MIG_NO_REPLY {
            self.destroy();
        }
    }

    /// Releases the rights and the memory in it.
    pub(super) fn destroy(&mut self) {
        // SAFETY: a message that was received, and nobody took anything from it.
        unsafe { trap::mach_msg_destroy(self.0.as_mut_ptr().cast()) };
    }
}

#[cfg(all(test, target_os = "hurd"))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    static ROUNDS: AtomicUsize = AtomicUsize::new(0);

    /// As the undertaker, the retrier and the packer run, and as messages are served.
    #[test]
    fn a_panic_costs_the_round_or_the_message_that_it_is_in() {
        let pager = Pager::start().unwrap();
        let guard = |_: &str, body: &mut dyn FnMut()| catch_unwind(AssertUnwindSafe(body)).is_ok();
        let hooks = Hooks {
            log: Box::new(|_| ()),
            guard: Box::new(guard),
            copy: |_, _| false,
        };
        assert!(pager.hooks.set(Box::new(hooks)).is_ok());
        pager.go_on("a test", |_| {
            assert!(ROUNDS.fetch_add(1, Ordering::Relaxed) >= 3, "a round");
        });
        assert_eq!(ROUNDS.load(Ordering::Relaxed), 4);
        assert!(!pager.guard("a test", || panic!("a message")));
        assert!(pager.guard("a test", || ()));
    }
}
