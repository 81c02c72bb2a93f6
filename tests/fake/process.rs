// SPDX-License-Identifier: GPL-2.0-or-later
//! Processes: an address space by pages, death, and silence.

use super::{Memory, PAGE, Tally, assert_unlocked, switch};
use shm::{Error, Placement, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// First byte above user space.
const USER_TOP: u64 = 0x7fff_ffff_f000;
/// Where it looks for room first.
const MAP_BASE: u64 = 0x4000_0000_0000;
/// A page of every process that is no segment's, as its stack is.
const STACK: u64 = 0x7fff_0000_0000;

/// What a page maps.
#[derive(Clone)]
enum Page {
    Foreign,
    Segment { memory: Arc<Memory>, offset: u64 },
}

/// A process, which may be dead.
pub struct Process {
    /// What getpid(2) returns.
    pub pid: i32,
    /// Of all processes of this program: the order of their tasks.
    number: u64,
    pages: Mutex<Space>,
    answers: AtomicBool,
    /// The next call into it panics.
    panics: AtomicBool,
    /// Calls that look at its address space or change it do not return.
    locked: Mutex<bool>,
    unlocked: Condvar,
}

#[derive(Default)]
struct Space {
    pages: BTreeMap<u64, Page>,
    /// No hole is below.
    hint: u64,
    dead: bool,
}

impl Process {
    /// With nothing mapped but its stack.
    pub fn new(pid: i32) -> Arc<Self> {
        let pages = BTreeMap::from([(STACK, Page::Foreign)]);
        let space = Space {
            pages,
            hint: MAP_BASE,
            dead: false,
        };
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Arc::new(Self {
            pid,
            number: NEXT.fetch_add(1, SeqCst),
            pages: Mutex::new(space),
            answers: AtomicBool::new(true),
            panics: AtomicBool::new(false),
            locked: Mutex::new(false),
            unlocked: Condvar::new(),
        })
    }

    /// A child that has everything mapped that this one has.
    pub fn fork(&self, pid: i32) -> Arc<Self> {
        let child = Self::new(pid);
        let (parent, mut space) = (self.space(), child.space());
        space.hint = parent.hint;
        for (&address, page) in &parent.pages {
            space.put(address, page.clone());
        }
        drop((parent, space));
        child
    }

    /// All mappings go, as on exec and exit.
    pub fn exec(&self) {
        let mut space = self.space();
        for address in space.pages.keys().copied().collect::<Vec<_>>() {
            space.take(address);
        }
        space.hint = MAP_BASE;
    }

    /// It dies.
    pub fn exit(&self) {
        self.exec();
        self.space().dead = true;
        self.set_locked(false);
    }

    /// Whether it lets others look at its address space.
    pub fn set_answers(&self, answers: bool) {
        self.answers.store(answers, SeqCst);
    }

    /// Locks its own address space, until it lets go or dies.
    pub fn set_locked(&self, locked: bool) {
        *self.locked.lock().expect("nothing panics with it held") = locked;
        self.unlocked.notify_all();
    }

    /// The next call into it panics.
    pub fn panic_once(&self) {
        self.panics.store(true, SeqCst);
    }

    /// Returns when the address space is not locked.
    pub(super) fn hang(&self) {
        assert!(!self.panics.swap(false, SeqCst), "as the test wants");
        let locked = self.locked.lock().expect("nothing panics with it held");
        drop(self.unlocked.wait_while(locked, |locked| *locked));
    }

    pub(super) fn answers(&self) -> bool {
        self.answers.load(SeqCst)
    }

    /// munmap(2).
    pub fn munmap(&self, base: u64, size: u64) {
        let mut space = self.space();
        for address in pages_of(base, size) {
            space.take(address);
        }
    }

    /// mmap(2) with `MAP_FIXED` of something else.
    pub fn overmap(&self, base: u64, size: u64) {
        let mut space = self.space();
        for address in pages_of(base, size) {
            space.put(address, Page::Foreign);
        }
    }

    /// Pages in a range that are mapped, whatever they map.
    pub fn mapped_pages(&self, base: u64, size: u64) -> usize {
        self.space().pages.range(base..base + size).count()
    }

    pub(super) fn map(&self, memory: &Arc<Memory>, size: u64, place: Placement) -> Result<u64> {
        let mut space = self.space();
        if space.dead {
            return Err(Error::ESRCH);
        }
        let outside = |base: u64| base > USER_TOP || size > USER_TOP - base;
        let base = match place {
            Placement::Anywhere => space.find_room(size).ok_or(Error::ENOMEM)?,
            Placement::Fixed(base) => {
                if space
                    .pages
                    .range(base..base.saturating_add(size))
                    .next()
                    .is_some()
                {
                    return Err(Error::EINVAL);
                }
                base
            }
            Placement::Replace(base) => base,
        };
        if outside(base) {
            return Err(Error::ENOMEM);
        }
        for address in pages_of(base, size) {
            let page = Page::Segment {
                memory: Arc::clone(memory),
                offset: address - base,
            };
            space.put(address, page);
        }
        Ok(base)
    }

    pub(super) fn maps(&self, memory: &Arc<Memory>, base: u64, size: u64) -> bool {
        self.space().surviving(memory, base, size).next().is_some()
    }

    pub(super) fn unmap_segment(&self, memory: &Arc<Memory>, base: u64, size: u64) -> bool {
        let mut some = false;
        // As the kernel does it, page by page: others may come between.
        loop {
            let mut space = self.space();
            let Some(address) = space.surviving(memory, base, size).next() else {
                space.hint = space.hint.min(base);
                return some;
            };
            space.take(address);
            some = true;
            drop(space);
            switch();
        }
    }

    /// The attachments that are mapped, whatever the engine has on record: base, and the number of
    /// the memory.
    pub fn attachments(&self) -> Vec<(u64, u64)> {
        let space = self.space();
        let mut found: Vec<(u64, u64)> = space
            .pages
            .iter()
            .filter_map(|(address, page)| match page {
                Page::Segment { memory, offset } => Some((address - offset, memory.number)),
                Page::Foreign => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn space(&self) -> MutexGuard<'_, Space> {
        self.pages.lock().expect("a fake process panicked")
    }
}

impl Space {
    /// Pages of `memory` that are where an attachment at `base` has them.
    fn surviving<'a>(
        &'a self,
        memory: &'a Arc<Memory>,
        base: u64,
        size: u64,
    ) -> impl Iterator<Item = u64> + 'a {
        self.pages
            .range(base..base + size)
            .filter_map(move |(&address, page)| match page {
                Page::Segment {
                    memory: mapped,
                    offset,
                } if Arc::ptr_eq(mapped, memory) && *offset == address - base => Some(address),
                _ => None,
            })
    }

    fn find_room(&mut self, size: u64) -> Option<u64> {
        let mut base = self.hint.max(MAP_BASE);
        loop {
            if size > USER_TOP || base > USER_TOP - size {
                return None;
            }
            match self.pages.range(base..base + size).next_back() {
                Some((&taken, _)) => base = taken + PAGE,
                None => {
                    self.hint = base + size;
                    return Some(base);
                }
            }
        }
    }

    fn put(&mut self, address: u64, page: Page) {
        if let Page::Segment { memory, .. } = &page {
            memory.mapped.fetch_add(1, SeqCst);
        }
        forget(self.pages.insert(address, page));
    }

    fn take(&mut self, address: u64) {
        forget(self.pages.remove(&address));
    }
}

/// A page no longer mapped.
fn forget(page: Option<Page>) {
    if let Some(Page::Segment { memory, .. }) = page {
        memory.mapped.fetch_sub(1, SeqCst);
    }
}

fn pages_of(base: u64, size: u64) -> impl Iterator<Item = u64> {
    (base..base + size).step_by(PAGE as usize)
}

/// A handle to a process with a token; clones share the token.
#[derive(Clone)]
pub struct Task(Arc<Token>);

struct Token {
    process: Arc<Process>,
    tally: Arc<Tally>,
}

impl Task {
    pub(super) fn new(process: &Arc<Process>, tally: &Arc<Tally>) -> Self {
        tally.tokens.fetch_add(1, SeqCst);
        Self(Arc::new(Token {
            process: Arc::clone(process),
            tally: Arc::clone(tally),
        }))
    }

    pub(super) fn process(&self) -> &Process {
        &self.0.process
    }

    fn number(&self) -> u64 {
        self.0.process.number
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        assert_unlocked();
        self.tally.tokens.fetch_sub(1, SeqCst);
    }
}

order_by!(Task, |task| task.number());
